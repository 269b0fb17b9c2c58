"""A case as a leaflet of A4 pages in PDF, set by typst from our own template and fonts; nothing is fetched."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from hub.cases.blocks import blocks
from hub.cases.citation import LICENCE, PUBLISHER, one_line
from hub.cases.exports import facts, parts
from hub.cases.metadata import citation, cited_in_words
from hub.cases.models import CaseStudy
from hub.cases.page import place, principle_bar, provenance, timeline
from hub.cases.rows import years_phrase
from hub.core.paths import STATIC, TEMPLATES
from hub.core.text import safe_url
from hub.web.locale import format_date, language
from hub.web.locale import gettext as _
from hub.web.maps import locator_box, project

TEMPLATE = TEMPLATES / "cases" / "case.typ"
FONTS = STATIC / "fonts" / "pdf"
LAND, DOT = "#ded5c1", "#a32d1b"
_LONG_WORD = re.compile(r"\S{40}(?=\S)")


def leaflet(case: CaseStudy) -> bytes:
    """Return the case as PDF; the same content gives the same bytes."""
    return typeset(TEMPLATE, leaflet_data(case))


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """Return a PDF by one of our templates; the data reaches typst as one JSON text and is never read as markup."""
    pdf = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(pdf)


def leaflet_data(case: CaseStudy) -> dict[str, Any]:
    """Return what the leaflet says, in the words of the current language."""
    cited, on = citation(case), set(case.principle_codes)
    beside = (_("Where"), _("When"), _("Updated"))
    title = breakable(one_line(case.title))
    return {
        "lang": language(),
        "language": case.language.split("-")[0],
        "title": title,
        "title-size": 28 if len(title) < 60 else 22 if len(title) < 110 else 15,
        "author": cited.author,
        "keywords": list(cited.keywords),
        "summary": breakable(one_line(case.summary)),
        "updated": [case.updated_at.year, case.updated_at.month, case.updated_at.day],
        "publisher": PUBLISHER,
        "head": _("Case study, version %(number)d, %(date)s", number=case.version, date=format_date(case.updated_at)),
        "byline": " · ".join(part for part in (place(case), years_phrase(case)) if part),
        "principles": [{"code": p.code, "short": p.short, "on": p.code in on} for p in principle_bar()],
        "notice": provenance(case),
        "facts": [row for row in facts(case) if row[0] not in beside],
        "map": map_svg(case),
        "parts": [{"title": heading, "blocks": _soft(blocks(text))} for heading, text in parts(case)],
        "timeline": [[step.date_text, step.text] for step in timeline(case)],
        "sources": [
            {"title": breakable(one_line(source.title)), "url": safe_url(source.url)} for source in case.sources
        ],
        "cite": [breakable(part) for part in cited_in_words(case)],
        "footer": f"{cited.url} · {LICENCE}",
        "map-credit": _("Coordinates: GeoNames, CC BY 4.0. Land outlines: Natural Earth."),
        "words": {"timeline": _("Timeline"), "evidence": _("Evidence"), "cite": _("Cite")},
    }


def map_svg(case: CaseStudy) -> str:
    """Return a wide map of where the city lies, as SVG; empty where that is not known."""
    city = case.city
    if city is None or city.lat is None or city.lon is None:
        return ""
    x, y = project(city.lat, city.lon)
    box = locator_box(city.lat, city.lon, lon_span=90, ratio=2.4)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path fill="{LAND}" d="{_land()}"/>'
        f'<circle cx="{x}" cy="{y}" r="2.6" fill="{DOT}"/></svg>'
    )


@lru_cache(maxsize=1)
def _land() -> str:
    found = re.search(r' d="([^"]+)"', (STATIC / "land.svg").read_text(encoding="utf-8"))
    return found[1] if found else ""


def breakable(text: str) -> str:
    """Return a text whose endless words may be broken across lines."""
    return _LONG_WORD.sub(lambda word: word[0] + "\u200b", text)


def _soft(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for block in found:
        for run in block["runs"]:
            run["text"] = breakable(run["text"])
    return found

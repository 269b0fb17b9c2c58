"""A case as a leaflet of A4 pages in PDF, set by typst from our own template and fonts; nothing is fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from hub.cases.blocks import blocks
from hub.cases.citation import LICENCE, PUBLISHER, one_line
from hub.cases.markdown import facts, notices
from hub.cases.metadata import citation, cited_in_words
from hub.cases.models import CaseStudy
from hub.cases.page import contact, place, principle_bar, timeline
from hub.cases.parts import Block, Facts, Figure, Figures, Open, Partners, Prose, sections
from hub.cases.rows import years_phrase
from hub.cases.translations import Told, told_in
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
    """Return what the leaflet says, in the words of the current language, and told in it where it can be."""
    told = told_in(case, language())
    cited, on = citation(case), set(case.principle_codes)
    beside = (_("Where"), _("When"), _("Updated"))
    title = breakable(one_line(told.text.title))
    return {
        "lang": language(),
        "language": _tongue(told.language_of("title")),
        "title": title,
        "title-size": 28 if len(title) < 60 else 22 if len(title) < 110 else 15,
        "author": cited.author,
        "keywords": list(cited.keywords),
        "summary": breakable(one_line(told.text.summary)),
        "summary-language": _tongue(told.language_of("summary")),
        "updated": [case.updated_at.year, case.updated_at.month, case.updated_at.day],
        "publisher": PUBLISHER,
        "head": _("Case study, version %(number)d, %(date)s", number=case.version, date=format_date(case.updated_at)),
        "byline": " · ".join(part for part in (place(case), years_phrase(case)) if part),
        "principles": [{"code": p.code, "short": p.short, "on": p.code in on} for p in principle_bar()],
        "notice": " ".join(notices(case, told)),
        "facts": [[name, breakable(words)] for name, words in facts(case, told) if name not in beside],
        "map": map_svg(case),
        "parts": [
            {"title": section.heading, "items": [_item(block) for block in section.blocks]}
            for section in sections(told, has_city=case.city is not None)
        ],
        "ask": _ask(case, told),
        "timeline": [[step.date_text, step.text] for step in timeline(case)],
        "sources": [
            {"title": breakable(one_line(source.title)), "url": safe_url(source.url)} for source in case.sources
        ],
        "cite": [breakable(part) for part in cited_in_words(case)],
        "footer": f"{cited.url} · {LICENCE}",
        "map-credit": _("Coordinates: GeoNames, CC BY 4.0. Land outlines: Natural Earth."),
        "words": {
            "timeline": _("Timeline"),
            "evidence": _("Evidence"),
            "cite": _("Cite"),
            "ask": _("Ask the city") if case.city else _("Ask about it"),
        },
    }


def _tongue(code: str) -> str:
    """Return a language as the typesetter takes it."""
    return code.split("-")[0]


def _ask(case: CaseStudy, told: Told) -> list[str]:
    """Return whom to ask, each part for a line of its own."""
    found = contact(case, told)
    return [breakable(one_line(part)) for part in (found.office, found.address) if part] if found else []


def _item(block: Block) -> dict[str, Any]:
    """Return one block of a part as the template sets it."""
    match block:
        case Prose():
            return {"kind": "prose", "title": block.heading} | _text(block)
        case Open():
            return {"kind": "open", "words": block.words, "more": _text(block.more) if block.more else None}
        case Facts():
            return {"kind": "facts", "rows": [[fact.name, breakable(one_line(fact.words))] for fact in block.rows]}
        case Partners():
            return {"kind": "partners", "rows": [_cells((each.name, each.role)) for each in block.rows]}
        case Figures():
            heads = [_("What was counted"), _("Before"), _("Value"), _("When"), _("Source")]
            return {"kind": "figures", "heads": heads, "rows": [_cells(_counted(row)) for row in block.rows]}


def _text(block: Prose) -> dict[str, Any]:
    return {"lang": _tongue(block.language), "blocks": _soft(blocks(block.text))}


def _counted(row: Figure) -> tuple[str, ...]:
    before, value = (f"{cell} {row.unit}".strip() if cell else "" for cell in (row.before, row.value))
    return row.name, before, value, row.date, row.source


def _cells(words: Iterable[str]) -> list[str]:
    return [breakable(one_line(cell)) for cell in words]


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

"""A case as a document to take away: JSON with everything, Markdown to read anywhere."""

from __future__ import annotations

import re
from typing import Any

from hub.cases.citation import LICENCE, LICENCE_URL, one_line
from hub.cases.marks import marks_of
from hub.cases.metadata import MEDIA_TYPES, citation, cited_in_words, format_url
from hub.cases.models import PRACTICE_TYPE, TARGET_GROUP, CaseFile, CaseStudy
from hub.cases.page import (
    FileShown,
    alliance_tags,
    clause_tags,
    file_shown,
    goals,
    groups,
    item_tags,
    kinds,
    place,
    provenance,
)
from hub.cases.rows import case_item, terms_now, years_phrase
from hub.core.text import safe_url
from hub.web.formats import absolute
from hub.web.locale import country_name, format_date, in_language
from hub.web.locale import gettext as _

_MARKS = re.compile(r"([\\`*_\[\]<>#|~!&])")


def document(case: CaseStudy) -> dict[str, Any]:
    """Return everything that is public of a case; codes are stable, labels are in the current language."""
    city = case.city
    cited = citation(case)
    tops = terms_now().schemes.get("gwangju", {})
    item = case_item(case)
    if city is not None:
        item["city"] |= {
            "name_native": city.name_native,
            "native_language": city.native_language,
            "region": city.region,
            "lat": city.lat,
            "lon": city.lon,
            "url": absolute(f"/cities/{city.slug}"),
        }
    return item | {
        "state": case.state,
        "country_name": country_name(case.country),
        "problem": case.problem,
        "action": case.action,
        "results": case.results,
        "has_reported_results": case.has_reported_results,
        "lessons": case.lessons,
        "years": {
            "text": case.years_text,
            "started": case.started,
            "ended": case.ended,
            "is_ongoing": case.is_ongoing,
            "is_approximate": case.is_approximate,
        },
        "tags": {
            "principles": [
                {"code": code, "label": in_language(tops[code].labels) if code in tops else code}
                for code in case.principle_codes
            ],
            "clauses": _coded(clause_tags(case)),
            "us_principles": _coded(alliance_tags(case)),
            "commitments": _coded(item_tags(case)),
            "types": _pairs(case.codes(PRACTICE_TYPE), kinds(case)),
            "groups": _pairs(case.codes(TARGET_GROUP), groups(case)),
            "sdgs": goals(case),
        },
        "sources": [{"title": source.title, "url": source.url} for source in case.sources],
        "files": [_file(file_shown(case, file), file) for file in case.files if file.removed_at is None],
        "is_compiled": case.is_compiled,
        "confirmed_at": case.confirmed_at.isoformat() if case.confirmed_at else None,
        "confidence": case.confidence,
        "version": case.version,
        "people_taken_out": [
            {"on": mark.taken_at.date().isoformat(), "places": mark.places} for mark in marks_of(case.id)
        ],
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "citation": {"author": cited.author, "text": " ".join(cited_in_words(case))},
        "history_url": cited.url + "/history",
        "formats": {suffix: absolute(format_url(case, suffix)) for suffix in MEDIA_TYPES},
    }


def _file(shown: FileShown, file: CaseFile) -> dict[str, Any]:
    return {
        "title": shown.title,
        "owner": file.owner,
        "licence": file.licence,
        "media_type": file.mime,
        "width": file.width,
        "height": file.height,
        "url": absolute(shown.url),
    }


def _coded(tags: list[Any]) -> list[dict[str, str]]:
    return [{"code": tag.code, "label": tag.label} for tag in tags]


def _pairs(codes: list[str], labels: list[str]) -> list[dict[str, str]]:
    return [{"code": code, "label": label} for code, label in zip(codes, labels, strict=True)]


def as_typed(text: str) -> str:
    """Return plain words for Markdown: on one line, with every sign escaped that Markdown or HTML would act on."""
    escaped = _MARKS.sub(r"\\\1", one_line(text))
    return re.sub(r"^(\d+)([.)])|^([-+=])", lambda hit: (hit[1] + "\\" + hit[2]) if hit[1] else "\\" + hit[3], escaped)


def without_html(markdown: str) -> str:
    """Return Markdown whose raw HTML shows as typed wherever it is rendered; autolinks stay links."""
    return re.sub(r"<(?!https?://)", "&lt;", markdown.replace("\r\n", "\n")).strip()


def facts(case: CaseStudy) -> list[tuple[str, str]]:
    """Return the facts beside a case, each as a name and its words; what is not known is left out."""
    rows = [
        (_("Where"), place(case)),
        (_("When"), years_phrase(case)),
        (_("Kind"), ", ".join(kinds(case))),
        (_("For"), ", ".join(groups(case))),
        (_("Clauses"), "; ".join(f"{tag.code} {tag.label}" for tag in clause_tags(case))),
        (_("US Alliance"), "; ".join(f"{tag.code} {tag.label}" for tag in alliance_tags(case))),
        (_("Serves commitments"), "; ".join(f"{tag.code} {tag.label}" for tag in item_tags(case))),
        (_("SDGs, by our reading"), ", ".join(map(str, goals(case)))),
        (_("Updated"), format_date(case.updated_at)),
    ]
    return [(name, words) for name, words in rows if words]


def no_results() -> str:
    """Return what stands where the sources name no results."""
    return _("No results were found in the sources.")


def parts(case: CaseStudy) -> list[tuple[str, str]]:
    """Return the four parts of a case, each as its heading and its Markdown; empty parts are left out."""
    rows = [
        (_("Problem"), case.problem),
        (_("What the city did") if case.city else _("What was done"), case.action),
        (_("Results, as reported"), case.results.strip() or no_results()),
        (_("Lessons"), case.lessons),
    ]
    return [(heading, text) for heading, text in rows if text.strip()]


def markdown(case: CaseStudy) -> str:
    """Return the case as one Markdown document."""
    before, title, after = cited_in_words(case)
    lines = [f"# {as_typed(case.title)}", "", as_typed(case.summary), ""]
    if words := provenance(case):
        lines += [f"> {as_typed(words)}", ""]
    lines += [f"- **{as_typed(name)}:** {as_typed(words)}" for name, words in facts(case)]
    for heading, text in parts(case):
        lines += ["", f"## {as_typed(heading)}", "", without_html(text)]
    if case.sources:
        lines += ["", f"## {as_typed(_('Evidence'))}", ""]
        lines += [_source(source.title, safe_url(source.url)) for source in case.sources]
    lines += ["", f"## {as_typed(_('Cite'))}", "", f"{as_typed(before)} *{as_typed(title)}.* {as_typed(after)}", ""]
    return "\n".join(lines)


def _source(title: str, url: str) -> str:
    address = url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C").replace(" ", "%20")
    return f"- [{as_typed(title)}](<{address}>)" if url else f"- {as_typed(title)}"

"""What was found besides cases, as lines under headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hub.cases.rows import city_label
from hub.core.text import excerpt, plain_text, safe_url
from hub.search.results import Found
from hub.web.locale import country_name, in_language
from hub.web.locale import gettext as _

LONGEST_LINE = 200


@dataclass(frozen=True)
class Line:
    """One thing found: where it is, what it is called, and a few words."""

    url: str
    title: str
    text: str = ""
    language: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind: a heading, how many in all, the first lines."""

    kind: str
    heading: str
    total: int
    lines: list[Line]


def found_groups(found: list[Found]) -> list[Group]:
    """Return the groups to show, in the order they were found."""
    return [found_group(each) for each in found]


def found_group(found: Found) -> Group:
    """Return what was found of one kind under its heading."""
    headings = {
        "city": _("Cities"), "principle": _("Principles"), "item": _("Commitments"), "news": _("News"),
        "event": _("Forum editions"), "calendar": _("Events"), "organisation": _("Organisations"),
    }  # fmt: skip
    lines = [_line(found.kind, row) for row in found.rows]
    return Group(found.kind, headings[found.kind], found.total, lines)


def _short(text: str) -> str:
    return excerpt(text, LONGEST_LINE)


def _line(kind: str, row: Any) -> Line:
    if kind == "city":
        return Line(f"/cities/{row.slug}", city_label(row), country_name(row.country))
    if kind == "principle":
        return Line(
            f"/principles/{row.code}", f"{row.code} {in_language(row.labels)}", _short(in_language(row.descriptions))
        )
    if kind == "item":
        return Line(f"/commitments/{row.code}", f"{row.code} {in_language(row.labels)}", _short(in_language(row.what)))
    if kind == "news":
        return Line(
            safe_url(row.url) or f"/news/{row.id}", row.title, _short(plain_text(row.summary_html)), row.language or ""
        )
    if kind == "event":
        theme = in_language(row.theme)
        title = _("World Human Rights Cities Forum %(year)s", year=row.year)
        return Line(f"/events/forum-{row.number}", title, theme)
    if kind == "calendar":
        return Line(f"/events/{quote(row.slug)}", row.title, _short(row.summary or row.place), row.language)
    return Line(safe_url(row.homepage or ""), row.name, _short(row.note or ""), "en")  # our own notes are in English

"""A case as a result shows it: with what was searched marked, when it was published, and why it was found."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from hub.cases.listed import ListedCase
from hub.cases.rows import CaseRow, case_row
from hub.search.labels import Labels
from hub.search.language.marking import fragment, highlight
from hub.search.results import CaseResults
from hub.search.sources import case_body
from hub.web.locale import format_date
from hub.web.locale import gettext as _

LONGEST_FRAGMENT = 300


@dataclass
class Dated:
    """A day in the life of a case, for people and for programs."""

    iso: str
    text: str


@dataclass
class FoundRow(CaseRow):
    """A case in a list of results; `found_by` says which tag found it where its words did not."""

    dates: tuple[Dated, ...] = ()
    found_by: str = ""


def marked_rows(results: CaseResults, labels: Labels) -> list[FoundRow]:
    """Return the rows of a list of cases, with what was searched for marked in them."""
    return [_row(case, results, labels) for case in results.cases]


def _row(case: ListedCase, results: CaseResults, labels: Labels) -> FoundRow:
    plain = case_row(case)
    row = FoundRow(**{field.name: getattr(plain, field.name) for field in fields(plain)})
    row.dates = tuple(_dates(case))
    if tags := results.found_by.get(case.id, ()):
        row.found_by = ", ".join(labels.tag(*tag) for tag in tags)
    elif results.needles:
        text = f"{case.summary}\n{case_body(case)}"
        row.title = highlight(case.title, results.needles, case.language)
        row.highlight = fragment(text, results.needles, case.language, LONGEST_FRAGMENT)
    return row


def _dates(case: ListedCase) -> list[Dated]:
    found = []
    if case.published_at:
        found.append(_dated(case.published_at, _("Published %(day)s", day=_day(case.published_at))))
    if case.confirmed_at:
        found.append(_dated(case.confirmed_at, _("Confirmed by the city %(day)s", day=_day(case.confirmed_at))))
    return found


def _dated(moment: datetime, text: str) -> Dated:
    return Dated(moment.date().isoformat(), text)


def _day(moment: datetime) -> str:
    return format_date(moment.date(), "medium")

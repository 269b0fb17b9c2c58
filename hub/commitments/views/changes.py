"""What changed in the commitments in a month, for people and for programs."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template

from hub.cities import queries as cities
from hub.cities.queries import CityLine
from hub.cities.standing import standing, status_label
from hub.commitments import documents, policy
from hub.commitments.models import UNKNOWN
from hub.commitments.queries import changes
from hub.commitments.queries.changes import EFFECTIVE, RECORDED, Change, Span
from hub.commitments.states import AGAIN, BACK, STOP
from hub.commitments.views.blueprint import bp, today
from hub.core.errors import Invalid, NotFound
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.dates import partial_date
from hub.web.formats import atom_feed, csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language
from hub.web.paging import Page
from hub.web.params import Query, read_query

A_PAGE = 50
FIRST = date(1900, 1, 1)
_MONTH = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
_HEADER = (*documents.CSV_HEADER, "before", "turn")


@bp.get("/commitments/changes")
@public
def show_changes() -> str:
    """Show what came on record in a month, or took effect in it, and what was in force before."""
    query = read_query(allowed={"month", "by", "page"})
    span, number = _asked(query), query.integer("page", 1) or 1
    total, first = changes.count_changes(span), (number - 1) * A_PAGE
    if number > 1 and first >= total:
        raise NotFound("no such page of changes")
    me = signed_in_user()
    found = changes.list_changes(span, offset=first, limit=A_PAGE, with_evidence=True, sees=policy.sees_of(me))
    return render_template(
        "commitments/changes.html",
        span=span,
        named=partial_date(f"{span.first:%Y-%m}"),
        days=_by_day(found, span.by),
        falls=sum(changes.fell(each) for each in found),
        months=[(month, partial_date(f"{month:%Y-%m}")) for month in changes.months_with_changes()],
        page=Page(found, total, number, A_PAGE),
        address=_address,
        page_url=lambda other: _address(span, page=other),
        nav_current="commitments",
    )


@bp.get("/commitments/changes.<any(json,csv,atom):suffix>")
@public
def export_changes(suffix: str) -> Response:
    """Give the changes of a month to programs."""
    query = read_query(allowed={"month", "by", "page", "per_page"})
    span = _asked(query)
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 20, high=100) or 20
    by_id = {city.id: city for city in cities.list_cities()}
    if suffix == "csv":
        found = changes.list_changes(span, with_evidence=True)
        return csv_stream(f"changes-{span.first:%Y-%m}.csv", _HEADER, _csv_rows(found, by_id))
    if suffix == "atom":  # without a month it goes on for ever, as a reader that subscribes wants it
        span = span if query.text("month") else Span(FIRST, today(), span.by)
        lines = [each.line for each in changes.list_changes(span, limit=50)]
        return atom_feed(
            title=_("%(page)s: Human Rights Cities Hub", page=_("What changed in the commitments")),
            path=_address(span, suffix=".atom"),
            page_path=_address(span),
            entries=documents.atom_entries(lines, by_id, vocabulary()),
        )
    found = changes.list_changes(span, offset=(number - 1) * per_page, limit=per_page, with_evidence=True)
    page = Page(found, changes.count_changes(span), number, per_page)
    return json_list(page, [_item(each, by_id) for each in found], month=f"{span.first:%Y-%m}", by=span.by)


def _asked(query: Query) -> Span:
    """Read which month, the present one where none is named; raises Invalid."""
    month, by = query.text("month", 10), query.text("by", 20) or RECORDED
    if by not in (RECORDED, EFFECTIVE):
        raise Invalid("by", "Choose one of: %(choices)s.", choices=f"{RECORDED}, {EFFECTIVE}")
    if month and not _MONTH.fullmatch(month):
        raise Invalid("month", "Write the month as year and month, such as 2024-05.")
    first = date.fromisoformat(f"{month}-01") if month else today().replace(day=1)
    if first > today():
        raise Invalid("month", "This month lies in the future.")
    return Span(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]), by)


def _address(span: Span, month: date | None = None, by: str = "", page: int = 1, suffix: str = "") -> str:
    """Return the address of another month, way of counting, page or format."""
    shown_by = by or span.by
    shown = month or span.first
    fields = {
        "month": f"{shown:%Y-%m}" if shown != FIRST else "",
        "by": shown_by if shown_by != RECORDED else "",
        "page": str(page) if page > 1 else "",
    }
    asked = urlencode({name: value for name, value in fields.items() if value})
    return f"/commitments/changes{suffix}?{asked}" if asked else f"/commitments/changes{suffix}"


def _by_day(found: Sequence[Change], by: str) -> list[tuple[date, list[dict[str, Any]]]]:
    """Return the changes as rows of a page, day by day."""
    terms, by_id, shown_in = vocabulary(), {city.id: city for city in cities.list_cities()}, language()
    words = {BACK: _("Back to a lower rung"), STOP: _("Given up"), AGAIN: _("Taken up again")}
    days: dict[date, list[dict[str, Any]]] = {}
    for each in found:
        line, city = each.line, by_id[each.line.city_id]
        item = terms.get_item(line.item_code)
        day = line.recorded_at.date() if by == RECORDED else line.effective_from or line.recorded_at.date()
        row = {
            "city": city.label(shown_in),
            "url": f"{city.url}/commitments#{item.code}",
            "code": item.code,
            "item": in_language(item.labels),
            "status": standing(line, item, terms),
            "before": status_label(each.before.status if each.before else UNKNOWN, terms),
            "is_correction": line.replaces_id is not None,
            "turn": words.get(each.turn, ""),
        }
        days.setdefault(day, []).append(row)
    return list(days.items())


def _item(change: Change, by_id: dict[int, CityLine]) -> dict[str, Any]:
    return {
        "city": documents.city_reference(by_id[change.line.city_id]),
        "item": change.line.item_code,
        **documents.record_fields(change.line),
        "before": change.before.status if change.before else UNKNOWN,
        "turn": change.turn or None,
    }


def _csv_rows(found: Sequence[Change], by_id: dict[int, CityLine]) -> Iterator[tuple[Any, ...]]:
    terms = vocabulary()
    for each in found:
        city, item = by_id[each.line.city_id], terms.get_item(each.line.item_code)
        (row,) = documents.csv_rows([city], [item], {(city.id, item.code): each.line})
        yield (*row, each.before.status if each.before else UNKNOWN, each.turn)

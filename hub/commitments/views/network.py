"""The matrix of all cities and items, for people and for programs."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, current_app, render_template

from hub.cities import queries as cities
from hub.cities.directory import region_name
from hub.cities.queries import CityLine
from hub.commitments import documents, itempage, matrix, queries
from hub.commitments.asked import DAY, Asked, read_asked
from hub.commitments.cells import Pen
from hub.commitments.tally import Tally, counted, total
from hub.commitments.views.blueprint import bp, feed_of, today
from hub.commitments.wording import Sign, chips, signs
from hub.core.errors import NotFound
from hub.vocabularies.queries import ItemView, Vocabulary, vocabulary
from hub.web.assets import asset
from hub.web.formats import csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

CITIES_A_PAGE = 50
FILTERS = DAY | {"region", "group", "item", "status"}


class _Narrowed(NamedTuple):
    """The cities, by their ids in order, and the columns that were asked for, and the sums over them."""

    ids: list[int]
    columns: list[matrix.Group]
    items: list[ItemView]
    sums: list[Tally]


def _narrow(asked: Asked, terms: Vocabulary) -> _Narrowed:
    columns = matrix.groups(terms, asked.group, asked.item)
    items = [item for group in columns for item in group.items]
    codes = [item.code for item in items]
    ids = cities.list_city_ids(asked.region)
    if asked.status:
        there = queries.cities_at(asked.status, asked.as_of, asked.known, items=codes, among=ids)
        ids = [city_id for city_id in ids if city_id in there]
    counts = _counts(asked, codes, ids if asked.status else None)
    return _Narrowed(ids, columns, items, counted(counts, len(ids)))


def _lines(ids: list[int]) -> list[CityLine]:
    return cities.list_cities(cities.CityFilter(ids=frozenset(ids)))


def _counts(asked: Asked, codes: list[str], ids: list[int] | None) -> queries.Counts:
    """Return the sums over the cities named, or over all of the region: those are kept where pages are kept too."""
    if ids is None and current_app.config["HUB"].page_cache_mb:
        return queries.kept_counts(asked.as_of, asked.known, items=codes, region=asked.region)
    return queries.status_counts(asked.as_of, asked.known, items=codes, region=asked.region, city_ids=ids)


def _choices(items: list[ItemView], terms: Vocabulary) -> list[ItemView]:
    """Return the items to choose one of; the one shown is among them, also a point or one that was replaced."""
    in_use = [item for group in matrix.groups(terms) for item in group.items]
    return in_use if len(items) != 1 or items[0] in in_use else [*in_use, *items]


def _pen(items: list[ItemView], key: list[Sign], checked: frozenset[int]) -> Pen:
    return Pen(
        items,
        {sign.code: sign.label for sign in key},
        sprite=asset("icons.svg"),
        unknown=_("Unknown"),
        demo=_("Demo"),
        checked=_("Checked by others"),
        records=checked,
    )


@bp.get("/commitments/")
@public
def show_matrix() -> str:
    """Show what each city has done about each item, unknowns included, on any day, as known now or then."""
    query, terms = read_query(allowed=FILTERS | {"page"}), vocabulary()
    asked, number = read_asked(query, terms, today()), query.integer("page", 1) or 1
    ids, columns, items, sums = _narrow(asked, terms)
    first = (number - 1) * CITIES_A_PAGE
    if number > 1 and first >= len(ids):
        raise NotFound("no such page of the matrix")
    here = ids[first : first + CITIES_A_PAGE]
    stands = queries.stands(here, asked.as_of, asked.known, items=[item.code for item in items])
    checked = queries.checked_records(stands.values(), here, asked.as_of, asked.known)
    shown = matrix.rows(_lines(here), items, stands)
    key = signs(terms, total(sums))
    return render_template(
        "commitments/matrix.html",
        asked=asked,
        terms=terms,
        columns=columns,
        items=items,
        choices=_choices(items, terms),
        regions=[(region_name(code, terms), rows) for code, rows in matrix.by_region(shown)],
        readings=matrix.readings(shown, items, terms),
        pen=_pen(items, key, checked),
        sums=[(tally, itempage.segments(tally, key)) for tally in sums],
        key=key,
        has_checks=bool(checked),
        page=Page(shown, len(ids), number, CITIES_A_PAGE),
        page_url=lambda other: asked.url("/commitments/", page=other if other > 1 else ""),
        removable=chips(asked, terms),
        nav_current="commitments",
    )


@bp.get("/commitments.<any(json,csv,atom):suffix>")
@public
def export_network(suffix: str) -> Response:
    """Give the network's state to programs: items as JSON, every city and item as CSV, newest records as Atom."""
    query = read_query(allowed=FILTERS | {"page", "per_page"})
    terms = vocabulary()
    asked = read_asked(query, terms, today())
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 100, high=100) or 100
    ids, _columns, items, sums = _narrow(asked, terms)
    if suffix == "atom":
        return feed_of(asked, items, _lines(ids), "/commitments", _("Commitments"))
    if suffix == "csv":
        is_narrowed = bool(asked.region or asked.status)
        states = queries.current_states(
            asked.as_of, asked.known, with_evidence=True, city_ids=ids if is_narrowed else None
        )
        checks = queries.checks_in_force([line.id for line in states.values()], asked.as_of, asked.known)
        return csv_stream(
            "commitments.csv", documents.CSV_HEADER, documents.csv_rows(_lines(ids), items, states, asked.as_of, checks)
        )
    shown = Page(sums[(number - 1) * per_page : number * per_page], len(items), number, per_page)
    listed = [documents.tally_item(tally, terms.get_item(tally.item_code), asked) for tally in shown.items]
    return json_list(shown, listed, as_of=asked.as_of.isoformat(), knowing=asked.knowing)

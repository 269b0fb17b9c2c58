"""The matrix of all cities and items, for people and for programs."""

from __future__ import annotations

from flask import Response, render_template

from hub.cities import queries as cities
from hub.cities.directory import region_name
from hub.commitments import documents, itempage, matrix, queries
from hub.commitments.asked import read_asked
from hub.commitments.tally import tallies, total
from hub.commitments.views.blueprint import bp, feed_of, today
from hub.commitments.wording import chips, signs
from hub.core.errors import NotFound
from hub.vocabularies.queries import vocabulary
from hub.web.formats import csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

CITIES_A_PAGE = 50


@bp.get("/commitments/")
@public
def show_matrix() -> str:
    """Show what each city has done about each item, unknowns included, on any day."""
    query, terms = read_query(allowed={"region", "group", "as_of", "page"}), vocabulary()
    asked, number = read_asked(query, terms, today()), query.integer("page", 1) or 1
    found = cities.list_cities(cities.CityFilter(region=asked.region))
    states = queries.current_states(asked.as_of)
    columns = matrix.groups(terms, asked.group)
    items = [item for group in columns for item in group.items]
    sums = tallies(states, [item.code for item in items], [city.id for city in found])
    first = (number - 1) * CITIES_A_PAGE
    if number > 1 and first >= len(found):
        raise NotFound("no such page of the matrix")
    shown = matrix.rows(found[first : first + CITIES_A_PAGE], items, states, terms)
    key = signs(terms, total(sums))
    return render_template(
        "commitments/matrix.html",
        asked=asked,
        terms=terms,
        columns=columns,
        items=items,
        regions=[(region_name(code, terms), rows) for code, rows in matrix.by_region(shown)],
        readings=matrix.readings(shown, items),
        sums=[(tally, itempage.segments(tally, key)) for tally in sums],
        key=key,
        page=Page(shown, len(found), number, CITIES_A_PAGE),
        page_url=lambda other: asked.url("/commitments/", page=other if other > 1 else ""),
        removable=chips(asked, terms),
        nav_current="commitments",
    )


@bp.get("/commitments.<any(json,csv,atom):suffix>")
@public
def export_network(suffix: str) -> Response:
    """Give the network's state to programs: items as JSON, every city and item as CSV, newest records as Atom."""
    query = read_query(allowed={"region", "group", "as_of", "page", "per_page"})
    terms = vocabulary()
    asked = read_asked(query, terms, today())
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 100, high=100) or 100
    found = cities.list_cities(cities.CityFilter(region=asked.region))
    items = [item for group in matrix.groups(terms, asked.group) for item in group.items]
    if suffix == "atom":
        return feed_of(asked, items, found, "/commitments", _("Commitments"))
    states = queries.current_states(asked.as_of, with_evidence=suffix == "csv")
    if suffix == "csv":
        return csv_stream("commitments.csv", documents.CSV_HEADER, documents.csv_rows(found, items, states))
    shown = Page(items[(number - 1) * per_page : number * per_page], len(items), number, per_page)
    sums = tallies(states, [item.code for item in shown.items], [city.id for city in found])
    listed = [documents.tally_item(tally, terms.items[tally.item_code], asked) for tally in sums]
    return json_list(shown, listed, as_of=asked.as_of.isoformat())

"""Doors of this room: the matrix, each item, and the commitments of each city."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.cases import queries as cases
from hub.cities import queries as cities
from hub.cities.directory import region_name
from hub.cities.profile import link, names
from hub.commitments import documents, itempage, matrix, queries
from hub.commitments.asked import Asked, read_asked, read_day
from hub.commitments.tally import tallies, total
from hub.commitments.wording import chips, signs
from hub.core import clock
from hub.core.errors import NotFound
from hub.vocabularies.queries import ItemView, vocabulary
from hub.web.dates import partial_date
from hub.web.formats import atom_feed, csv_stream, json_document, json_list
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import in_language
from hub.web.paging import Page
from hub.web.params import Query, read_query

bp = Blueprint("commitments", __name__)

CITIES_A_PAGE = 50


def _today() -> date:
    return clock.now().date()


@bp.get("/commitments/")
@public
def show_matrix() -> str:
    """Show what each city has done about each item, unknowns included, on any day."""
    query, terms = read_query(allowed={"region", "group", "as_of", "page"}), vocabulary()
    asked, number = read_asked(query, terms, _today()), query.integer("page", 1) or 1
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
    asked = read_asked(query, terms, _today())
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 100, high=100) or 100
    found = cities.list_cities(cities.CityFilter(region=asked.region))
    items = [item for group in matrix.groups(terms, asked.group) for item in group.items]
    if suffix == "atom":
        return _feed(asked, items, found, "/commitments", _("Commitments"))
    states = queries.current_states(asked.as_of, with_evidence=suffix == "csv")
    if suffix == "csv":
        return csv_stream("commitments.csv", documents.CSV_HEADER, documents.csv_rows(found, items, states))
    shown = Page(items[(number - 1) * per_page : number * per_page], len(items), number, per_page)
    sums = tallies(states, [item.code for item in shown.items], [city.id for city in found])
    listed = [documents.tally_item(tally, terms.items[tally.item_code], asked) for tally in sums]
    return json_list(shown, listed, as_of=asked.as_of.isoformat())


def _feed(asked: Asked, items: list[ItemView], found: list[cities.CityLine], path: str, title: str) -> Response:
    by_id = {city.id: city for city in found}
    lines = queries.newest_lines(
        50, items=[item.code for item in items], city_ids=list(by_id) if asked.region else None, day=asked.day
    )
    page_path = path + "/" if path == "/commitments" else path
    return atom_feed(
        title=_("%(page)s: Human Rights Cities Hub", page=title),
        path=asked.url(f"{path}.atom"),
        page_path=asked.url(page_path),
        entries=documents.atom_entries(lines, by_id, vocabulary()),
    )


def _item_or_redirect(code: str) -> ItemView | AnyResponse:
    """Return the item, or the way to its right spelling; raises NotFound."""
    terms = vocabulary()
    if code not in terms.items and code.upper() in terms.items:
        address = request.path.replace(code, code.upper(), 1)
        query = request.query_string.decode("utf-8", "replace")
        return redirect(f"{address}?{query}" if query else address, 301)
    return terms.get_item(code)


def _asked_day(query: Query) -> Asked:
    return Asked(_today(), read_day(query, _today()))


@bp.get("/commitments/<code>")
@public
def show_item(code: str) -> str | AnyResponse:
    """Show one item: what it asks, where the network stands, who met it, who gave it up, which practices serve it."""
    asked, item = _asked_day(read_query(allowed={"as_of"})), _item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    terms, found = vocabulary(), cities.by_name(cities.list_cities())
    histories = queries.item_histories(item.code, asked.as_of)
    tally = itempage.tally_of(item.code, histories, found)
    key = signs(terms, tally.counts())
    return render_template(
        "commitments/item.html",
        asked=asked,
        item=item,
        group=terms.find("commitment-groups", item.group_code),
        evidence_types=itempage.evidence_labels(item, terms),
        tally=tally,
        key=key,
        segments=itempage.segments(tally, key),
        lists=itempage.lists(item, histories, found, terms),
        cases=cases.case_rows(cases.cases_with_code(item.code)),
        clauses=itempage.clauses_towards(item.code, terms),
        founded=partial_date(item.founded_or_adopted),
        home=link(item.home),
        terms=terms,
        nav_current="commitments",
    )


@bp.get("/commitments/<code>.<any(json,csv,atom):suffix>")
@public
def export_item(code: str, suffix: str) -> AnyResponse:
    """Give one item to programs: what is on record city by city, as JSON, CSV or the newest records as Atom."""
    query = read_query(allowed={"as_of", "page", "per_page"})
    asked, item = _asked_day(query), _item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 20, high=100) or 20
    found = cities.list_cities()
    if suffix == "atom":
        return _feed(asked, [item], found, f"/commitments/{item.code}", f"{item.code} {in_language(item.labels)}")
    states = queries.item_states(item.code, asked.as_of)
    if suffix == "csv":
        return csv_stream(
            f"commitment-{item.code}.csv", documents.CSV_HEADER, documents.csv_rows(found, [item], states)
        )
    known = [city for city in found if (city.id, item.code) in states]
    shown = Page(known[(number - 1) * per_page : number * per_page], len(known), number, per_page)
    listed = [
        {"city": documents.city_reference(city), **documents.record_fields(states[city.id, item.code])}
        for city in shown.items
    ]
    (tally,) = tallies(states, [item.code], [city.id for city in found])
    return json_list(shown, listed, **documents.tally_item(tally, item, asked), as_of=asked.as_of.isoformat())


@bp.get("/cities/<slug>/commitments")
@public
def show_city_commitments(slug: str) -> str:
    """Show every item in one city: status, since when, on what evidence, who says so, and what came before."""
    asked, city, terms = _asked_day(read_query(allowed={"as_of"})), cities.get_city(slug), vocabulary()
    histories = queries.city_histories(city.id, asked.as_of)
    name, _other, _language = names(city)
    sections = itempage.city_sections(matrix.groups(terms), histories, terms)
    return render_template(
        "commitments/city.html",
        asked=asked,
        city=city,
        name=name,
        sections=sections,
        known=sum(entry.status is not None for section in sections for entry in section.entries),
        items_total=sum(len(section.entries) for section in sections),
        timeline=itempage.city_timeline(sections),
        key=signs(terms),
        nav_current="cities",
    )


@bp.get("/cities/<slug>/commitments.<any(json,csv):suffix>")
@public
def export_city_commitments(slug: str, suffix: str) -> Response:
    """Give every item in one city to programs."""
    asked, city, terms = _asked_day(read_query(allowed={"as_of"})), cities.get_city(slug), vocabulary()
    histories = queries.city_histories(city.id, asked.as_of)
    (line,) = cities.list_cities(cities.CityFilter(ids=frozenset({city.id})))
    current = {code: itempage.current_of(steps) for code, steps in histories.items()}
    items = [item for group in matrix.groups(terms) for item in group.items]
    if suffix == "csv":
        states = {(city.id, code): record for code, record in current.items() if record is not None}
        return csv_stream(
            f"commitments-{city.slug}.csv", documents.CSV_HEADER, documents.csv_rows([line], items, states)
        )
    listed = [documents.city_item(item, histories.get(item.code, []), current.get(item.code)) for item in items]
    known = sum(record is not None for record in current.values())
    return json_document(
        {
            "city": documents.city_reference(line),
            "as_of": asked.as_of.isoformat(),
            "items": listed,
            "total": len(items),
            "page": 1,
            "pages": 1,
            "known": known,
            "unknown": len(items) - known,
        }
    )

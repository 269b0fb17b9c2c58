"""One item, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from hub.cases import queries as cases
from hub.cities import queries as cities
from hub.cities.profile import link
from hub.cities.queries import CityLine
from hub.commitments import coalitions, documents, itemfacts, itempage, policy, queries
from hub.commitments.asked import DAY
from hub.commitments.tally import counted, tallies
from hub.commitments.views.blueprint import asked_day, bp, feed_of, item_or_redirect
from hub.commitments.wording import signs
from hub.core.errors import NotFound
from hub.people.models import User
from hub.vocabularies.policy import can_keep_items
from hub.vocabularies.queries import GROUPS, Vocabulary, vocabulary
from hub.web.actor import signed_in_user
from hub.web.dates import partial_date
from hub.web.formats import csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import in_language
from hub.web.paging import Page
from hub.web.params import read_query

CITIES_A_PAGE = 50


@bp.get("/commitments/<code>")
@public
def show_item(code: str) -> str | AnyResponse:
    """Show one item: what it asks, where the network stands, who met it, who gave it up, which practices serve it."""
    query = read_query(allowed=DAY | {"page"})
    asked, item = asked_day(query), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    terms, ids = vocabulary(), cities.list_ids_by_name()
    me, day = signed_in_user(), asked.as_of
    statuses = queries.item_statuses(item.code, day, asked.known)
    page = _page(query.integer("page", 1) or 1, itempage.in_order(statuses, ids))
    shown = [city.id for city in page.items]
    histories = queries.item_histories(item.code, shown, day, policy.sees_of(me), asked.known)
    checks = queries.item_checks(item.code, day, asked.known)
    tally = itempage.tally_of(item.code, statuses, len(ids))
    key, points = signs(terms, tally.counts()), terms.points_of(item.code)
    counts = queries.status_counts(day, asked.known, items=[point.code for point in points]) if points else {}
    return render_template(
        "commitments/item.html",
        asked=asked,
        item=item,
        group=terms.find(GROUPS, item.group_code),
        parent=terms.items.get(item.parent_code) if item.parent_code else None,
        family=terms.find("families", item.family) if item.family else None,
        holds=itemfacts.holds_words(item),
        is_untold=itemfacts.untold(item),
        ladder=itemfacts.ladder(item, terms),
        points=itemfacts.point_rows(points, counted(counts, len(ids))),
        beside=itemfacts.beside(item, terms),
        replaces=itemfacts.replaced(item.code, terms),
        coalitions=_coalitions(statuses, terms) if item.code == coalitions.ITEM else [],
        checked=sum(each.is_checked for each in checks.values()),
        may_keep=can_keep_items(me),
        evidence_types=itempage.evidence_labels(item, terms),
        tally=tally,
        key=key,
        segments=itempage.segments(tally, key),
        sizes=itempage.sizes(tally),
        lists=itempage.lists(item, histories, page.items, terms, day, checks),
        page=page,
        page_url=lambda other: asked.url(f"/commitments/{item.code}", page=other if other > 1 else "") + "#cities",
        cases=cases.case_rows(cases.cases_with_code(item.code)),
        clauses=itempage.clauses_towards(item.code, terms),
        founded=partial_date(item.founded_or_adopted),
        home=link(item.home),
        recorders=[] if item.replaced_by else _recorders(me),
        terms=terms,
        nav_current="commitments",
    )


@bp.get("/commitments/<code>.<any(json,csv,atom):suffix>")
@public
def export_item(code: str, suffix: str) -> AnyResponse:
    """Give one item to programs: what is on record city by city, as JSON, CSV or the newest records as Atom."""
    query = read_query(allowed=DAY | {"page", "per_page"})
    asked, item = asked_day(query), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 20, high=100) or 20
    found = cities.list_cities()
    if suffix == "atom":
        return feed_of(asked, [item], found, f"/commitments/{item.code}", f"{item.code} {in_language(item.labels)}")
    states = queries.item_states(item.code, asked.as_of, asked.known)
    checks = queries.checks_in_force([line.id for line in states.values()], asked.as_of, asked.known)
    if suffix == "csv":
        rows = documents.csv_rows(found, [item], states, asked.as_of, checks)
        return csv_stream(f"commitment-{item.code}.csv", documents.CSV_HEADER, rows)
    known = [city for city in found if (city.id, item.code) in states]
    shown = Page(known[(number - 1) * per_page : number * per_page], len(known), number, per_page)
    listed = [
        {"city": documents.city_reference(city), **documents.record_fields(line, checks[line.id])}
        for city in shown.items
        for line in [states[city.id, item.code]]
    ]
    (tally,) = tallies(states, [item.code], [city.id for city in found])
    told = documents.tally_item(tally, item, asked) | itemfacts.item_document(item, vocabulary())
    return json_list(shown, listed, **told, as_of=asked.as_of.isoformat(), knowing=asked.knowing)


def _page(number: int, order: list[int]) -> Page[CityLine]:
    """Return the cities of a page of the lists, of which `order` holds all ids; raises NotFound beyond the last."""
    first = (number - 1) * CITIES_A_PAGE
    if number > 1 and first >= len(order):
        raise NotFound("no such page of the item")
    shown = order[first : first + CITIES_A_PAGE]
    lines = {city.id: city for city in cities.list_cities(cities.CityFilter(ids=frozenset(shown)))}
    return Page([lines[city_id] for city_id in shown], len(order), number, CITIES_A_PAGE)


def _coalitions(statuses: Mapping[int, str], terms: Vocabulary) -> list[coalitions.CoalitionCities]:
    return coalitions.by_coalition(cities.by_name(cities.list_cities()), statuses, terms)


def _recorders(me: User | None) -> list[CityLine]:
    """Return the cities that a person may record for, by name."""
    belongs_to = [each.city_id for each in me.memberships] if me is not None else []
    mine = frozenset(city_id for city_id in belongs_to if policy.can_record_status(me, city_id))
    return cities.by_name(cities.list_cities(cities.CityFilter(ids=mine))) if mine else []

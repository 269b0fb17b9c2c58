"""One item, for people and for programs."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from hub.cases import queries as cases
from hub.cities import queries as cities
from hub.cities.profile import link
from hub.commitments import documents, itempage, policy, queries
from hub.commitments.tally import tallies
from hub.commitments.views.blueprint import asked_day, bp, feed_of, item_or_redirect
from hub.commitments.wording import signs
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.dates import partial_date
from hub.web.formats import csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import in_language
from hub.web.paging import Page
from hub.web.params import read_query


@bp.get("/commitments/<code>")
@public
def show_item(code: str) -> str | AnyResponse:
    """Show one item: what it asks, where the network stands, who met it, who gave it up, which practices serve it."""
    asked, item = asked_day(read_query(allowed={"as_of"})), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    terms, found = vocabulary(), cities.by_name(cities.list_cities())
    me = signed_in_user()
    histories = queries.item_histories(item.code, asked.as_of, policy.sees_of(me))
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
        recorders=[city for city in found if policy.can_record_status(me, city.id)],
        terms=terms,
        nav_current="commitments",
    )


@bp.get("/commitments/<code>.<any(json,csv,atom):suffix>")
@public
def export_item(code: str, suffix: str) -> AnyResponse:
    """Give one item to programs: what is on record city by city, as JSON, CSV or the newest records as Atom."""
    query = read_query(allowed={"as_of", "page", "per_page"})
    asked, item = asked_day(query), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 20, high=100) or 20
    found = cities.list_cities()
    if suffix == "atom":
        return feed_of(asked, [item], found, f"/commitments/{item.code}", f"{item.code} {in_language(item.labels)}")
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

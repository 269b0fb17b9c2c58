"""The commitments of one city, for people and for programs."""

from __future__ import annotations

from flask import Response, render_template

from hub.cities import queries as cities
from hub.cities.models import City
from hub.cities.profile import names
from hub.commitments import badgewords, citypage, documents, matrix, policy, queries
from hub.commitments.asked import DAY, Asked
from hub.commitments.coalitions import city_coalition
from hub.commitments.queries import plans
from hub.commitments.queries.lines import Sees
from hub.commitments.views.blueprint import asked_day, bp
from hub.commitments.wording import signs
from hub.exchange import queries as exchange
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream, json_document
from hub.web.gate import public
from hub.web.params import read_query


def on_record(city: City, asked: Asked, sees: Sees, only: str = "") -> citypage.OnRecord:
    """Return what is on record of a city on the day asked for, of one item where named; its plan is told today only."""
    if only:
        steps = queries.item_history(city.id, only, asked.as_of, sees, asked.known)
        histories = {only: steps} if steps else {}
    else:
        histories = queries.city_histories(city.id, asked.as_of, sees, asked.known)
    checks = queries.checks_in_force(citypage.record_ids(histories), asked.as_of, asked.known)
    actions = plans.actions_by_item(city.id) if asked.day is None else {}
    return citypage.OnRecord(asked.as_of, histories, checks, actions)


@bp.get("/cities/<slug>/commitments")
@public
def show_city_commitments(slug: str) -> str:
    """Show every item in one city: status, since when, on what evidence, who checked it, and what came before."""
    asked, city, terms = asked_day(read_query(allowed=DAY)), cities.get_city(slug), vocabulary()
    me = signed_in_user()
    known = on_record(city, asked, policy.sees_of(me))
    awards = queries.city_awards(city.id, asked.known)
    name, _other, _language = names(city)
    sections = citypage.city_sections(matrix.groups(terms), known, terms)
    return render_template(
        "commitments/city.html",
        asked=asked,
        city=city,
        name=name,
        sections=sections,
        known=sum(entry.status is not None for section in sections for entry in section.in_use),
        items_total=sum(len(section.in_use) for section in sections),
        timeline=citypage.city_timeline(sections),
        is_cut=any(entry.more for section in sections for entry in section.entries),
        badges=badgewords.badge_rows(awards, terms, city.slug, asked.as_of),
        past=badgewords.past_rows(awards, terms, city.slug, asked.as_of),
        coalition=city_coalition(city, terms),
        key=signs(terms),
        replies=exchange.replies_beside_records(citypage.record_ids(known.histories) if asked.known is None else ()),
        can_record=bool(policy.claimants_of(me, city.id)),
        nav_current="cities",
    )


@bp.get("/cities/<slug>/commitments.<any(json,csv):suffix>")
@public
def export_city_commitments(slug: str, suffix: str) -> Response:
    """Give every item in one city to programs."""
    asked, city, terms = asked_day(read_query(allowed=DAY)), cities.get_city(slug), vocabulary()
    known = on_record(city, asked, lambda _city_id: False)
    (line,) = cities.list_cities(cities.CityFilter(ids=frozenset({city.id})))
    items = [item for group in matrix.groups(terms) for item in group.items]
    if suffix == "csv":
        points = (point for item in items for point in terms.points_of(item.code))
        shown = [*items, *(point for point in points if known.current(point.code) is not None)]
        states = {(city.id, each.code): found for each in shown if (found := known.current(each.code)) is not None}
        checks = {found.id: known.assured(found) for found in states.values()}
        rows = documents.csv_rows([line], shown, states, asked.as_of, checks)
        return csv_stream(f"commitments-{city.slug}.csv", documents.CSV_HEADER, rows)
    awards = queries.city_badges(city.id, asked.as_of, asked.known)
    on_file = sum(known.current(item.code) is not None for item in items)
    return json_document(
        {
            "city": documents.city_reference(line),
            "as_of": asked.as_of.isoformat(),
            "known": on_file,
            "unknown": len(items) - on_file,
            "items": [citypage.item_fields(item, known, terms, city.slug) for item in items],
            "total": len(items),
            "page": 1,
            "pages": 1,
            "badges": [badgewords.badge_fields(award, terms, city.slug, asked.as_of) for award in awards],
        }
    )

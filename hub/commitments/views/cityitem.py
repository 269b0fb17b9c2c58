"""One item in one city, for people and for programs: the ladder, every record, and whom to learn from."""

from __future__ import annotations

from flask import Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from hub.cities import queries as cities
from hub.cities.profile import names
from hub.commitments import citypage, documents, kinpage, policy, queries
from hub.commitments.asked import DAY, Asked
from hub.commitments.assurance import CheckLine
from hub.commitments.queries import kin
from hub.commitments.views.blueprint import asked_day, bp, item_or_redirect
from hub.commitments.views.city import on_record
from hub.exchange import queries as exchange
from hub.vocabularies.queries import ItemView, Vocabulary, vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import json_document
from hub.web.gate import public
from hub.web.params import read_query


@bp.get("/cities/<slug>/commitments/<code>")
@public
def show_city_item(slug: str, code: str) -> str | AnyResponse:
    """Show one item in one city: where it stands, what the next rung asks, every record, and cities that met it."""
    asked, item = asked_day(read_query(allowed=DAY)), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    city, terms, me = cities.get_city(slug), vocabulary(), signed_in_user()
    known = on_record(city, asked, policy.sees_of(me), _alone(item, terms))
    steps, line = known.histories.get(item.code, ()), known.current(item.code)
    rungs, tasks = citypage.ladder_of(item, line, asked.as_of, terms)
    near, near_total = kin.list_kin(city.id, item.code, asked.as_of, known=asked.known)
    name, _other, _language = names(city)
    is_now = asked.day is None
    return render_template(
        "commitments/cityitem.html",
        asked=asked,
        city=city,
        name=name,
        item=item,
        parent=terms.find_item(item.parent_code) if item.parent_code else None,
        entry=citypage.entry_of(item, known, terms, all_steps=True),
        ladder=rungs,
        todo=tasks,
        replies=exchange.replies_beside_records([step.record.id for step in steps] if asked.known is None else ()),
        checks=_checks([step.record.id for step in steps], asked),
        neighbours=kinpage.neighbours(near, item.code, terms),
        near_total=near_total,
        can_record=bool(policy.claimants_of(me, city.id)) and item.replaced_by is None,
        can_ask=is_now and line is not None and policy.can_ask_for_check(me, city.id),
        open_check=queries.find_open_request(line.id) if me is not None and is_now and line is not None else None,
        nav_current="cities",
    )


def _alone(item: ItemView, terms: Vocabulary) -> str:
    """Return the code of an item that has no points, so that nothing else of the city need be read."""
    return "" if terms.points_of(item.code) else item.code


def _checks(record_ids: list[int], asked: Asked) -> dict[int, list[CheckLine]]:
    """Return what others found of each record up to the day asked for, as known then where that is asked."""
    found = queries.checks_of(record_ids)
    return {
        number: [
            check
            for check in checks
            if check.checked_on <= asked.as_of and (asked.known is None or check.recorded_at <= asked.known)
        ]
        for number, checks in found.items()
    }


@bp.get("/cities/<slug>/commitments/<code>.<any(json):suffix>")
@public
def export_city_item(slug: str, code: str, suffix: str) -> Response | AnyResponse:
    """Give one item in one city to programs, with the cities nearest to it that met the item."""
    asked, item = asked_day(read_query(allowed=DAY)), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    city, terms = cities.get_city(slug), vocabulary()
    known = on_record(city, asked, lambda _city_id: False, _alone(item, terms))
    (line,) = cities.list_cities(cities.CityFilter(ids=frozenset({city.id})))
    near, near_total = kin.list_kin(city.id, item.code, asked.as_of, known=asked.known)
    return json_document(
        {
            "city": documents.city_reference(line),
            "as_of": asked.as_of.isoformat(),
            **citypage.item_fields(item, known, terms, city.slug),
            "met_by": near_total,
            "nearest": [kinpage.kin_fields(each, item.code) for each in near],
        }
    )

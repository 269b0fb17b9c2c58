"""The commitments of one city, for people and for programs."""

from __future__ import annotations

from flask import Response, render_template

from hub.cities import queries as cities
from hub.cities.profile import names
from hub.commitments import documents, itempage, matrix, policy, queries
from hub.commitments.views.blueprint import asked_day, bp
from hub.commitments.wording import signs
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream, json_document
from hub.web.gate import public
from hub.web.params import read_query


@bp.get("/cities/<slug>/commitments")
@public
def show_city_commitments(slug: str) -> str:
    """Show every item in one city: status, since when, on what evidence, who says so, and what came before."""
    asked, city, terms = asked_day(read_query(allowed={"as_of"})), cities.get_city(slug), vocabulary()
    me = signed_in_user()
    histories = queries.city_histories(city.id, asked.as_of, policy.sees_of(me))
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
        can_record=policy.can_record_status(me, city.id),
        nav_current="cities",
    )


@bp.get("/cities/<slug>/commitments.<any(json,csv):suffix>")
@public
def export_city_commitments(slug: str, suffix: str) -> Response:
    """Give every item in one city to programs."""
    asked, city, terms = asked_day(read_query(allowed={"as_of"})), cities.get_city(slug), vocabulary()
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

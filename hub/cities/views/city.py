"""The page of a city."""

from __future__ import annotations

from flask import Response, render_template

from hub.cases import queries as cases
from hub.cities import profile, queries
from hub.cities.policy import can_edit_city
from hub.cities.standing import Standing, standing
from hub.cities.views.blueprint import bp
from hub.commitments import queries as commitments
from hub.core import clock
from hub.feeds import queries as feeds
from hub.people import queries as people
from hub.vocabularies.queries import ItemView, vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import json_document
from hub.web.gate import public
from hub.web.params import read_query


def _commitments(city_id: int) -> tuple[list[Standing], list[ItemView]]:
    """Return what is on record of a city today, in the order of the commitments, and the items of which nothing is."""
    terms = vocabulary()
    states = commitments.city_states(city_id, clock.now().date())
    items = [item for item in terms.items.values() if item.replaced_by is None]
    known = [standing(states[item.code], item, terms) for item in items if item.code in states]
    return known, [item for item in items if item.code not in states]


@bp.get("/cities/<slug>")
@public
def show_city(slug: str) -> str:
    """Show one city: its cases, its commitments, how it came about."""
    read_query()
    city = queries.get_city(slug)
    terms = vocabulary()
    own_cases = cases.cases_of_city(city.id)
    rows = cases.case_rows(own_cases)
    known, unknown = _commitments(city.id)
    principles = {code for row in rows for code in row.principle_codes}
    name, other_name, other_language = profile.names(city)
    may_edit = can_edit_city(signed_in_user(), city)
    return render_template(
        "cities/city.html",
        city=city,
        name=name,
        other_name=other_name,
        other_language=other_language,
        kind=profile.term_label("government_types", city.gov_type, terms),
        region=profile.term_label("regions", city.region, terms),
        cases=rows,
        principle_codes=principles,
        gaps=[term.code for term in terms.top("gwangju") if term.code not in principles],
        known=known,
        unknown=unknown,
        items_total=len(known) + len(unknown),
        timeline=profile.timeline(city, known, list(zip(own_cases, rows, strict=True))),
        forum_years=profile.years_words(profile.forum_years(city.forum_editions)),
        coming=feeds.coming_up(clock.now().date(), city=city.slug),
        hosted=[edition for edition in feeds.list_editions() if edition.city_slug == city.slug],
        locator=profile.locator(city),
        neighbours=queries.list_neighbours(city),
        hrc_source=profile.link(city.hrc_source),
        forum_source=profile.link(city.forum_source),
        website=profile.link(city.website),
        membership=profile.membership_words(city.membership),
        contact=profile.contact(city),
        may_edit=may_edit,
        coordinators=people.count_coordinators(city.id) if may_edit else 0,
        nav_current="cities",
    )


@bp.get("/cities/<slug>.<any(json):suffix>")
@public
def export_city(slug: str, suffix: str) -> Response:
    """Give one city to programs."""
    read_query()
    city = queries.get_city(slug)
    known, unknown = _commitments(city.id)
    items = [cases.case_item(case) for case in cases.cases_of_city(city.id)]
    return json_document(profile.document(city, len(known), len(known) + len(unknown), items))

"""The log as organizers read it, and the part of it that is a city's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template

from hub.cities import queries as cities
from hub.cities.models import City
from hub.core.errors import Forbidden, Invalid
from hub.people.queries import find_user_by_email, team_of
from hub.site import audit, policy, queries, trail
from hub.site.trail import TrailFilter
from hub.site.trail.subjects import View
from hub.site.views.base import SHOWN, bp
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream
from hub.web.gate import COORDINATOR, ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.paging import Page
from hub.web.params import Query, read_query
from hub.web.zones import zone

STEPS = 50
LONGEST_TEXT = 100
OWN = ("entry", "q", "kind", "person", "from", "to")
NARROWING = (*OWN, "city", "door")
FIRST, LAST = date(1970, 1, 2), date(9998, 12, 30)  # further days need not be told apart, in any zone
HIGHEST = 2**53


@bp.get("/organizers/audit")
@permission(ORGANIZER)
def show_audit() -> str:
    """Show the log: who did what, when, about what, from where, and what was before."""
    asked = read_query(allowed={*NARROWING, "page"})
    narrowed = _narrowed(asked)
    return render_template(
        "site/audit.html",
        nav_current="desk",
        cities=queries.city_names(),
        doors=[(kind, _(words)) for kind, words in audit.DOORS.items()],
        **_page(asked, narrowed, NARROWING, trail.known_kinds()),
    )


@bp.get("/organizers/audit.csv")
@permission(ORGANIZER)
def download_audit() -> Response:
    """Give the log of the same query as CSV; personal values and network addresses stay on the page."""
    steps = trail.each_step(_narrowed(read_query(allowed=NARROWING)))
    return csv_stream("audit.csv", audit.HEADER, audit.csv_rows(steps))


@bp.get("/cities/<slug>/trail")
@permission(COORDINATOR)
def show_city_trail(slug: str) -> Response:
    """Show a city's coordinators what was done for their city, and by whom."""
    asked = read_query(allowed={*OWN, "page"})
    city = _my_city(slug)
    narrowed = _narrowed_own(asked, city)
    page = render_template(
        "site/trail.html",
        nav_current="desk",
        city=city,
        city_label=cities.label_of(city.name, city.name_native, city.native_language, language()),
        people=[(str(each.user_id), each.user.name) for each in team_of(city.id)],
        **_page(asked, narrowed, OWN, trail.known_kinds(narrowed.view)),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/cities/<slug>/trail.csv")
@permission(COORDINATOR)
def download_city_trail(slug: str) -> Response:
    """Give what was done for a city as CSV, by the same query."""
    asked = read_query(allowed=OWN)
    steps = trail.each_step(_narrowed_own(asked, _my_city(slug)))
    return csv_stream(f"{slug}-trail.csv", audit.HEADER, audit.csv_rows(steps))


def _page(asked: Query, narrowed: TrailFilter, names: Sequence[str], kinds: list[str]) -> dict[str, Any]:
    """Return what both pages show."""
    number, home = asked.integer("page", 1) or 1, narrowed.view.page
    steps, total = trail.list_steps(narrowed, number, STEPS)
    kept = {name: asked.text(name) for name in names if asked.text(name)}
    return {
        "narrowed": bool(kept),
        "typed": {name: asked.text(name) for name in names},
        "kinds": audit.kind_choices(kinds),
        "page": Page(audit.rows(steps, is_whole=narrowed.entry is not None), total, number, STEPS),
        "home": home,
        "searched": trail.SEARCHED if narrowed.text else 0,
        "address": lambda path=home, **more: _address(path, {**kept, **more}),
        **SHOWN,
    }


def _my_city(slug: str) -> City:
    """Return the city where the person signed in coordinates it; raises NotFound, Forbidden."""
    me: Any = signed_in_user()
    city = cities.get_city(slug)
    if not policy.can_see_trail(me, city.id):
        raise Forbidden("not a coordinator of this city")
    return city


def _narrowed(asked: Query) -> TrailFilter:
    """Return what narrows the log; raises Invalid for a person or a city that nobody knows."""
    door = asked.text("door", 20)
    if door and door not in audit.DOORS:
        raise Invalid("door", "Choose one of: %(choices)s.", choices=", ".join(audit.DOORS))
    person_id, city_id = _person_id(asked.text("person", 254)), _city_id(asked.text("city", 80))
    return TrailFilter(**_both(asked), person_id=person_id, city_id=city_id, door=door)


def _narrowed_own(asked: Query, city: City) -> TrailFilter:
    """Return what narrows a city's own entries; a person is named by number, so that no address can be tried here."""
    person_id = asked.integer("person", high=2_147_483_647)
    return TrailFilter(**_both(asked), person_id=person_id, view=View(f"/cities/{city.slug}/trail", city.id))


def _both(asked: Query) -> dict[str, Any]:
    text = asked.text("q", LONGEST_TEXT)
    first, last = asked.date("from"), asked.date("to")
    return {
        "entry": asked.integer("entry", high=HIGHEST),
        "kind": asked.text("kind", 80),
        "since": _midnight(first) if first else None,
        "until": _midnight(last + timedelta(days=1)) if last and last < LAST else None,
        "text": text,
        "kinds": audit.kinds_saying(text) if text else frozenset(),
    }


def _midnight(day: date) -> datetime:
    """Return when a day begins where the reader is."""
    return datetime.combine(max(day, FIRST) if day < LAST else LAST, time(), zone())


def _person_id(typed: str) -> int | None:
    """Return the id of the account with this number or e-mail address, also of someone who left."""
    if not typed:
        return None
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    user = queries.find_account(int(typed)) if is_number else find_user_by_email(typed)
    if user is None:
        raise Invalid("person", "Nobody here has this e-mail address.")
    return user.id


def _city_id(slug: str) -> int | None:
    city = cities.find_city(slug) if slug else None
    if slug and city is None:
        raise Invalid("city", "No city has this name in its address.")
    return city.id if city else None


def _address(path: str, kept: dict[str, object]) -> str:
    """Return an address with what narrows the log now, and more."""
    query = urlencode(kept)
    return f"{path}?{query}" if query else path

"""Home, about, methodology, privacy, health, and the desks of members and organizers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from hub.cases import queries as cases
from hub.cases.queries import counts_of_principles
from hub.cities import queries as cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.core.outbox import waiting_mail
from hub.feeds import queries as feeds
from hub.feeds.rows import news_rows
from hub.follows import queries as follows
from hub.follows.told import lines_of
from hub.people.queries import find_user_by_email
from hub.site import audit, desk, health, home, machines, queries, service, trail
from hub.site.moments import format_ago, format_moment
from hub.vocabularies.pages import term_row
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream
from hub.web.gate import MEMBER, ORGANIZER, permission, public
from hub.web.paging import Page
from hub.web.params import Query, read_query

bp = Blueprint("site", __name__)

NEW_CASES = 3
NEW_MOVES = 4
NEW_STORIES = 3
NEW_NEWS = 5
NEW_WAITING = 5
NEW_STEPS = 8
STEPS = 50
NARROWING = ("kind", "person", "city", "from", "to")
SHOWN = {"format_moment": format_moment, "format_ago": lambda moment: format_ago(moment, clock.now())}


@bp.get("/")
@public
def show_home() -> str:
    """Show the first page: search, map, figures, principles, new cases, what moved."""
    read_query()
    words, cities, today = vocabulary(), queries.places(), clock.now().date()
    counts = counts_of_principles()
    with_case = sum(1 for city in cities if city.cases)
    return render_template(
        "site/home.html",
        points=home.map_points(cities),
        with_case=with_case,
        without_case=len(cities) - with_case,
        figures=home.figures(cities, words, today),
        principles=[term_row(words, term, counts) for term in words.top("gwangju") if not term.replaced_by],
        cases=cases.case_rows(cases.newest(NEW_CASES)),
        moves=home.move_rows(queries.latest_moves(NEW_MOVES, today), words),
        stories=news_rows(feeds.newest_entries(NEW_STORIES), words),
    )


@bp.get("/about")
@public
def show_about() -> str:
    """Say what the hub is, who keeps it, and how to take its data."""
    read_query()
    return render_template("site/about.html", nav_current="about")


@bp.get("/methodology")
@public
def show_methodology() -> str:
    """Say how statuses, evidence, counts, search and compiled cases work."""
    read_query()
    return render_template("site/methodology.html", nav_current="methodology", statuses=home.status_meanings())


@bp.get("/privacy")
@public
def show_privacy() -> str:
    """Say what is kept about visitors and members."""
    read_query()
    return render_template("site/privacy.html", nav_current="privacy")


@bp.get("/desk")
@permission(MEMBER)
def show_desk() -> str:
    """Show a person where her day begins: drafts, what is due, news, her cities."""
    read_query()
    me: Any = signed_in_user()
    works = desk.works_of(me)
    open_ids = [work.city.id for work in works if not work.is_suspended]
    return render_template(
        "site/desk.html",
        nav_current="desk",
        works=works,
        writes=bool(open_ids),
        coordinates=any(work.is_coordinator for work in works),
        drafts=cases.drafts_of(open_ids),
        compiled=cases.compiled_of([work.city.id for work in works if work.is_coordinator]),
        duties=desk.duties(works, vocabulary(), clock.now().date()),
        unread=follows.unread_count(me.id),
        news=lines_of(follows.newest_notifications(me.id, NEW_NEWS), me),
        is_organizer=ORGANIZER in me.roles,
        is_demo=me.is_demo,
        **SHOWN,
    )


@bp.get("/organizers")
@permission(ORGANIZER)
def show_organizers() -> str:
    """Show what waits for organizers, what they look after, and how the machines are."""
    read_query()
    now = clock.now()
    steps, _total = trail.list_steps(trail.TrailFilter(), 1, NEW_STEPS)
    return render_template(
        "site/organizers.html",
        nav_current="desk",
        waiting=cities.waiting_applications(),
        newest_waiting=cities.newest_waiting(NEW_WAITING),
        count=queries.house_count(now),
        machines=desk.machine_lights(now),
        steps=audit.rows(steps),
        **SHOWN,
    )


@bp.get("/organizers/audit")
@permission(ORGANIZER)
def show_audit() -> str:
    """Show the log: who did what, when, and about what."""
    asked = _asked_of_audit("page")
    number = asked.integer("page", 1) or 1
    narrowed = _narrowed(asked)
    steps, total = trail.list_steps(narrowed, number, STEPS)
    return render_template(
        "site/audit.html",
        nav_current="desk",
        narrowed=narrowed,
        everything=trail.TrailFilter(),
        typed={name: asked.text(name) for name in NARROWING},
        kinds=audit.kind_choices(trail.known_kinds()),
        cities=queries.city_names(),
        page=Page(audit.rows(steps), total, number, STEPS),
        address=lambda path="/organizers/audit", **more: _address(path, asked, **more),
        **SHOWN,
    )


@bp.get("/organizers/audit.csv")
@permission(ORGANIZER)
def download_audit() -> Response:
    """Give the log of the same query as CSV; personal values stay on the page."""
    steps = trail.each_step(_narrowed(_asked_of_audit()))
    return csv_stream("audit.csv", audit.HEADER, audit.csv_rows(steps))


@bp.get("/organizers/system")
@permission(ORGANIZER)
def show_system() -> str:
    """Show what the machines do: readers, given-up entries, jobs, mail, search, versions."""
    read_query()
    now = clock.now()
    count = machines.mail_count()
    return render_template(
        "site/system.html",
        nav_current="desk",
        worker=machines.worker_light(now),
        readers=machines.reader_lines(now),
        parked=[(each.failed, audit.row_of(each.step) if each.step else None) for each in machines.parked()],
        jobs=machines.job_lines(now),
        mail=waiting_mail(),
        mail_light=machines.mail_light(count),
        index=machines.index_line(current_app.config["HUB"].index_dir),
        versions=machines.versions(),
        **SHOWN,
    )


@bp.post("/organizers/system/parked/<reader>/<int(max=2147483647):position>/retry")
@permission(ORGANIZER)
def put_parked_entry_back(reader: str, position: int) -> ResponseReturnValue:
    """Let a reader try an entry again that it had given up."""
    me: Any = signed_in_user()
    with transaction():
        service.put_parked_entry_back(reader, position, by=me, now=clock.now())
    return redirect("/organizers/system", 303)


def _asked_of_audit(*more: str) -> Query:
    return read_query(allowed={*NARROWING, *more})


def _narrowed(asked: Query) -> trail.TrailFilter:
    """Return what narrows the log; raises Invalid for a person or a city that nobody knows."""
    return trail.TrailFilter(
        kind=asked.text("kind", 80),
        person_id=_person_id(asked.text("person", 254)),
        city_id=_city_id(asked.text("city", 80)),
        first=asked.date("from"),
        last=asked.date("to"),
    )


def _person_id(typed: str) -> int | None:
    """Return the id of the account with this number or e-mail address."""
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


def _address(path: str, asked: Query, **more: object) -> str:
    """Return an address with what narrows the log now, and more."""
    kept = {name: asked.text(name) for name in NARROWING if asked.text(name)}
    query = urlencode({**kept, **more})
    return f"{path}?{query}" if query else path


@bp.get("/healthz")
@public
def show_health() -> tuple[Response, int]:
    """Answer 200 only when pages can be served: migrated, loaded, searchable."""
    problems = health.find_problems()
    response = jsonify(status="ok" if not problems else "unavailable", problems=problems)
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if problems else 200

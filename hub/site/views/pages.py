"""Home, about, methodology and health: what anyone may read."""

from __future__ import annotations

from flask import Response, current_app, jsonify, render_template

from hub.cases import queries as cases
from hub.cases.queries import counts_of_principles
from hub.core import clock
from hub.feeds import queries as feeds
from hub.feeds.rows import news_rows
from hub.site import health, home, queries
from hub.site.views.base import bp
from hub.vocabularies.pages import term_row
from hub.vocabularies.queries import vocabulary
from hub.web.gate import public
from hub.web.params import read_query

NEW_CASES = 3
NEW_MOVES = 4
NEW_STORIES = 3


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


@bp.get("/healthz")
@public
def show_health() -> tuple[Response, int]:
    """Answer 200 only when pages can be served: migrated, loaded, searchable."""
    problems, warnings = health.find_problems(), health.find_shortages(current_app.config["HUB"])
    response = jsonify(status="ok" if not problems else "unavailable", problems=problems, warnings=warnings)
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if problems else 200

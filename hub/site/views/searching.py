"""The organizers' page of search: what people look for in vain, and how this node's index fares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal, format_percent
from flask import Response, current_app, render_template

from hub.core import clock
from hub.core.errors import Unavailable
from hub.search import misses
from hub.search.index.schema import VERSION
from hub.search.queries import open_index
from hub.site import machines
from hub.site.moments import format_ago, format_moment
from hub.site.views.base import SHOWN, bp
from hub.web.formats import csv_stream
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query

HEADER = ("words", "times", "last_on")


@bp.get("/organizers/search")
@permission(ORGANIZER)
def show_search_keeping() -> str:
    """Show what people searched and did not find, and how the index of this node is."""
    read_query()
    today = clock.now().date()
    words, times = misses.count_misses(today)
    return render_template(
        "site/search.html",
        nav_current="desk",
        days=misses.KEPT.days,
        words=words,
        times=times,
        missed=[(each, f"/search?{urlencode({'q': each.words})}") for each in misses.list_misses(today)],
        index=machines.index_line(current_app.config["HUB"].index_dir),
        facts=_facts(),
        **SHOWN,
    )


@bp.get("/organizers/search.csv")
@permission(ORGANIZER)
def download_misses() -> Response:
    """Give everything that was searched in vain, as CSV."""
    read_query()
    return csv_stream("searched-in-vain.csv", HEADER, _rows())


def _rows() -> Iterator[tuple[Any, ...]]:
    for each in misses.list_misses(clock.now().date(), limit=None):
        yield each.words, each.times, each.last_on.isoformat()


def _facts() -> list[tuple[str, str]]:
    """Return name and value of what there is to say of the index; nothing where there is none."""
    try:
        health = open_index(current_app.config["HUB"].index_dir).health()
    except Unavailable:
        return []
    shown = language()
    made = health.made_at
    return [
        (_("Documents"), format_decimal(health.documents, locale=shown)),
        (_("Outdated, still to be cleared away"), format_percent(health.dead_share, format="0.#%", locale=shown)),
        (_("Parts"), format_decimal(health.segments, locale=shown)),
        (_("Size"), _("%(number)s MB", number=format_decimal(health.bytes / 1e6, format="#,##0.#", locale=shown))),
        (_("Made anew"), f"{format_moment(made)} ({format_ago(made, clock.now())})" if made else "–"),
        (_("Version of its form"), str(VERSION)),
    ]

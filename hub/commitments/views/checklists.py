"""Lists of records to be checked: the organizers' queue, and what a peer may take up."""

from __future__ import annotations

from typing import Any

from flask import render_template

from hub.commitments import checkpage, queries
from hub.commitments.models import OPEN
from hub.commitments.views.blueprint import bp, today
from hub.core.errors import Invalid, NotFound
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, ORGANIZER, permission
from hub.web.paging import Page
from hub.web.params import read_query

QUEUE, PEERS = "/organizers/checks", "/checks/"
REQUESTS_A_PAGE = 20


@bp.get(QUEUE)
@permission(ORGANIZER)
def show_queue() -> str:
    """Show what cities ask to have checked, open ones first come first."""
    query = read_query(allowed={"state", "kind", "page"})
    state, kind, number = query.text("state") or OPEN, query.text("kind"), query.integer("page", 1) or 1
    if state not in checkpage.STATES:
        raise Invalid("state", "Choose one of the list.")
    if kind and kind not in checkpage.KINDS:
        raise Invalid("kind", "Choose one of the list.")
    found, total = queries.list_requests(today(), state=state, kind=kind, page=number, per_page=REQUESTS_A_PAGE)
    if number > 1 and not found:
        raise NotFound("no such page of the queue")
    tabs = checkpage.tabs(QUEUE, state, kind)
    return render_template(
        "commitments/checks_queue.html",
        page=Page(checkpage.rows(found, vocabulary()), total, number, REQUESTS_A_PAGE),
        page_url=lambda other: checkpage.list_url(QUEUE, state=state, kind=kind, page=other),
        state=state,
        kind=kind,
        state_label=next(label for label, _url, is_current in tabs if is_current),
        tabs=tabs,
        kinds=[(code, checkpage.kind_words(code)) for code in checkpage.KINDS],
        counts=queries.count_requests(today()),
        nav_current="desk",
    )


@bp.get(PEERS)
@permission(COORDINATOR)
def show_checks() -> str:
    """Show a coordinator what her city was asked to check, what else a peer may take up, and what it asked itself."""
    number, me, terms = read_query(allowed={"page"}).integer("page", 1) or 1, _me(), vocabulary()
    own = [each.city_id for each in me.memberships]
    coordinated = [city_id for city_id in own if me.coordinates(city_id)]
    asked = queries.checks_waiting(coordinated, today())
    others, total = queries.list_open_to_peers(today(), own, coordinated, page=number, per_page=REQUESTS_A_PAGE)
    if number > 1 and not others:
        raise NotFound("no such page of the list")
    return render_template(
        "commitments/checks.html",
        asked=checkpage.rows(asked, terms),
        page=Page(checkpage.rows(others, terms), total, number, REQUESTS_A_PAGE),
        page_url=lambda other: checkpage.list_url(PEERS, page=other),
        own=checkpage.rows(queries.requests_of(coordinated), terms),
        nav_current="desk",
    )


def _me() -> Any:
    return signed_in_user()

"""The organizers' doors to the sources of news: how each is, change, pause, check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.extensions import csrf
from hub.feeds import health, queries, service
from hub.feeds.forms import EditSourceForm
from hub.feeds.healthrows import HEALTH_COLUMNS, month_rows, source_item, source_line, source_row
from hub.feeds.models import FeedSource
from hub.feeds.sourcerows import state_words, sync_row
from hub.feeds.sync import sync_one
from hub.feeds.views.blueprint import bp
from hub.feeds.views.offered import cities, offer, owner, reach
from hub.web import formats, limits
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import Query, read_query

PER_PAGE = 50
PATIENCE = timedelta(minutes=2)


@bp.get("/organizers/sources")
@permission(ORGANIZER)
def show_sources() -> str:
    """List the sources with how they are, those that need a person first."""
    query = read_query(allowed={"state", "page"})
    state, number, now = _state(query), query.integer("page", 1) or 1, clock.now()
    counts, known = health.count_states(), None
    found, total = health.list_by_need(state, number, PER_PAGE)
    known = health.health_of(found, now)
    words = state_words()
    tabs = [(_("All (%(num)d)", num=sum(counts.values())), "/organizers/sources", not state)]
    tabs += [
        (f"{words[each].words} ({counts.get(each, 0)})", f"/organizers/sources?state={each}", each == state)
        for each in health.STATES
        if each in counts or each == state
    ]
    return render_template(
        "feeds/sources.html",
        page=Page([source_row(each, known[each.id], now) for each in found], total, number, PER_PAGE),
        page_address=lambda other: _address("", state, other),
        address=lambda suffix: _address(suffix, state),
        tabs=tabs,
        state=state,
        wanted=health.count_wanted(),
    )


@bp.get("/organizers/sources.<any(json,csv):suffix>")
@permission(ORGANIZER)
def export_sources(suffix: str) -> Response:
    """Give the same list as JSON (one page) or CSV (all)."""
    query = read_query(allowed={"state", "page", "per_page"})
    state, number, now = _state(query), query.integer("page", 1) or 1, clock.now()
    per_page = query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE
    if suffix == "csv":
        everything = list(health.each_by_need(state))
        known = health.health_of(everything, now)
        lines = (source_line(each, known[each.id], now) for each in everything)
        return formats.csv_stream("sources.csv", HEALTH_COLUMNS, lines)
    found, total = health.list_by_need(state, number, per_page)
    known = health.health_of(found, now)
    items = [source_item(each, known[each.id], now) for each in found]
    return formats.json_list(Page(found, total, number, per_page), items, states=health.count_states())


def _state(query: Query) -> str:
    state = query.text("state", 20)
    if state and state not in health.STATES:
        raise Invalid("state", "Choose one of: %(names)s.", names=", ".join(health.STATES))
    return state


def _address(suffix: str, state: str, page: int = 1) -> str:
    pairs = [f"state={state}"] if state else []
    pairs += [f"page={page}"] if page > 1 else []
    return f"/organizers/sources{suffix}" + (f"?{'&'.join(pairs)}" if pairs else "")


@bp.route("/organizers/sources/<slug>", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def edit_source(slug: str) -> ResponseReturnValue:
    """Show a source with its last checks; sent, change it."""
    read_query()
    source = queries.get_source(slug)
    me: Any = signed_in_user()
    form = EditSourceForm(data=_values(source))
    offer(form, source)
    if request.method == "POST" and form.is_good():

        def change() -> str:
            service.change_source(slug, form.facts(), expected=form.expected, by=me, now=clock.now())
            return f"/organizers/sources/{slug}"

        try:
            return redirect(form.carry_out(change, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            source = queries.get_source(slug)
            form.version.data = str(source.version)  # sent once more, it is meant
            return _show_source(source, form, theirs=source), 409
    return _show_source(source, form), 400 if form.problems else 200


@bp.post("/organizers/sources/<slug>/pause")
@permission(ORGANIZER)
def pause_source(slug: str) -> ResponseReturnValue:
    """Let a source rest."""
    me: Any = signed_in_user()
    with transaction():
        service.pause_source(slug, by=me, now=clock.now())
    return redirect(f"/organizers/sources/{slug}", 303)


@bp.post("/organizers/sources/<slug>/resume")
@permission(ORGANIZER)
def resume_source(slug: str) -> ResponseReturnValue:
    """Check a source again from now on."""
    me: Any = signed_in_user()
    with transaction():
        service.resume_source(slug, by=me, now=clock.now())
    return redirect(f"/organizers/sources/{slug}", 303)


@bp.post("/organizers/sources/<slug>/sync")
@limits.previews
@permission(ORGANIZER)
def check_source(slug: str) -> ResponseReturnValue:
    """Check a source at once and show what came of it."""
    source = queries.get_source(slug)
    now = clock.now()
    if source.checked_at is not None and now - source.checked_at < PATIENCE and not source.failures:
        said = _("This source was checked less than two minutes ago. Give its site a moment.")
        return _show_source(source, _form_of(source), said=said), 429
    me: Any = signed_in_user()
    if sync_one(source.id, reach(), owner(), clock.now, by=me) is None:
        source = queries.get_source(slug)
        is_held = health.health_of([source], now)[source.id].held_until is not None
        said = _("This source cannot be checked now: it is paused, or a check is going on.")
        said = (
            _("Its site asked the hub to stay away for a while. It is checked again after that.") if is_held else said
        )
        return _show_source(source, _form_of(source), said=said), 409
    return redirect(f"/organizers/sources/{slug}#checks", 303)


def _values(source: FeedSource) -> dict[str, Any]:
    return {
        "title": source.title, "language": source.language or "", "principles": source.principle_codes,
        "cities": source.city_slugs, "organisation": source.organisation_slug or "", "version": str(source.version),
    }  # fmt: skip


def _form_of(source: FeedSource) -> EditSourceForm:
    form = EditSourceForm(formdata=None, data=_values(source))
    offer(form, source)
    return form


def _show_source(source: FeedSource, form: EditSourceForm, *, theirs: FeedSource | None = None, said: str = "") -> str:
    now = clock.now()
    names = dict(cities())
    row = source_row(source, health.health_of([source], now)[source.id], now)
    return render_template(
        "feeds/source.html",
        row=row,
        source=source,
        form=form,
        theirs=theirs,
        their_cities=[names.get(slug, slug) for slug in theirs.city_slugs] if theirs else [],
        said=said,
        months=month_rows(row.months, now),
        whose=dict(form.organisation.choices or ()).get(source.organisation_slug or "-", ""),
        syncs=[sync_row(sync, now) for sync in queries.list_syncs(source.id)],
    )

"""Giving a source another address: looked at first, its stories kept."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.feeds import health, queries, service
from hub.feeds.forms import MoveForm
from hub.feeds.models import FeedSource
from hub.feeds.preview import Preview, typed_address
from hub.feeds.sourcerows import story_rows
from hub.feeds.sync import sync_one
from hub.feeds.views.adding import known_among, looked_at
from hub.feeds.views.blueprint import bp
from hub.feeds.views.offered import owner, reach
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission
from hub.web.params import read_query


@bp.route("/organizers/sources/<slug>/address", methods=["GET", "POST"])
@limits.previews
@csrf.exempt
@permission(ORGANIZER)
def look_at_move(slug: str) -> ResponseReturnValue:
    """Ask for the new address of a source; sent, show what is there. Stores nothing."""
    read_query()
    source = _movable(slug)
    form = MoveForm()
    if request.method == "GET":
        form.address.data = source.moved_to or source.address or ""
        form.version.data = str(source.version)
    seen = known = None
    if request.method == "POST" and form.is_good():
        seen, known = looked_at(form, typed_address(form.address.data or ""), besides=source.id)
        if seen is not None and seen.feed is not None and known is None:
            form.address.data, form.homepage.data = seen.address, seen.feed.homepage
    return _show(source, form, seen, known)


@bp.post("/organizers/sources/<slug>/move")
@limits.previews
@csrf.exempt
@permission(ORGANIZER)
def move_source(slug: str) -> ResponseReturnValue:
    """Read a source from the address that was looked at, check it there, and show it."""
    source = _movable(slug)
    form = MoveForm()
    me: Any = signed_in_user()
    moved: list[int] = []

    def move() -> str:
        done = service.move_source(
            slug, form.address.data or "", homepage=form.homepage.data or "", expected=form.expected,
            allow=reach().allow, by=me, now=clock.now(),
        )  # fmt: skip
        moved.append(done.id)
        return f"/organizers/sources/{slug}"

    if form.is_good():
        try:
            place = form.carry_out(move, clock.now())
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            source = queries.get_source(slug)
            form.version.data = str(source.version)  # sent once more, it is meant
            return _show(source, form, theirs=source)
        else:
            for source_id in moved:  # none when the form was sent twice
                sync_one(source_id, reach(), owner(), clock.now)
            return redirect(place, 303)
    return _show(source, form)


def _movable(slug: str) -> FeedSource:
    source = queries.get_source(slug)
    if source.address is None:
        raise Forbidden("the seed files say what this source is")
    return source


def _show(
    source: FeedSource, form: MoveForm, seen: Preview | None = None, known: FeedSource | None = None,
    theirs: FeedSource | None = None,
) -> ResponseReturnValue:  # fmt: skip
    feed = seen.feed if seen and known is None else None
    page = render_template(
        "feeds/source_address.html",
        source=source,
        form=form,
        seen=seen,
        known=known,
        theirs=theirs,
        known_choices=known_among(seen),
        stories=story_rows(feed) if feed else None,
        in_feed=len(feed.entries) if feed else 0,
        here=health.count_known(source.id, feed) if feed else 0,
    )
    return page, 409 if theirs else 400 if form.problems else 200

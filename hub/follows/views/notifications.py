"""Doors: what a member was told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound, Unavailable
from hub.follows import queries, service
from hub.follows.told import group_lines, lines_of, name_heads
from hub.follows.views.bp import bp
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission
from hub.web.paging import Page
from hub.web.params import read_query, takes

A_PAGE = 30
HIGHEST = 2_147_483_647


@bp.get("/notifications")
@permission(MEMBER)
def show_notifications() -> str:
    """Show a member what is new in what she follows, by day and thing, newest first; what stood there is seen."""
    query = read_query(allowed={"page"})
    me: Any = signed_in_user()
    user_id, number = me.id, query.integer("page", 1) or 1
    total = queries.count_notifications(user_id)
    rows = queries.newest_notifications(user_id, A_PAGE, (number - 1) * A_PAGE)
    if not rows and number > 1:
        raise NotFound("no such page of notifications")
    unseen = [row.id for row in rows if row.seen_at is None]
    followed = [(row.kind, row.key) for row in queries.follows_of(user_id)]
    lines = lines_of(rows, me, followed)
    heads = name_heads({line.thing for line in lines}, me)
    page = render_template(
        "follows/notifications.html",
        nav_current="desk",
        days=[(day, group_lines(list(found), heads)) for day, found in groupby(lines, key=lambda line: line.day)],
        page=Page(lines, total, number, A_PAGE),
        page_url=lambda other: f"/notifications?page={other}" if other > 1 else "/notifications",
        unread=queries.unread_count(user_id),
        up_to=rows[0].position if rows and number == 1 else queries.newest_position(user_id),
        follows_something=bool(followed),
        email=me.email,
        muted={(each.kind, each.key) for each in queries.mutes_of(user_id)},
    )
    _note_seen(user_id, unseen)
    return page


def _note_seen(user_id: int, unseen: Sequence[int]) -> None:
    """Note what stood on the page, if it can be written at once: mail does not say it again."""
    if unseen and request.method == "GET":
        with suppress(Unavailable), transaction():
            service.mark_seen(user_id, unseen, clock.now())


@bp.post("/notifications/read")
@takes("up_to")
@permission(MEMBER)
def mark_read() -> ResponseReturnValue:
    """Mark as read what a member has been shown; what came meanwhile stays unread. Raises Invalid."""
    me: Any = signed_in_user()
    said = request.form.get("up_to", "")
    if not (said.isascii() and said.isdigit() and len(said) <= 10 and int(said) <= HIGHEST):
        raise Invalid("up_to", "Give a whole number from %(low)s to %(high)s.", low=0, high=HIGHEST)
    with transaction():
        service.mark_all_read(me.id, int(said), clock.now())
    return redirect("/notifications", 303)


@bp.post(f"/notifications/<int(max={HIGHEST}):number>/open")
@permission(MEMBER)
def open_notification(number: int) -> ResponseReturnValue:
    """Mark as read all that a member was told of one thing, and lead to it. Raises NotFound for another's."""
    me: Any = signed_in_user()
    told = queries.get_notification(me.id, number)
    (line,) = lines_of([told], me)
    thing, place = told.thing, line.news.url if line.news is not None else "/notifications"
    with transaction():
        service.mark_thing_read(me.id, thing, clock.now())
    return redirect(place, 303)

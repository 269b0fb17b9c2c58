"""Doors: what a member was told."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.follows import queries, service
from hub.follows.told import lines_of
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
    """Show a member what is new in what she follows, by day, newest first."""
    query = read_query(allowed={"page"})
    me: Any = signed_in_user()
    number = query.integer("page", 1) or 1
    total = queries.count_notifications(me.id)
    rows = queries.newest_notifications(me.id, A_PAGE, (number - 1) * A_PAGE)
    if not rows and number > 1:
        raise NotFound("no such page of notifications")
    followed = [(row.kind, row.key) for row in queries.follows_of(me.id)]
    lines = lines_of(rows, me, followed)
    newest = queries.newest_notifications(me.id, 1)
    return render_template(
        "follows/notifications.html",
        nav_current="desk",
        days=[(day, list(found)) for day, found in groupby(lines, key=lambda line: line.day)],
        page=Page(lines, total, number, A_PAGE),
        page_url=lambda other: f"/notifications?page={other}" if other > 1 else "/notifications",
        unread=queries.unread_count(me.id),
        up_to=newest[0].position if newest else 0,
        follows_something=bool(followed),
    )


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

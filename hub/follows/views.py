"""Doors of this room: following with and without an account, being told, and how to hear of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.follows import feed, letters, queries, service
from hub.follows.followed import Followed, find_followed
from hub.follows.models import KINDS, SEARCH
from hub.follows.searches import LONGEST_SEARCH, MOST_SEARCHES
from hub.follows.things import Thing, feed_path, name_things
from hub.follows.told import lines_of
from hub.people.forms import local_path
from hub.web.actor import signed_in_user
from hub.web.formats import absolute, atom_feed
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query, takes

bp = Blueprint("follows", __name__)

LONGEST_ID = 1000
A_PAGE = 30
WITH_FEED = tuple(kind for kind in KINDS if kind != SEARCH)
HIGHEST = 2_147_483_647


@bp.get("/follow")
@public
def show_follow() -> str:
    """Say what following is; with `kind` and `id`, how to follow that thing. Raises Invalid, NotFound.

    A search is named by `query`, as it stands in the address of its list.
    """
    query = read_query(allowed={"kind", "id", "query"})
    kind, name, search = query.text("kind", 40), query.text("id", LONGEST_ID), query.text("query", LONGEST_SEARCH)
    kind = kind or (SEARCH if search else "")
    followed = find_followed(kind, (search or name) if kind == SEARCH else name) if kind or name or search else None
    me: Any = signed_in_user()
    general = [
        (_("New case studies"), "/cases.atom"),
        (_("Commitments"), "/commitments.atom"),
        (_("News"), "/news.atom"),
        (_("Events"), "/events.atom"),
        (_("Exchange"), "/exchange.atom"),
    ]
    address = absolute(followed.feed) if followed else ""
    return render_template(
        "follows/follow.html",
        followed=followed,
        address=address,
        general=general,
        has_room=followed is None or me is None or _has_room(me.id, followed),
        most_searches=MOST_SEARCHES,
    )


def _has_room(user_id: int, followed: Followed) -> bool:
    """Tell whether a person follows a thing already or may follow one more of its kind."""
    if followed.kind != SEARCH or queries.is_following(user_id, SEARCH, followed.key):
        return True
    return queries.count_searches(user_id) < MOST_SEARCHES


@bp.get("/follow.atom")
@public
def show_feed() -> Response:
    """Give the newest of what the followers of one thing are told. Raises Invalid, NotFound.

    The feed of a search is that of its list, `/cases.atom`.
    """
    query = read_query(allowed={"kind", "id"})
    kind = query.text("kind", 40)
    if kind not in WITH_FEED:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(WITH_FEED))
    followed = find_followed(kind, query.text("id", LONGEST_ID))
    return atom_feed(
        title=_("%(page)s: Human Rights Cities Hub", page=followed.label),
        path=feed_path(followed.kind, followed.key),
        page_path=followed.url,
        entries=feed.entries(followed.kind, followed.key),
    )


@bp.post("/follow")
@takes("kind", "id", "query", "next")
@permission(MEMBER)
def follow() -> ResponseReturnValue:
    """Let a member follow a thing, and lead back to where she pressed. Raises Invalid, NotFound."""
    me: Any = signed_in_user()
    kind, key = request.form.get("kind", ""), request.form.get("id", "")
    with transaction():
        if kind == SEARCH:
            service.follow_search(request.form.get("query", ""), by=me, now=clock.now())
        else:
            service.follow(kind, key, by=me, now=clock.now())
    return redirect(_way_back(), 303)


@bp.post("/unfollow")
@takes("kind", "id", "next")
@permission(MEMBER)
def unfollow() -> ResponseReturnValue:
    """Let a member no longer follow a thing, and lead back to where she pressed."""
    me: Any = signed_in_user()
    with transaction():
        service.unfollow(request.form.get("kind", ""), request.form.get("id", ""), by=me, now=clock.now())
    return redirect(_way_back(), 303)


def _way_back() -> str:
    wanted = request.form.get("next", "")
    return local_path(wanted) if wanted else "/following"


@bp.get("/following")
@permission(MEMBER)
def show_following() -> str:
    """Show a member all she follows, each with the way to stop, and how she hears of it."""
    read_query()
    me: Any = signed_in_user()
    follows = [(row.kind, row.key) for row in queries.follows_of(me.id)]
    things = name_things(follows, me)
    groups: list[tuple[str, list[Thing]]] = [
        (kind, [things[target] for target in follows if target[0] == kind]) for kind in KINDS
    ]
    return render_template(
        "follows/following.html",
        nav_current="desk",
        groups=[(kind, sorted(found, key=lambda each: each.label)) for kind, found in groups if found],
        wants_digest=queries.wants_digest(me.id),
        email=me.email,
        example=next((absolute(things[target].feed) for target in follows if things[target].url), ""),
    )


@bp.post("/following/mail")
@takes("digest")
@permission(MEMBER)
def choose_mail() -> ResponseReturnValue:
    """Turn the daily mail on or off for the member who asks. Raises Invalid."""
    me: Any = signed_in_user()
    wanted = request.form.get("digest", "")
    if wanted not in ("on", "off"):
        raise Invalid("digest", "Choose one of: %(choices)s.", choices="on, off")
    with transaction():
        service.choose_digest(me.id, wanted == "on", clock.now())
    return redirect("/following#mail", 303)


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


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt  # mail programs send this without a cookie (RFC 8058); the signed token alone says who may
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Offer to stop the daily mail, or stop it at once; opening the page changes nothing. Raises NotFound."""
    read_query()
    user_id, is_done = letters.read_unsubscribe_token(token), request.method == "POST"
    if is_done:
        with transaction():
            service.choose_digest(user_id, False, clock.now())
    response = make_response(render_template("follows/unsubscribe.html", is_done=is_done))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.app_context_processor
def following() -> dict[str, Callable[..., Any]]:
    """Give templates `is_followed(kind, key)` and `unread_notifications()`; nothing is asked until they are called."""
    return {"is_followed": is_followed, "unread_notifications": unread_notifications}


def is_followed(kind: str, key: str) -> bool:
    """Tell whether the person signed in follows a thing."""
    me: Any = signed_in_user()
    return me is not None and queries.is_following(me.id, kind, key)


def unread_notifications() -> int:
    """Return how many notifications the person signed in has not read."""
    me: Any = signed_in_user()
    return queries.unread_count(me.id) if me is not None else 0

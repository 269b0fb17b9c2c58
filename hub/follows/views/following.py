"""Doors: following with and without an account, and the feed of one thing."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.follows import feed, queries, service
from hub.follows.followed import Followed, find_followed
from hub.follows.models import KINDS, SEARCH
from hub.follows.searches import LONGEST_SEARCH, MOST_SEARCHES
from hub.follows.things import Thing, feed_path, name_things
from hub.follows.views.bp import bp
from hub.follows.views.subscribing import mail_url
from hub.people.forms import local_path
from hub.web.actor import signed_in_user
from hub.web.formats import absolute, atom_feed
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import gettext as _
from hub.web.params import read_query, takes

LONGEST_ID = 1000
WITH_FEED = tuple(kind for kind in KINDS if kind != SEARCH)


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
    return render_template(
        "follows/follow.html",
        followed=followed,
        address=absolute(followed.feed) if followed else "",
        mail_url=mail_url(followed) if followed else "",
        general=general,
        has_room=followed is None or me is None or _has_room(me.id, followed),
        most_searches=MOST_SEARCHES,
        most_follows=service.MOST_FOLLOWS,
    )


def _has_room(user_id: int, followed: Followed) -> bool:
    """Tell whether a person follows a thing already or may follow one more of its kind."""
    if queries.is_following(user_id, followed.kind, followed.key):
        return True
    if followed.kind == SEARCH and queries.count_follows(user_id=user_id, kind=SEARCH) >= MOST_SEARCHES:
        return False
    return queries.count_follows(user_id=user_id) < service.MOST_FOLLOWS


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
        frequencies=queries.frequencies_of(user_id=me.id),
        email=me.email,
        zone=me.zone,
        example=next((absolute(things[target].feed) for target in follows if things[target].url), ""),
    )

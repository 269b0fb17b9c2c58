"""Doors: hearing nothing of one thing, and hearing of it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.follows import queries, service
from hub.follows.thingkeys import STATUS
from hub.follows.things import name_things
from hub.follows.told import name_heads
from hub.follows.views.bp import bp
from hub.people.forms import local_path
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission
from hub.web.params import takes


class MutedThing(NamedTuple):
    """What a member hears nothing of; without `url` it is gone or no longer public, and its name is not told."""

    kind: str
    key: str
    label: str
    url: str
    language: str


@bp.post("/mute")
@takes("kind", "id", "next")
@permission(MEMBER)
def mute() -> ResponseReturnValue:
    """Let a member hear nothing more of a thing, and lead back to where she pressed. Raises Invalid, NotFound."""
    me: Any = signed_in_user()
    with transaction():
        service.mute(request.form.get("kind", ""), request.form.get("id", ""), by=me, now=clock.now())
    return redirect(_way_back(), 303)


@bp.post("/unmute")
@takes("kind", "id", "next")
@permission(MEMBER)
def unmute() -> ResponseReturnValue:
    """Let a member hear of a thing again, and lead back to where she pressed."""
    me: Any = signed_in_user()
    with transaction():
        service.unmute(request.form.get("kind", ""), request.form.get("id", ""), by=me, now=clock.now())
    return redirect(_way_back(), 303)


def _way_back() -> str:
    wanted = request.form.get("next", "")
    return local_path(wanted) if wanted else "/following"


@bp.app_context_processor
def helpers() -> dict[str, Callable[..., Any]]:
    """Give templates `muted_things()`; nothing is asked until it is called."""
    return {"muted_things": muted_things}


def muted_things() -> list[MutedThing]:
    """Return what the member signed in hears nothing of, by name."""
    me: Any = signed_in_user()
    muted = [(each.kind, each.key) for each in queries.mutes_of(me.id)] if me is not None else []
    things = name_things((target for target in muted if target[0] != STATUS), me)
    heads = name_heads((f"{kind}:{key}" for kind, key in muted if kind == STATUS), me)
    found = []
    for kind, key in muted:
        named = heads.get(f"{kind}:{key}") if kind == STATUS else things[kind, key]
        if named is not None:
            found.append(MutedThing(kind, key, named.label, named.url, named.language))
    return sorted(found, key=lambda each: each.label)

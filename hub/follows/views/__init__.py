"""Doors of this room: following with and without an account, being told, and how to hear of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.follows import queries
from hub.follows.views import following, mail, notifications
from hub.follows.views.bp import bp
from hub.web.actor import signed_in_user

__all__ = ["bp", "following", "mail", "notifications"]


@bp.app_context_processor
def helpers() -> dict[str, Callable[..., Any]]:
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

"""Doors of this room: following with and without an account, being told, and how to hear of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g

from hub.follows import queries
from hub.follows.models import MailChoice
from hub.follows.views import following, mail, muting, notifications, subscribing
from hub.follows.views.bp import bp
from hub.web.actor import signed_in_user

__all__ = ["bp", "following", "mail", "muting", "notifications", "subscribing"]


@bp.app_context_processor
def helpers() -> dict[str, Callable[..., Any]]:
    """Give templates `is_followed(kind, key)`, `unread_notifications()`, `mail_pause()`; only called they ask."""
    return {"is_followed": is_followed, "mail_pause": mail_pause, "unread_notifications": unread_notifications}


def is_followed(kind: str, key: str) -> bool:
    """Tell whether the person signed in follows a thing."""
    me: Any = signed_in_user()
    if me is None:
        return False
    known: dict[str, frozenset[str]] = g.setdefault("keys_followed", {})  # a page of many buttons asks once for a kind
    if kind not in known:
        known[kind] = queries.keys_followed(me.id, kind)
    return key in known[kind]


def unread_notifications() -> int:
    """Return how many notifications the person signed in has not read."""
    me: Any = signed_in_user()
    return queries.unread_count(me.id) if me is not None else 0


def mail_pause() -> MailChoice | None:
    """Return since when and why the person signed in gets no mail (`paused_at`, `paused_why`); None where it goes."""
    me: Any = signed_in_user()
    choice = queries.find_mail_choice(user_id=me.id) if me is not None else None
    return choice if choice is not None and choice.paused_at is not None else None

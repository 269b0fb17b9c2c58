"""What this room knows about a person, and how it forgets her."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from hub.core.db import db
from hub.follows.models import SEARCH, Follow, MailChoice, Notification
from hub.follows.queries import search_queries
from hub.follows.service import drop_searches


def about(user_id: int) -> dict[str, Any]:
    """Return what a person follows, what she was told, and whether she wants the daily mail."""
    follows = list(db.session.scalars(select(Follow).where(Follow.user_id == user_id).order_by(Follow.id)))
    searches = search_queries([each.key for each in follows if each.kind == SEARCH])
    told = select(Notification).where(Notification.user_id == user_id).order_by(Notification.position)
    choice = db.session.get(MailChoice, user_id)
    return {
        "follows": [
            {"kind": each.kind, "key": each.key, "since_at": each.created_at}
            | ({"query": searches.get(each.key, "")} if each.kind == SEARCH else {})
            for each in follows
        ],
        "notifications": [
            {
                "log_entry": each.position, "event": each.event, "because": each.because, "told_at": each.created_at,
                "read_at": each.read_at, "mailed_at": each.mailed_at,
            }
            for each in db.session.scalars(told)
        ],
        "daily_mail": {
            "is_wanted": choice.wants_digest if choice else True,
            "last_made_at": choice.last_digest_at if choice else None,
        },
    }  # fmt: skip


def forget(user_id: int) -> None:
    """Delete what a person follows, what she was told and how she wanted to hear of it, inside `transaction()`.

    A search that nobody else follows goes too.
    """
    searches = list(db.session.scalars(select(Follow.key).where(Follow.user_id == user_id, Follow.kind == SEARCH)))
    for table in (Follow, Notification, MailChoice):
        db.session.execute(delete(table).where(table.user_id == user_id))
    drop_searches(searches)

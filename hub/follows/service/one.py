"""Changes of what one person follows and is mailed, one after the other."""

from __future__ import annotations

from sqlalchemy import select

from hub.core.db import db
from hub.people.models import User


def one_at_a_time(user_id: int) -> bool:
    """Let one transaction at a time change what a person follows and is mailed; False when there is no such person."""
    # FOR NO KEY UPDATE: rows that only name the person may still be written meanwhile.
    locked = select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    return db.session.scalar(locked) is not None

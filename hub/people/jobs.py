"""What this room does by the clock."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from hub.core.db import db, transaction
from hub.core.jobs import Job, Setting
from hub.people.models import PasswordReset, SignIn

KEPT = timedelta(days=2)


def forget_ended(setting: Setting) -> None:
    """Forget sign-ins and mailed ways to a new password that ended; they let nobody in any more."""
    now = setting.clock()
    with transaction():
        db.session.execute(delete(SignIn).where(SignIn.expires_at <= now))
        db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now - KEPT))


JOBS: dict[str, Job] = {"forget ended sign-ins": Job(timedelta(hours=6), forget_ended)}

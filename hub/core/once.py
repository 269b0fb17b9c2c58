"""One thing comes of one form, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, db, transaction, utc

KEPT = timedelta(days=2)


class Submission(Base):
    """A form that was carried out, and where it led."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    place: Mapped[str] = mapped_column(Text)
    created_at: Mapped[utc]


def carry_out(key: str, work: Callable[[], str], now: datetime) -> str:
    """Do the work of a form in one transaction and return where it leads; sent again, only say where it led."""
    try:
        with transaction():
            known = db.session.get(Submission, key)
            if known is not None:
                return known.place
            place = work()
            db.session.add(Submission(key=key, place=place, created_at=now))
        return place
    except IntegrityError:
        known = db.session.get(Submission, key)  # the other of two that were sent at one moment
        if known is None:
            raise
        return known.place


def forget_old(now: datetime) -> None:
    """Forget forms that nobody sends again."""
    with transaction():
        db.session.execute(delete(Submission).where(Submission.created_at < now - KEPT))

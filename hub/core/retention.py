"""How long the core keeps what names people: mail, and the network addresses in the log."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from hub.core.chain import erase_personal
from hub.core.db import db, transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.log import ORIGIN, LogEntry, LogPersonal
from hub.core.outbox import OutgoingMail
from hub.core.text import N_

SENT_KEPT = timedelta(days=30)
GIVEN_UP_KEPT = timedelta(days=90)
ORIGIN_KEPT = timedelta(days=180)
BATCH = 500
TOO_OLD = "too_old"


def forget_mail(setting: Setting) -> int:
    """Delete what is known of mails that were sent, or given up, long enough ago; return how many."""
    now = setting.clock()
    gone = _delete_mail(OutgoingMail.sent_at <= now - SENT_KEPT)
    return gone + _delete_mail(OutgoingMail.sent_at.is_(None) & (OutgoingMail.given_up_at <= now - GIVEN_UP_KEPT))


def _delete_mail(is_old: ColumnElement[bool]) -> int:
    total = 0
    while True:
        with transaction():
            ids = list(db.session.scalars(select(OutgoingMail.id).where(is_old).order_by(OutgoingMail.id).limit(BATCH)))
            db.session.execute(delete(OutgoingMail).where(OutgoingMail.id.in_(ids)))
        total += len(ids)
        if len(ids) < BATCH:
            return total


def forget_origins(setting: Setting) -> int:
    """Erase from the log the network addresses of entries that are old enough; return how many.

    Each entry goes by its own date and is named by the entry that says so: one written while the clock was wrong takes
    no other with it.
    """
    now, total = setting.clock(), 0
    while positions := _positions_with_origin(now - ORIGIN_KEPT):
        with transaction():
            gone = erase_personal(parts=[ORIGIN], reason=TOO_OLD, by=None, now=now, positions=positions)
        total += gone
        if not gone:  # another worker was first
            break
    db.session.rollback()
    return total


def _positions_with_origin(before: object) -> list[int]:
    query = select(LogPersonal.position).join(LogEntry, LogEntry.position == LogPersonal.position)
    query = query.where(LogPersonal.part == ORIGIN, LogEntry.recorded_at <= before)
    return list(db.session.scalars(query.order_by(LogPersonal.position).limit(BATCH)))


JOBS: dict[str, Job] = {
    "forget mail": Job(timedelta(hours=12), forget_mail),
    "forget network addresses": Job(timedelta(days=1), forget_origins),
}

RETENTION: tuple[Kept, ...] = (
    Kept(
        N_("To whom a mail went, and its subject; its text is forgotten as soon as it is sent"),
        N_("since it was sent"), SENT_KEPT, N_("deleted"),
    ),
    Kept(N_("A mail that could not be delivered"), N_("since it was given up"), GIVEN_UP_KEPT, N_("deleted")),
    Kept(
        N_("The network address from which something was changed"),
        N_("since the change"), ORIGIN_KEPT, N_("erased from the record of changes"),
    ),
)  # fmt: skip

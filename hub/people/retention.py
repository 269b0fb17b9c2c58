"""How long this room keeps what it knows of people; sign-ins and mailed links go with `hub.people.jobs`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from hub.core.chain import erase_personal
from hub.core.db import db, transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.log import VALUES, LogEntry, LogPersonal
from hub.core.retention import BATCH, TOO_OLD
from hub.core.text import N_
from hub.people.jobs import KEPT as LINKS_KEPT
from hub.people.models import Ceremony, Invitation
from hub.people.service.signins import LONG as SIGN_IN_LASTS

CEREMONIES_KEPT = timedelta(days=1)
INVITATIONS_KEPT = timedelta(days=365)


def forget_ceremonies(setting: Setting) -> None:
    """Delete what was begun at a sign-in, or with a passkey, and ended a day ago, one way or the other."""
    with transaction():
        db.session.execute(delete(Ceremony).where(Ceremony.expires_at <= setting.clock() - CEREMONIES_KEPT))


def forget_invited(setting: Setting) -> int:
    """Forget the addresses of invitations that ended long enough ago, in the log too; return how many."""
    now, total = setting.clock(), 0
    while ids := _old_invitations(now - INVITATIONS_KEPT):
        with transaction():
            db.session.execute(update(Invitation).where(Invitation.id.in_(ids)).values(email=""))
            positions = _entries_of(ids)
            if positions:
                erase_personal(parts=[VALUES], reason=TOO_OLD, by=None, now=now, positions=positions)
        total += len(ids)
    db.session.rollback()
    return total


def _old_invitations(before: datetime) -> list[int]:
    ended_at = func.coalesce(Invitation.accepted_at, Invitation.withdrawn_at, Invitation.expires_at)
    query = select(Invitation.id).where(Invitation.email != "", ended_at <= before)
    return list(db.session.scalars(query.order_by(Invitation.id).limit(BATCH)))


def _entries_of(invitation_ids: list[int]) -> list[int]:
    """Return the entries by which these were sent, as far as they still hold to whom."""
    query = select(LogPersonal.position).join(LogEntry, LogEntry.position == LogPersonal.position)
    query = query.where(LogPersonal.part == VALUES, LogEntry.kind == "PersonInvited")
    return list(db.session.scalars(query.where(LogEntry.payload["invitation_id"].as_integer().in_(invitation_ids))))


JOBS: dict[str, Job] = {
    "forget ceremonies": Job(timedelta(hours=6), forget_ceremonies),
    "forget invited": Job(timedelta(days=1), forget_invited),
}

RETENTION: tuple[Kept, ...] = (
    Kept(
        N_("A sign-in, with its device and network address"),
        N_("since it began, or less when you sign out"), SIGN_IN_LASTS, N_("deleted"),
    ),
    Kept(
        N_("What the browser began with a passkey or a second step"),
        N_("since it ended"), CEREMONIES_KEPT, N_("deleted"),
    ),
    Kept(
        N_("Mailed links: to a new password, to prove an address"),
        N_("since they ended"), LINKS_KEPT, N_("deleted"),
    ),
    Kept(
        N_("The address an invitation went to"),
        N_("since it was accepted, withdrawn or too old"), INVITATIONS_KEPT, N_("erased; the rest stays"),
    ),
)  # fmt: skip

"""What this room does by the clock, and at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete

from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.core.jobs import Job, Setting
from hub.core.log import Origin, come_from
from hub.people import letters, service
from hub.people.models import AddressProof, AskedByAddress, PasswordReset, SignIn
from hub.people.queries import find_user_by_email
from hub.people.service.asking import RESET, forget_asked, next_asked
from hub.people.service.proofs import make_proof
from hub.people.service.signins import locked

KEPT = timedelta(days=2)
log = structlog.get_logger()


def forget_ended(setting: Setting) -> None:
    """Forget sign-ins and mailed ways that ended, they let nobody in any more, and wishes that found no answer."""
    now = setting.clock()
    with transaction():
        db.session.execute(delete(SignIn).where(SignIn.expires_at <= now))
        db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now - KEPT))
        db.session.execute(delete(AddressProof).where(AddressProof.expires_at <= now - KEPT))
        forget_asked(now - KEPT)


def answer_asked(setting: Setting) -> int:
    """Answer what was asked about addresses, by mail where there is something to say; return how many were answered.

    Each is answered and deleted in one transaction, so that two workers mail once. One that cannot be answered is left
    for the next round and does not hold up the others. Raises Unavailable when the record is busy.
    """
    come_from(Origin("worker answer asked"))
    answered, after = 0, 0
    while next_asked(after) is not None:
        asked_id = 0
        try:
            with transaction():
                asked = next_asked(after)
                if asked is None:
                    return answered
                asked_id = asked.id
                _answer(asked, setting.clock())
                db.session.delete(asked)
            answered += 1
        except Unavailable:
            raise
        except Exception as error:  # whatever one answer raises must not keep the others from theirs
            if not asked_id:
                raise
            log.error("asked by address", id=asked_id, exc_info=error)
            after = asked_id
    db.session.rollback()
    return answered


def _answer(asked: AskedByAddress, now: datetime) -> None:
    if asked.kind == RESET:
        reset = service.ask_reset(asked.email, now)
        if reset is not None:
            letters.queue_reset(*reset, asked.language, now)
        return
    user = locked(asked.user_id) if asked.user_id is not None else None
    if user is None or not user.is_active:
        return
    holder = find_user_by_email(asked.email)
    if holder is not None and holder.id != user.id:
        letters.queue_address_taken(user, asked.email, asked.language, now)
        return
    token = make_proof(user, asked.email, now)
    if token is not None:
        letters.queue_proof(user, asked.email, token, asked.language, now)


JOBS: dict[str, Job] = {"forget ended sign-ins": Job(timedelta(hours=6), forget_ended)}

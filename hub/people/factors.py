"""What someone has set up beyond a password, as the record tells it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hub.core.db import db
from hub.people.models import OneTimeCode, Passkey, RecoveryCode


@dataclass(frozen=True)
class Factors:
    """Someone's passkeys, since when one-time codes are on, and how many recovery codes are left."""

    passkeys: list[Passkey]
    codes_since: datetime | None
    recovery_left: int

    @property
    def has_any(self) -> bool:
        """Whether a second step is asked of her."""
        return bool(self.passkeys) or self.codes_since is not None

    @property
    def is_complete(self) -> bool:
        """Whether she has a second factor, and a way back for the day it is lost."""
        return self.has_any and self.recovery_left > 0


def factors_of(user_id: int) -> Factors:
    """Return what someone has set up."""
    since = db.session.scalar(select(OneTimeCode.confirmed_at).where(OneTimeCode.user_id == user_id))
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return Factors(passkeys_of(user_id), since, db.session.scalar(left) or 0)


def passkeys_of(user_id: int) -> list[Passkey]:
    """Return someone's passkeys, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def find_passkey(credential_id: str) -> Passkey | None:
    """Return the passkey with an id that a browser named."""
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))

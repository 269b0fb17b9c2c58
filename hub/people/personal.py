"""What this room knows about a person; of secrets only that there are any."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from hub.core.db import db
from hub.people.models import (
    AddressProof,
    AskedByAddress,
    Ceremony,
    Invitation,
    OneTimeCode,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignIn,
    User,
)


def about(user: User, addresses: Collection[str]) -> dict[str, Any]:
    """Return a person's account, what she is where, how she signs in, and the invitations to her and by her."""
    return {
        "account": _account(user),
        "memberships": [
            {"city": each.city.slug, "role": each.role, "since_at": each.since_at} for each in user.memberships
        ],
        "sign_ins": _rows(SignIn, user, "created_at", "expires_at", "proved_at", "method", "device", "address"),
        "passkeys": _rows(Passkey, user, "name", "created_at", "used_at", "transports"),
        "one_time_codes": _rows(OneTimeCode, user, "created_at", "confirmed_at"),
        "recovery_codes": _rows(RecoveryCode, user, "created_at", "used_at"),
        "begun": _rows(Ceremony, user, "kind", "created_at", "expires_at", "used_at"),
        "password_resets": _rows(PasswordReset, user, "created_at", "expires_at", "used_at"),
        "address_proofs": _rows(AddressProof, user, "email", "created_at", "expires_at", "used_at"),
        "wishes": _wishes(user, addresses),
        "invitations_to_you": _invitations(or_(Invitation.email.in_(addresses), Invitation.accepted_by == user.id)),
        "invitations_by_you": _invitations(Invitation.invited_by == user.id),
    }


def _account(user: User) -> dict[str, Any]:
    names = (
        "id", "email", "name", "is_organizer", "is_active", "is_demo", "language", "time_zone", "has_factor",
        "confirmed_at", "is_name_withheld", "created_at",
    )  # fmt: skip
    return {**{name: getattr(user, name) for name in names}, "has_password": bool(user.password_hash)}


def _rows(table: Any, user: User, *names: str) -> list[dict[str, Any]]:
    query = select(table).where(table.user_id == user.id).order_by(table.created_at)
    return [{name: getattr(row, name) for name in names} for row in db.session.scalars(query)]


def _wishes(user: User, addresses: Collection[str]) -> list[dict[str, Any]]:
    hers = or_(AskedByAddress.user_id == user.id, AskedByAddress.email.in_(addresses))
    return [
        {"kind": each.kind, "email": each.email, "language": each.language, "created_at": each.created_at}
        for each in db.session.scalars(select(AskedByAddress).where(hers).order_by(AskedByAddress.id))
    ]


def _invitations(which: Any) -> list[dict[str, Any]]:
    return [
        {
            "email": each.email, "role": each.role, "city": each.city.slug if each.city else None,
            "language": each.language, "sent_at": each.created_at, "expires_at": each.expires_at,
            "accepted_at": each.accepted_at, "withdrawn_at": each.withdrawn_at,
        }
        for each in db.session.scalars(select(Invitation).where(which).order_by(Invitation.id))
    ]  # fmt: skip

"""The mails of this room, queued in the transaction that causes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.core.outbox import queue_mail
from hub.core.tokens import hash_token
from hub.core.zones import UTC_NAME
from hub.people.models import Invitation, User
from hub.people.service.proofs import PROOF_LASTS
from hub.web.letters import write_letter
from hub.web.zones import in_zone


def queue_invitation(invitation: Invitation, token: str, now: datetime) -> None:
    """Queue the mail of an invitation, inside the transaction that made it."""
    language = invitation.language
    letter = write_letter(
        "invitation", language, invitation=invitation, inviter=invitation.inviter,
        city_name=city_name(invitation, language), path=invitation_path(token, language),
    )  # fmt: skip
    queue_mail(
        key=f"invitation:{invitation.id}", to=invitation.email, subject=letter.subject, text=letter.text,
        html=letter.html, now=now,
    )  # fmt: skip


def invitation_path(token: str, language: str) -> str:
    """Return where an invitation is taken up, in the language it was written in."""
    return f"/invitations/{token}?lang={language}"


def city_name(invitation: Invitation, language: str) -> str:
    """Return the name of the city of an invitation as readers of a language write it, empty for organizers."""
    city = invitation.city
    if city is None:
        return ""
    is_native = language != "en" and (city.native_language or "").split("-")[0] == language
    return city.name_native if is_native and city.name_native else city.name


def queue_reset(user: User, token: str, language: str, now: datetime) -> None:
    """Queue the mail with a way to a new password, inside the transaction that made it."""
    language = user.language or language
    _queue(
        "password_reset", f"password-reset:{hash_token(token)}", user.email, language, user.zone, now,
        path=f"/password/reset/{token}?lang={language}",
    )  # fmt: skip


def queue_password_changed(user: User, language: str, now: datetime) -> None:
    """Queue the mail that says a password was changed, inside the transaction that changed it."""
    _queue(
        "password_changed", f"password-changed:{user.id}:{now.isoformat()}", user.email, user.language or language,
        user.zone, now, path="/password/forgot", changed_at=now,
    )  # fmt: skip


def queue_proof(user: User, email: str, token: str, language: str, now: datetime) -> None:
    """Queue the mail with the link that proves an address, to that address, inside the transaction that made it."""
    language = user.language or language
    _queue(
        "address_proof", f"address-proof:{hash_token(token)}", email, language, user.zone, now,
        path=f"/account/email/{token}?lang={language}", is_change=email != user.email, until=now + PROOF_LASTS,
    )  # fmt: skip


def queue_address_taken(user: User, email: str, language: str, now: datetime) -> None:
    """Queue the mail to an address that someone asked to use although an account has it; one a day for one asker."""
    key = f"address-taken:{user.id}:{hash_token(email)}:{now.date().isoformat()}"
    _queue("address_taken", key, email, language, UTC_NAME, now, path="/login")


def queue_change_asked(user: User, language: str, now: datetime) -> None:
    """Queue the notice to the present address that another one was asked for, inside the transaction that notes it."""
    _queue(
        "address_asked", f"address-asked:{user.id}:{now.isoformat()}", user.email, user.language or language,
        user.zone, now, path="/account", asked_at=now,
    )  # fmt: skip


def queue_email_changed(user: User, before: str, language: str, now: datetime) -> None:
    """Queue the notice to the address before, inside the transaction that changed it."""
    _queue(
        "address_changed", f"address-changed:{user.id}:{now.isoformat()}", before, user.language or language,
        user.zone, now, path="/about", changed_at=now,
    )  # fmt: skip


def _queue(name: str, key: str, to: str, language: str, zone: str, now: datetime, **values: Any) -> None:
    with in_zone(zone):
        letter = write_letter(name, language, **values)
    queue_mail(key=key, to=to, subject=letter.subject, text=letter.text, html=letter.html, now=now)

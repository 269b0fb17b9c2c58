"""The mails of this room, queued in the transaction that causes them."""

from __future__ import annotations

from datetime import datetime

from hub.core.outbox import queue_mail
from hub.core.tokens import hash_token
from hub.people.models import Invitation, User
from hub.web.letters import write_letter


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


def queue_reset(asked: tuple[User, str] | None, language: str, now: datetime) -> None:
    """Queue the mail with a way to a new password, inside the transaction that made it.

    Where nobody asked rightly it is written all the same and thrown away, so that the answer takes as long.
    """
    user, token = asked or (None, "")
    language = (user.language if user else None) or language
    letter = write_letter("password_reset", language, path=f"/password/reset/{token}?lang={language}")
    if user is not None:
        queue_mail(
            key=f"password-reset:{hash_token(token)}", to=user.email, subject=letter.subject, text=letter.text,
            html=letter.html, now=now,
        )  # fmt: skip


def queue_password_changed(user: User, language: str, now: datetime) -> None:
    """Queue the mail that says a password was changed, inside the transaction that changed it."""
    letter = write_letter("password_changed", user.language or language, path="/password/forgot", changed_at=now)
    key = f"password-changed:{user.id}:{now.isoformat()}"
    queue_mail(key=key, to=user.email, subject=letter.subject, text=letter.text, html=letter.html, now=now)

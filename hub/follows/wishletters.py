"""The mail that asks someone without an account to confirm that she wants to hear of a thing."""

from __future__ import annotations

from datetime import datetime

from hub.core.outbox import queue_mail
from hub.follows.followed import Followed
from hub.follows.models import SubscriptionWish
from hub.web.letters import write_letter


def queue_asked(wish: SubscriptionWish, token: str, followed: Followed, now: datetime, *, is_member: bool) -> None:
    """Queue the mail that asks to confirm a wish, inside the `transaction()` that keeps it.

    `is_member` says that the address has an account, so that one can follow by signing in too.
    """
    path = f"/follow/mail/confirm/{token}?lang={wish.language}"
    letter = write_letter("subscribe_asked", wish.language, followed=followed, path=path, is_member=is_member)
    queue_mail(
        key=f"subscribe_asked:{wish.token_hash}", to=wish.email, subject=letter.subject, text=letter.text,
        html=letter.html, now=now,
    )  # fmt: skip

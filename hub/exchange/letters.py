"""The mails of this room to those who ask for a reply, queued in the transaction that causes them."""

from __future__ import annotations

from datetime import datetime

from hub.core.outbox import queue_mail
from hub.exchange.models import Reply
from hub.web.letters import write_letter


def queue_reply_asked(reply: Reply, token: str, beside: str, now: datetime) -> None:
    """Queue the mail that asks for the address to be confirmed; `beside` names the case or the status."""
    confirm, standing = f"/reply/confirm/{token}?lang={reply.language}", f"/reply/{token}?lang={reply.language}"
    _queue("reply_asked", reply, now, beside=beside, path=confirm, standing=standing)


def queue_reply_released(reply: Reply, beside: str, path: str, now: datetime) -> None:
    """Queue the mail that says where a reply stands; `path` is the page."""
    _queue("reply_released", reply, now, beside=beside, path=path)


def queue_reply_declined(reply: Reply, beside: str, now: datetime) -> None:
    """Queue the mail that says why a reply was declined."""
    _queue("reply_declined", reply, now, beside=beside)


def queue_reply_removed(reply: Reply, beside: str, path: str, now: datetime) -> None:
    """Queue the mail that says why organizers took away a reply that stood."""
    _queue("reply_removed", reply, now, beside=beside, path=path)


def _queue(name: str, reply: Reply, now: datetime, **values: str) -> None:
    """Write to whoever asked, where the address is still kept; a state is told once."""
    if not reply.email:
        return
    letter = write_letter(name, reply.language, reply=reply, **values)
    queue_mail(
        key=f"{name}:{reply.token_hash}", to=reply.email, subject=letter.subject, text=letter.text, html=letter.html,
        now=now,
    )  # fmt: skip

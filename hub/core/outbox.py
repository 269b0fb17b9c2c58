"""Mail that waits to be sent: queued in the transaction that causes it, sent once, again only when cut off half way."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Index, String, Text, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, JSONDict, UtcDateTime, db, pk, transaction, utc
from hub.core.errors import Unavailable
from hub.core.leases import is_due, is_free
from hub.core.mail import compose, send

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=6)
NOTING_PAUSES = (1, 2, 4, 8, 16)  # seconds between tries to note that a mail went out
REFUSED, REJECTED = "SMTPRecipientsRefused: ", "SMTPDataError: "  # how an error begins: the address, the mail
LAST = "last:"  # how the key of a mail begins that is the last one to its address: nothing is kept of it


class OutgoingMail(Base):
    """One mail to one address; its text is forgotten once it is sent."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_unsent", "sent_at", "next_at"),)  # sent ones are kept for a month

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(200), unique=True)  # gives the Message-ID
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[JSONDict]
    created_at: Mapped[utc]
    next_at: Mapped[utc] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def queue_mail(
    *, key: str, to: str, subject: str, text: str, html: str, now: datetime, headers: Mapping[str, str] | None = None
) -> None:
    """Queue a mail inside `transaction()`; a key that was queued before is left alone."""
    if db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
        return
    db.session.add(
        OutgoingMail(
            key=key, recipient=to, subject=subject, text=text, html=html, headers=dict(headers or {}), created_at=now,
            next_at=now,
        )
    )  # fmt: skip


def deliver_due(mail_url: str, base_url: str, data_dir: Path, owner: str, clock: Callable[[], datetime]) -> int:
    """Send what is due and return how many mails went out; a refused one is tried again later, twelve times in all.

    One to an address that the mail server refuses for good is given up at once.
    """
    sent = 0
    while (mail := _claim(owner, clock())) is not None:
        host = urlsplit(base_url).hostname or "localhost"
        message = compose(
            sender=f"Human Rights Cities Hub <hub@{host}>", to=mail.recipient, subject=mail.subject, text=mail.text,
            html=mail.html or None, key=mail.key, host=host, headers=mail.headers,
        )  # fmt: skip
        mail_id, is_last = mail.id, mail.key.startswith(LAST)
        db.session.rollback()  # nothing stays open while the sink is spoken to
        try:
            send(message, mail_url, data_dir)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            _note_refusal(mail_id, owner, error, clock())
            continue
        _note_sent(mail_id, is_last, clock)
        sent += 1
    return sent


def _note_sent(mail_id: int, is_last: bool, clock: Callable[[], datetime]) -> None:
    """Note that a mail went out, also when the record is busy for a while: otherwise it would go out again."""
    for pause in (*NOTING_PAUSES, None):
        try:
            with transaction():
                if is_last:
                    db.session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))
                else:
                    db.session.execute(
                        update(OutgoingMail)
                        .where(OutgoingMail.id == mail_id)
                        .values(sent_at=clock(), text="", html="", error="", lease_owner=None, lease_until=None)
                    )
            return
        except (SQLAlchemyError, Unavailable):
            if pause is None:
                raise
            time.sleep(pause)


def _claim(owner: str, now: datetime) -> OutgoingMail | None:
    """Take the next due mail for two minutes; None when there is none."""
    free = is_free(OutgoingMail.lease_until, now, LEASE)
    next_one = select(OutgoingMail.id).where(*_due(now), free).order_by(OutgoingMail.next_at, OutgoingMail.id).limit(1)
    if db.session.scalar(next_one) is None:
        return None
    with transaction():
        mail = db.session.scalar(
            select(OutgoingMail)
            .where(OutgoingMail.id.in_(next_one.scalar_subquery()))
            .with_for_update(skip_locked=True)
        )
        if mail is None:
            return None
        mail.lease_owner, mail.lease_until = owner, now + LEASE
        mail_id = mail.id
    return db.session.get(OutgoingMail, mail_id)


def _note_refusal(mail_id: int, owner: str, error: Exception, now: datetime) -> None:
    with transaction():
        mail = db.session.get(OutgoingMail, mail_id)
        if mail is None:  # cancelled meanwhile
            return
        mail.attempts += 1
        mail.error = f"{type(error).__name__}: {_said(error)}"[:2000]
        mail.next_at = now + min(timedelta(minutes=2**mail.attempts), LONGEST_PAUSE)
        mail.lease_owner = mail.lease_until = None
        if mail.attempts >= MAX_ATTEMPTS or _is_for_good(error):
            mail.given_up_at = now
            if mail.key.startswith(LAST):
                db.session.delete(mail)


def _said(error: Exception) -> str:
    """Return the words of whoever refused: those of a mail server with their code, `550 5.1.1 No such mailbox`."""
    answers = [(error.smtp_code, error.smtp_error)] if isinstance(error, smtplib.SMTPResponseException) else []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    if not answers:
        return str(error)
    code, words = answers[0]
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(f"{code} {text}".replace("\0", "").split())


def _is_for_good(error: Exception) -> bool:
    """Tell whether the mail server knows that an address takes no mail, now and later (RFC 5321, 4.2.1).

    Its rules, routes and troubles, told by the second number of an RFC 3463 code, are no matter of the address.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return re.match(r"5\d\d (?!5\.[3-7]\.\d)", f"{_said(error)} ") is not None


def refusal_of(mail: OutgoingMail) -> str:
    """Return what the mail server said of an address or mail that it refused; empty where the trouble was another."""
    for start in (REFUSED, REJECTED):
        if mail.error.startswith(start):
            return mail.error.removeprefix(start)
    return ""


def cancel_mail(keys: Collection[str]) -> None:
    """Delete mails that were queued under these keys and not sent, inside `transaction()`."""
    unsent = (OutgoingMail.key.in_(keys), OutgoingMail.sent_at.is_(None))
    db.session.execute(delete(OutgoingMail).where(*unsent))


def forget_mail_to(addresses: Collection[str]) -> None:
    """Cancel what waits for these addresses and forget to whom the rest went, inside `transaction()`.

    A last mail (its key begins with `LAST`) still goes out.
    """
    mine = (OutgoingMail.recipient.in_(addresses), OutgoingMail.key.not_like(f"{LAST}%"))
    db.session.execute(delete(OutgoingMail).where(*mine, OutgoingMail.sent_at.is_(None)))
    db.session.execute(update(OutgoingMail).where(*mine).values(recipient="", subject="", error="", headers={}))


def is_mail_due(now: datetime) -> bool:
    """Tell whether mail should go out now, also such as another worker has taken and not yet sent."""
    return db.session.scalar(select(OutgoingMail.id).where(*_due(now)).limit(1)) is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_time = is_due(OutgoingMail.next_at, now, LONGEST_PAUSE)
    return OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None), is_time


def waiting_mail() -> list[OutgoingMail]:
    """Return the mails that were refused and wait or were given up, oldest first, at most 100."""
    query = select(OutgoingMail).where(OutgoingMail.sent_at.is_(None), OutgoingMail.attempts > 0)
    return list(db.session.scalars(query.order_by(OutgoingMail.id).limit(100)))

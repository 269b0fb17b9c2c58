"""The right of reply: asked for, confirmed by mail, released or declined, withdrawn, forgotten in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from hub.core.chain import erase_personal
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, LogEntry, differing, record
from hub.core.tokens import hash_token, new_token
from hub.exchange.events import (
    ReplierForgotten,
    ReplyAsked,
    ReplyConfirmed,
    ReplyDeclined,
    ReplyForgotten,
    ReplyReleased,
    ReplyWithdrawn,
)
from hub.exchange.models import DECLINED, OF_CASE, OF_STATUS, RELEASED, UNCONFIRMED, WAITING, Reply
from hub.exchange.personal import empty_replier
from hub.exchange.policy import can_decide_reply
from hub.exchange.queries import find_organisation_called
from hub.exchange.said import LONGEST_REPLY, clean_said
from hub.people.addresses import is_address, plain_address
from hub.people.models import User

KEPT_UNCONFIRMED = timedelta(days=3)
MOST_A_DAY = 3  # mails that strangers can make us send to one address
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Wish:
    """What someone sends who asks for a reply; of the two ids one is given, and the thing exists."""

    case_id: int | None
    record_id: int | None
    organisation_name: str
    person_name: str
    person_role: str
    email: str
    concern: str
    text: str
    language: str
    is_demo: bool = False


def ask_for_reply(wish: Wish, now: datetime) -> tuple[Reply, str] | None:
    """Keep a reply until its address is confirmed; return it with the token to mail, inside `transaction()`.

    Returns None, and keeps nothing, where the address was written to often enough today. Raises Invalid.
    """
    email = plain_address(wish.email)
    if not is_address(email):
        raise Invalid("email", "This is not an e-mail address. Write it like name@city.example.")
    text = clean_said("text", wish.text, LONGEST_REPLY)
    since = now - timedelta(days=1)
    lately = select(func.count()).where(Reply.email == email, Reply.created_at > since)
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        return None
    token, token_hash = new_token()
    reply = Reply(
        subject=OF_CASE if wish.case_id is not None else OF_STATUS, case_id=wish.case_id, record_id=wish.record_id,
        organisation=find_organisation_called(wish.organisation_name), organisation_name=wish.organisation_name,
        person_name=wish.person_name, person_role=wish.person_role, email=email, concern=wish.concern, text=text,
        language=wish.language, token_hash=token_hash, state=UNCONFIRMED, is_demo=wish.is_demo, created_at=now,
    )  # fmt: skip
    db.session.add(reply)
    db.session.flush()  # the log entry names its id
    record(ReplyAsked(reply.id), by=None, now=now, changes=differing({}, _shown(reply)))
    return reply, token


def confirm_reply(token: str, now: datetime) -> Reply:
    """Let a reply wait for the organizers, inside `transaction()`; done before, nothing more. Raises NotFound."""
    reply = _load(Reply.token_hash == hash_token(token))
    if reply.state == UNCONFIRMED:
        reply.state, reply.confirmed_at = WAITING, now
        record(ReplyConfirmed(reply.id), by=None, now=now, changes={"state": (UNCONFIRMED, WAITING)})
    return reply


def release_reply(reply_id: int, seen: int, *, by: User, now: datetime) -> Reply:
    """Let a reply stand beside its case or status, signed and dated, inside `transaction()`.

    `seen` is the version that the organizer read. Raises Forbidden, NotFound, and Conflict where it was decided or
    changed meanwhile.
    """
    reply = _load_waiting(reply_id, seen, by)
    reply.state, reply.decided_at, reply.decided_by = RELEASED, now, by.id
    reply.is_demo = reply.is_demo or by.is_demo
    event = ReplyReleased(reply.id, reply.case_id, reply.record_id)
    changes = {
        "state": (WAITING, RELEASED), "organisation_name": (None, reply.organisation_name), "text": (None, reply.text)
    }  # fmt: skip
    record(event, by=by.id, now=now, changes=changes)
    return reply


def decline_reply(reply_id: int, seen: int, reason: str, *, by: User, now: datetime) -> Reply:
    """Decline a reply with the reason that who asked reads, inside `transaction()`.

    `seen` is the version that the organizer read. Raises Forbidden, NotFound, Invalid, and Conflict where it was
    decided or changed meanwhile.
    """
    reply = _load_waiting(reply_id, seen, by)
    reply.reason = _reason(reason)
    reply.state, reply.decided_at, reply.decided_by = DECLINED, now, by.id
    changes = {"state": (WAITING, DECLINED)}
    record(ReplyDeclined(reply.id), by=by.id, now=now, personal={"reason": reply.reason}, changes=changes)
    return reply


def withdraw_reply(token: str, now: datetime) -> Reply:
    """Take a reply back by its mailed address, inside `transaction()`; done before, nothing more.

    One that stood is shown no longer; one that waits is declined by its own sender. Raises NotFound, and Conflict where
    it was never confirmed or was declined.
    """
    reply = _load(Reply.token_hash == hash_token(token))
    if reply.withdrawn_at is not None:
        return reply
    if reply.state not in (RELEASED, WAITING):
        raise Conflict("there is nothing to take back")
    before = reply.state
    reply.withdrawn_at = now
    if before == WAITING:
        reply.state, reply.decided_at = DECLINED, now
    _note_withdrawal(reply, before, None, now)
    return reply


def take_reply_away(reply_id: int, reason: str, *, by: User, now: datetime) -> Reply:
    """Take away a reply that stands, with the reason that who asked reads, inside `transaction()`.

    Raises Forbidden, NotFound, Invalid, and Conflict where it does not stand.
    """
    if not can_decide_reply(by):
        raise Forbidden("organizers take a reply away")
    reply = _load(Reply.id == reply_id)
    if reply.state != RELEASED or reply.withdrawn_at is not None:
        raise Conflict("the reply does not stand")
    reply.reason, reply.withdrawn_at = _reason(reason), now
    _note_withdrawal(reply, RELEASED, by, now)
    return reply


def forget_unconfirmed_replies(now: datetime) -> int:
    """Delete the replies whose address nobody confirmed in three days, inside `transaction()`; return how many."""
    old = _locked(select(Reply).where(Reply.state == UNCONFIRMED, Reply.created_at < now - KEPT_UNCONFIRMED))
    gone = list(db.session.scalars(old.order_by(Reply.id)))
    for reply in gone:
        record(ReplyForgotten(reply.id), by=None, now=now, changes=differing(_shown(reply), {}))
        db.session.delete(reply)
    return len(gone)


def forget_repliers(before: datetime, now: datetime, limit: int) -> int:
    """Forget who asked for replies decided at a moment or before, inside `transaction()`; return how many.

    At most `limit`, the oldest first. A released reply stays, signed by its organisation.
    """
    old = select(Reply).where(Reply.decided_at <= before, Reply.email != "").order_by(Reply.id).limit(limit)
    replies = list(db.session.scalars(_locked(old)))
    for reply in replies:
        empty_replier(reply)
        record(ReplierForgotten(reply.id), by=None, now=now, changes={"email": ("kept", None)})
    return len(replies)


def _note_withdrawal(reply: Reply, before: str, by: User | None, now: datetime) -> None:
    """Empty the text of a reply, also where the log keeps it, and say that it was taken back."""
    reply.text = ""
    db.session.flush()
    told = select(LogEntry.position).where(LogEntry.kind == ReplyReleased.__name__, LogEntry.sealed.is_not(None))
    positions = list(db.session.scalars(told.where(LogEntry.payload["reply_id"].as_integer() == reply.id)))
    actor = by.id if by is not None else None
    if positions:
        erase_personal(parts=(CHANGES,), reason="taken_out", by=actor, now=now, positions=positions)
    changes: dict[str, tuple[Any, Any]] = {"withdrawn_at": (None, now), "state": (before, reply.state)}
    event = ReplyWithdrawn(reply.id, reply.case_id, reply.record_id)
    personal = {"reason": reply.reason} if by is not None else None
    record(event, by=actor, now=now, personal=personal, changes=changes)


def _shown(reply: Reply) -> dict[str, Any]:
    """Return what the log says of a reply nobody confirmed: nothing of the person, who may never become known here."""
    return {"state": reply.state, "subject": reply.subject}


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid("reason", "Say why: who asked for the reply reads it.")
    return clean_said("reason", text, LONGEST_REASON)


def _load_waiting(reply_id: int, seen: int, by: User) -> Reply:
    """Return the reply, which nobody else can decide meanwhile."""
    if not can_decide_reply(by):
        raise Forbidden("organizers decide on replies")
    reply = _load(Reply.id == reply_id)
    if reply.state == UNCONFIRMED:
        raise NotFound("no such reply")
    if reply.state != WAITING or reply.version != seen:
        raise Conflict("the reply was decided already")
    return reply


def _load(condition: Any) -> Reply:
    reply: Reply | None = db.session.scalar(_locked(select(Reply).where(condition)))
    if reply is None:
        raise NotFound("no such reply")
    return reply


def _locked(query: Select[Any]) -> Select[Any]:
    return query.with_for_update(of=Reply).execution_options(populate_existing=True)

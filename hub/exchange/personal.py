"""What this room knows about a person, and how it forgets who asked for a reply."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from hub.core.db import db
from hub.core.log import LogEntry
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep, Answer, Question, Reply

NAMING = ("person_name", "person_role", "email", "concern")


def about(user_id: int, addresses: Collection[str]) -> dict[str, Any]:
    """Return what a person recorded, asked, answered and decided, and the replies asked for from her addresses."""
    return {
        "adaptations": [
            {"number": each.id, "state": each.state, "began_at": each.created_at}
            for each in _of(Adaptation, Adaptation.created_by, user_id)
        ],
        "adaptation_steps": [
            {
                "adaptation": each.adaptation_id, "state": each.state, "since": each.since, "changed": each.changed,
                "reason": each.reason, "recorded_at": each.recorded_at,
            }
            for each in _of(AdaptationStep, AdaptationStep.recorded_by, user_id)
        ],
        "comments": [
            {"adaptation": each.adaptation_id, "text": each.text, "said_at": each.said_at}
            for each in _of(AdaptationComment, AdaptationComment.author_id, user_id)
        ],
        "questions": [
            {"number": each.id, "case": each.case.slug, "text": each.text, "asked_at": each.asked_at}
            for each in _of(Question, Question.asked_by, user_id)
        ],
        "answers": [
            {"question": each.question_id, "text": each.text, "said_at": each.said_at}
            for each in _of(Answer, Answer.author_id, user_id)
        ],
        "replies": [
            {
                "organisation": each.organisation_name, "name": each.person_name, "office": each.person_role,
                "email": each.email, "concern": each.concern, "text": each.text, "state": each.state,
                "sent_at": each.created_at, "reason": each.reason,
            }
            for each in db.session.scalars(select(Reply).where(Reply.email.in_(addresses)).order_by(Reply.id))
        ],
        "replies_decided": [
            {"organisation": each.organisation_name, "state": each.state, "decided_at": each.decided_at}
            for each in _of(Reply, Reply.decided_by, user_id)
        ],
    }  # fmt: skip


def _of(model: Any, column: Any, user_id: int) -> list[Any]:
    return list(db.session.scalars(select(model).where(column == user_id).order_by(model.id)))


def forget_replier(addresses: Collection[str]) -> list[int]:
    """Forget who asked for replies from these addresses, inside `transaction()`; what waits for a decision goes.

    A reply that was released stays, signed by its organisation. Returns the log entries by which it was asked for:
    from where is to be forgotten too.
    """
    mine = list(db.session.scalars(select(Reply).where(Reply.email.in_(addresses)).order_by(Reply.id)))
    numbers = [reply.id for reply in mine]
    for reply in mine:
        if reply.decided_at is None:
            db.session.delete(reply)
        else:
            empty_replier(reply)
    entries = select(LogEntry.position).where(LogEntry.actor_id.is_(None), LogEntry.sealed.is_not(None))
    return list(db.session.scalars(entries.where(LogEntry.payload["reply_id"].as_integer().in_(numbers))))


def empty_replier(reply: Reply) -> None:
    """Take out of a reply who asked for it."""
    for name in NAMING:
        setattr(reply, name, "")

"""Reading replies: those that stand beside cases and statuses, the organizers' queue, where one's own stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import joinedload

from hub.cities.models import Organisation
from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.text import folded
from hub.core.tokens import hash_token
from hub.exchange.models import RELEASED, UNCONFIRMED, WAITING, Reply

MOST_NAMED = 1000  # values in one statement; beyond, all replies are looked through


class ReplyLine(NamedTuple):
    """A reply as everyone reads it: signed by an organisation, dated by its release; no person is in it."""

    id: int
    organisation: str
    homepage: str  # of the organisation, where it is on record
    text: str
    language: str
    released_at: datetime
    is_demo: bool
    record_id: int | None = None


def replies_beside_case(case_id: int) -> list[ReplyLine]:
    """Return the replies that stand beside a case, the oldest first."""
    return _lines(_standing().where(Reply.case_id == case_id))


def replies_beside_records(record_ids: Collection[int]) -> dict[int, list[ReplyLine]]:
    """Return the replies that stand beside status records, the oldest first, by the record's id."""
    if not record_ids:
        return {}
    query = _standing().where(Reply.record_id.is_not(None))
    if len(record_ids) <= MOST_NAMED:
        query = query.where(Reply.record_id.in_(record_ids))
    found: dict[int, list[ReplyLine]] = {}
    for line in _lines(query):
        if line.record_id is not None and line.record_id in record_ids:
            found.setdefault(line.record_id, []).append(line)
    return found


def get_reply_of(token: str) -> Reply:
    """Return the reply that a mailed token belongs to, whatever became of it; raises NotFound."""
    reply: Reply | None = db.session.scalar(_whole().where(Reply.token_hash == hash_token(token)))
    if reply is None:
        raise NotFound("no such reply")
    return reply


def get_reply(reply_id: int) -> Reply:
    """Return a reply whose address was confirmed, for organizers; raises NotFound."""
    query = _whole().where(Reply.id == reply_id, Reply.state != UNCONFIRMED)
    reply: Reply | None = db.session.scalar(query.execution_options(populate_existing=True))
    if reply is None:
        raise NotFound(f"no reply {reply_id}")
    return reply


def list_replies(limit: int, offset: int = 0) -> list[Reply]:
    """Return the replies that were confirmed: first those that wait, the longest wait first, then the newest."""
    waits = Reply.state == WAITING
    query = _whole().where(Reply.state != UNCONFIRMED).order_by(
        sql_case((waits, 0), else_=1), sql_case((waits, Reply.confirmed_at)), Reply.decided_at.desc(), Reply.id.desc()
    )  # fmt: skip
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def count_replies() -> int:
    """Return how many replies were confirmed, decided ones among them."""
    return db.session.scalar(select(func.count()).where(Reply.state != UNCONFIRMED)) or 0


def count_waiting_replies() -> int:
    """Return how many replies wait for an organizer."""
    return db.session.scalar(select(func.count()).where(Reply.state == WAITING)) or 0


def find_organisation_called(name: str) -> Organisation | None:
    """Return the organisation on record with this name, case and accents aside."""
    wanted = folded(name)
    named = db.session.execute(select(Organisation.id, Organisation.name).order_by(Organisation.id))
    found = next((number for number, known in named if folded(known) == wanted), None)
    return db.session.get(Organisation, found) if found is not None else None


def _whole() -> Select[Any]:
    return select(Reply).options(joinedload(Reply.case), joinedload(Reply.organisation))


def _standing() -> Select[Any]:
    query = select(Reply).options(joinedload(Reply.organisation))
    return query.where(Reply.state == RELEASED, Reply.withdrawn_at.is_(None)).order_by(Reply.decided_at, Reply.id)


def _lines(query: Select[Any]) -> list[ReplyLine]:
    return [
        ReplyLine(
            reply.id, reply.organisation_name, (reply.organisation.homepage or "") if reply.organisation else "",
            reply.text, reply.language, reply.decided_at, reply.is_demo, reply.record_id,
        )
        for reply in db.session.scalars(query)
    ]  # fmt: skip

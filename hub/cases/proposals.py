"""Changes of published cases that wait for a second person: what they would say, and whom they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from hub.cases.content import CaseText, text_in, text_of
from hub.cases.models import CaseProposal, CaseRevision, CaseStudy
from hub.cases.template import PRIVATE
from hub.core.db import db
from hub.core.errors import NotFound
from hub.people.models import User

WAITING, PUBLISHED, RETURNED, WITHDRAWN = "waiting", "published", "returned", "withdrawn"
CLOSED_SHOWN = 3  # of a case, those decided last


@dataclass(frozen=True)
class ProposalLine:
    """A change as the people of its city see it listed; the names as anyone may read them."""

    id: int
    state: str
    note: str
    proposed_by: int | None
    proposer: str
    proposed_at: datetime
    decider: str
    decided_at: datetime | None
    decision_note: str


def brought_up(case: CaseStudy, proposal: CaseProposal) -> CaseText:
    """Return what a case would say with a change that waits: what was changed elsewhere meanwhile stays.

    Where both changed the same field, the words of the proposal count.
    """
    now, wanted = text_of(case), text_in(proposal.content)
    content = content_begun_from(proposal) if proposal.base_version != case.version else None
    if content is None:
        return wanted
    base = text_in(content)
    touched = {
        field.name: getattr(wanted, field.name)
        for field in fields(CaseText)
        if field.name in PRIVATE or getattr(wanted, field.name) != getattr(base, field.name)
    }
    return replace(now, **touched)


def content_begun_from(proposal: CaseProposal) -> Mapping[str, Any] | None:
    """Return the published text that a change began from; what changes no words makes no version of its own."""
    query = select(CaseRevision.content).where(
        CaseRevision.case_id == proposal.case_id, CaseRevision.number <= proposal.base_version
    )
    content: Mapping[str, Any] | None = db.session.scalar(query.order_by(CaseRevision.number.desc()).limit(1))
    return content


def get_proposal(case: CaseStudy, proposal_id: int, user: User) -> CaseProposal:
    """Return a change of a case; raises NotFound, also for who does not write for its city."""
    proposal = db.session.get(CaseProposal, proposal_id)
    if proposal is None or proposal.case_id != case.id or not user.works_for(case.city_id):
        raise NotFound("no such proposal")
    return proposal


def proposal_line(proposal: CaseProposal) -> ProposalLine:
    """Return a change with the names of those who proposed it and decided on it."""
    return _lines(CaseProposal.id == proposal.id)[0]


def proposals_of(case_id: int) -> list[ProposalLine]:
    """Return the changes of a case that wait, the oldest first, then those decided last."""
    lines = _lines(CaseProposal.case_id == case_id)
    waiting = [line for line in lines if line.state == WAITING]
    closed = sorted((line for line in lines if line.decided_at is not None), key=_when, reverse=True)
    return waiting + closed[:CLOSED_SHOWN]


def _when(line: ProposalLine) -> tuple[str, int]:
    return (line.decided_at.isoformat() if line.decided_at else "", line.id)


def _lines(condition: Any) -> list[ProposalLine]:
    proposer, decider = aliased(User), aliased(User)
    query = (
        select(CaseProposal, proposer, decider)
        .outerjoin(proposer, proposer.id == CaseProposal.proposed_by)
        .outerjoin(decider, decider.id == CaseProposal.decided_by)
        .where(condition)
        .order_by(CaseProposal.id)
    )
    return [
        ProposalLine(
            each.id,
            each.state,
            each.change_note,
            each.proposed_by,
            _name(by),
            each.proposed_at,
            _name(to),
            each.decided_at,
            each.decision_note,
        )
        for each, by, to in db.session.execute(query)
    ]


def _name(user: User | None) -> str:
    return user.public_name if user is not None else ""

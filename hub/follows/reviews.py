"""Telling coordinators what waits for a second reader, and its writers what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.cases.models import CaseProposal, CaseRevision, CaseStudy
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows.responsible import tell_coordinators, tell_person
from hub.follows.telling import Told
from hub.follows.thingkeys import case_key, of_case


def tell_of_submission(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city that a draft waits for one of them."""
    case = db.session.get(CaseStudy, entry.payload.get("case_id"))
    if case is not None and case.city is not None and case.submitted_at is not None:
        tell_coordinators(entry, of_case(case), case.city.id, now)


def tell_of_return(entry: LogEntry, now: datetime) -> None:
    """Tell who sent a draft that it came back."""
    case = db.session.get(CaseStudy, entry.payload.get("case_id"))
    if case is not None and case.city_id is not None:
        tell_person(entry, of_case(case), case.submitted_by, case.city_id, now)


def tell_of_proposal(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city that a change waits for one of them."""
    proposal, case = _proposal(entry)
    if proposal is not None and case is not None and case.city_id is not None:
        tell_coordinators(entry, Told(proposal.id, case_key(case.id)), case.city_id, now)


def tell_of_proposal_closed(entry: LogEntry, now: datetime) -> None:
    """Tell who proposed a change that it came back."""
    proposal, case = _proposal(entry)
    if proposal is not None and case is not None and case.city_id is not None and entry.payload.get("is_returned"):
        tell_person(entry, Told(proposal.id, case_key(case.id)), proposal.proposed_by, case.city_id, now)


def tell_writer(entry: LogEntry, case: CaseStudy, now: datetime) -> None:
    """Tell who wrote a version that somebody else read and published it."""
    query = select(CaseRevision.author_id).where(
        CaseRevision.case_id == case.id,
        CaseRevision.recorded_at == entry.recorded_at,
        CaseRevision.reviewed_by.is_not(None),
    )
    if case.city_id is not None:
        tell_person(entry, of_case(case), db.session.scalar(query), case.city_id, now)


def _proposal(entry: LogEntry) -> tuple[CaseProposal | None, CaseStudy | None]:
    proposal = db.session.get(CaseProposal, entry.payload.get("proposal_id"))
    return proposal, db.session.get(CaseStudy, proposal.case_id) if proposal is not None else None


HANDLERS: Handlers = {
    "CaseSubmitted": (tell_of_submission,),
    "CaseReturned": (tell_of_return,),
    "CaseProposed": (tell_of_proposal,),
    "CaseProposalClosed": (tell_of_proposal_closed,),
}

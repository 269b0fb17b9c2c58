"""A second person reads before anything is published; every verb stands inside `transaction()`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.cases.completeness import unfinished
from hub.cases.content import CaseText, content_of_text, put_text, text_in, text_of
from hub.cases.events import CaseProposalClosed, CaseProposed, CaseReturned, CaseRevised, CaseSubmitted
from hub.cases.models import CaseProposal, CaseStudy
from hub.cases.policy import (
    can_propose_change,
    can_review_draft,
    can_review_proposal,
    can_submit_case,
    can_take_up_proposal,
    can_withdraw_proposal,
)
from hub.cases.proposals import PUBLISHED, RETURNED, WAITING, WITHDRAWN, brought_up
from hub.cases.service.copies import keep_copy
from hub.cases.service.writing import add_revision, is_the_citys_word, locked, log_change, require_finished, touch
from hub.cases.states import state_of
from hub.cases.template import PRIVATE, STEPS, SUBMIT
from hub.cases.unsaved import copy_of
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.people.models import User


def submit_case(slug: str, version: int, *, by: User, now: datetime, text: CaseText | None = None) -> CaseStudy:
    """Send a draft to a second reader, as it stands or saying `text` from now on; sent already, it stays so.

    Raises NotFound, Forbidden, Conflict when someone else saved since `version`, Unfinished for what sending needs.
    """
    case = locked(slug, by)
    if not can_submit_case(by, case):
        raise Forbidden("who writes for the city sends a draft to a second reader")
    is_same = text is None or text == text_of(case)
    if version != case.version:
        if version == case.version - 1 and case.submitted_by == by.id and case.submitted_at is not None and is_same:
            return case
        raise Conflict("someone else saved meanwhile")
    if case.submitted_at is not None and is_same:
        return case
    before = state_of(case)
    if text is not None and not is_same:
        put_text(case, text)
        touch(case, by, now)
    error = unfinished(text_of(case), has_years=bool(case.years_text), need=SUBMIT)
    if error is not None:
        raise error
    case.submitted_at, case.submitted_by, case.returned_note = now, by.id, ""
    log_change(CaseSubmitted(case.id), case, before, by, now)
    return case


def return_case(slug: str, version: int, note: str, *, by: User, now: datetime) -> CaseStudy:
    """Send a draft back to its writers, with a note that stands in the editor until it is sent again.

    Raises NotFound, Forbidden, Conflict when it is not the text that was read, Invalid without a note.
    """
    case = locked(slug, by)
    if version != case.version:
        raise Conflict("someone saved meanwhile")
    if not can_review_draft(by, case):
        raise Forbidden("another coordinator of the city sends it back")
    if not note:
        raise Invalid("note", "Say what is to be done before it can be published.")
    case.submitted_at, case.returned_note = None, note
    db.session.flush()
    record(CaseReturned(case.id), by=by.id, now=now, personal={"reason": note})
    return case


def propose_change(
    slug: str, text: CaseText, version: int, *, by: User, now: datetime, note: str = "", is_small: bool = False,
    restored_from: int | None = None,
) -> CaseProposal | None:  # fmt: skip
    """Let a change of a published case wait for a second person of its city; None where nothing would change.

    The same sent again by the same person is the same proposal. What brings back the version `restored_from` may lack
    what publishing needs today. Raises NotFound, Forbidden, Conflict when someone saved since `version`, Unfinished
    where it would lose what publishing needs, Invalid without a reason.
    """
    case = locked(slug, by)
    if not can_propose_change(by, case):
        raise Forbidden("who writes for the city proposes a change of what is published")
    content: dict[str, Any] = content_of_text(text) | {name: getattr(text, name) for name in PRIVATE}
    if version != case.version:
        raise Conflict("someone else saved meanwhile")
    if text == text_of(case):
        return None
    same = _same(case, content, by)
    if same is not None:
        return same
    if not note:
        raise Invalid("change_note", "Say what changed, and why.")
    error = unfinished(text, has_years=bool(case.years_text), before=text_of(case))
    if error is not None and restored_from is None:
        raise error
    if restored_from is not None:
        content["restored_from"] = restored_from
    proposal = CaseProposal(
        case_id=case.id, base_version=case.version, content=content, change_note=note, is_small=is_small,
        proposed_by=by.id, proposed_at=now, state=WAITING,
    )  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    record(CaseProposed(case.id, proposal.id), by=by.id, now=now)
    return proposal


def publish_proposal(slug: str, proposal_id: int, version: int, *, by: User, now: datetime) -> CaseStudy:
    """Publish a change that waited: its proposer is the author of the new version, `by` who read it.

    Raises NotFound, Forbidden, Conflict when it no longer waits or the case is not the one that was read (`version`),
    Unfinished where the case would lose what publishing needs.
    """
    case, proposal = _held(slug, proposal_id, by)
    if proposal.state == PUBLISHED and proposal.decided_by == by.id:
        return case
    if not can_review_proposal(by, case, proposal):
        raise Forbidden("another coordinator of the city publishes a change")
    if proposal.state != WAITING or version != case.version or not case.is_published:
        raise Conflict("it is not what was read")
    before, said = state_of(case), text_of(case)
    author = db.session.get(User, proposal.proposed_by) if proposal.proposed_by is not None else None
    put_text(case, brought_up(case, proposal))
    if version != proposal.base_version:  # else it was asked for when the change was proposed
        require_finished(case, said)
    if not proposal.is_small or case.is_compiled:  # a small correction does not say that the rest still holds
        is_the_citys_word(case, now)
    touch(case, by, now)
    case.is_demo = case.is_demo or (author is not None and author.is_demo)
    add_revision(
        case, author or by, now, proposal.change_note, is_substantial=not proposal.is_small,
        reviewed_by=by if author is not None and author.id != by.id else None,
        restored_from=proposal.content.get("restored_from"),
    )  # fmt: skip
    _close(proposal, PUBLISHED, by, now)
    log_change(CaseRevised(case.id, is_substantial=not proposal.is_small), case, before, by, now)
    return case


def return_proposal(slug: str, proposal_id: int, note: str, *, by: User, now: datetime) -> CaseProposal:
    """Send a change back to who proposed it, saying why.

    Raises NotFound, Forbidden, Conflict when it no longer waits, Invalid without a note.
    """
    case, proposal = _held(slug, proposal_id, by)
    if proposal.state == RETURNED and proposal.decided_by == by.id:
        return proposal
    if not can_review_proposal(by, case, proposal):
        raise Forbidden("another coordinator of the city sends a change back")
    if proposal.state != WAITING:
        raise Conflict("it no longer waits")
    if not note:
        raise Invalid("note", "Say what is to be done before it can be published.")
    _close(proposal, RETURNED, by, now, note)
    record(CaseProposalClosed(case.id, proposal.id, is_returned=True), by=by.id, now=now, personal={"reason": note})
    return proposal


def withdraw_proposal(slug: str, proposal_id: int, *, by: User, now: datetime) -> CaseProposal:
    """Take back a change that one proposed; raises NotFound, Forbidden, Conflict when it no longer waits."""
    case, proposal = _held(slug, proposal_id, by)
    if not can_withdraw_proposal(by, case, proposal):
        raise Forbidden("who proposed a change takes it back")
    if proposal.state == WITHDRAWN:
        return proposal
    if proposal.state != WAITING:
        raise Conflict("it no longer waits")
    _close(proposal, WITHDRAWN, by, now)
    record(CaseProposalClosed(case.id, proposal.id, is_returned=False), by=by.id, now=now)
    return proposal


def take_up_proposal(slug: str, proposal_id: int, *, by: User, now: datetime) -> CaseStudy:
    """Put a change that came back into the editor of who proposed it, as text that is not saved; no entry comes of it.

    What was published meanwhile stays. Raises NotFound, Forbidden, Conflict where unsaved text waits there already.
    """
    case, proposal = _held(slug, proposal_id, by)
    if not can_take_up_proposal(by, case, proposal):
        raise Forbidden("who proposed a change writes on in it")
    if copy_of(case.id, by.id) is not None:
        raise Conflict("text that is not saved waits in the editor already")
    text, note = brought_up(case, proposal), proposal.change_note
    keep_copy(slug, text, STEPS, case.version, by=by, now=now, note=note, is_small=proposal.is_small)
    return case


def _held(slug: str, proposal_id: int, by: User) -> tuple[CaseStudy, CaseProposal]:
    """Return a case, held until the transaction ends, and one of its proposals; raises NotFound."""
    case = locked(slug, by)
    query = select(CaseProposal).where(CaseProposal.id == proposal_id, CaseProposal.case_id == case.id)
    proposal = db.session.scalar(query.execution_options(populate_existing=True))
    if proposal is None or not by.works_for(case.city_id):
        raise NotFound("no such proposal")
    return case, proposal


def _same(case: CaseStudy, content: dict[str, Any], by: User) -> CaseProposal | None:
    waiting = select(CaseProposal).where(
        CaseProposal.case_id == case.id, CaseProposal.proposed_by == by.id, CaseProposal.state == WAITING
    )
    spelled = text_in(content)
    return next((each for each in db.session.scalars(waiting) if text_in(each.content) == spelled), None)


def _close(proposal: CaseProposal, state: str, by: User, now: datetime, note: str = "") -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.decision_note = state, by.id, now, note

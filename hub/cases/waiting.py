"""What waits in a case for a second reader, and what one person may do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.cases.models import DRAFT, CaseStudy
from hub.cases.policy import can_propose_change, can_review_draft, can_submit_case, has_second_reader
from hub.cases.policy import can_write_case as can_change_it
from hub.cases.policy import needs_second_reader as needs_one
from hub.cases.proposals import WAITING, ProposalLine, proposals_of
from hub.core.db import db
from hub.people.models import User
from hub.people.queries import count_coordinators


@dataclass(frozen=True)
class Waiting:
    """What waits in a case; the names as anyone may read them."""

    may_send: bool = False
    may_read: bool = False
    may_propose: bool = False  # and not change it at once
    sent_at: datetime | None = None
    sender: str = ""
    is_mine: bool = False  # she sent it herself
    returned_note: str = ""
    lacks_reader: bool = False  # the city has nobody else who could read it
    proposals: list[ProposalLine] = field(default_factory=list)

    @property
    def open_proposals(self) -> list[ProposalLine]:
        """The changes that nobody decided on yet."""
        return [line for line in self.proposals if line.state == WAITING]


def waiting_of(case: CaseStudy, user: User) -> Waiting:
    """Return what waits in a case, for a person who writes for its city."""
    is_sent = case.state == DRAFT and case.submitted_at is not None
    sender = db.session.get(User, case.submitted_by) if is_sent and case.submitted_by is not None else None
    writers = {case.submitted_by, case.updated_by} if is_sent else {user.id}
    return Waiting(
        may_send=can_submit_case(user, case) and not is_sent,
        may_read=can_review_draft(user, case),
        may_propose=can_propose_change(user, case) and (needs_one(user, case) or not can_change_it(user, case)),
        sent_at=case.submitted_at if is_sent else None,
        sender=sender.public_name if sender is not None else "",
        is_mine=sender is not None and sender.id == user.id,
        returned_note=case.returned_note if case.state == DRAFT else "",
        lacks_reader=has_second_reader(case) and not count_coordinators(case.city_id, without=writers),
        proposals=[] if case.state == DRAFT else proposals_of(case.id),
    )

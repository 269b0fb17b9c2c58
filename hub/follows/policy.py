"""Who may follow what."""

from __future__ import annotations

from hub.cases.models import CaseStudy
from hub.cases.policy import can_read_case
from hub.exchange.models import Question
from hub.exchange.policy import can_read_question
from hub.people.models import User


def can_follow_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether a person may follow a case: whatever she may read, the drafts of her own city too."""
    return can_read_case(case, user)


def can_follow_question(user: User | None, question: Question) -> bool:
    """Tell whether one may follow a question: whoever may read it, while it was not taken away."""
    return question.removed_at is None and can_read_question(user, question)

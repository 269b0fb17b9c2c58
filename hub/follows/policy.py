"""Who may follow what."""

from __future__ import annotations

from hub.cases.models import CaseStudy
from hub.cases.policy import can_read_case
from hub.people.models import User


def can_follow_case(user: User, case: CaseStudy) -> bool:
    """Tell whether a person may follow a case: whatever she may read, the drafts of her own city too."""
    return can_read_case(case, user)

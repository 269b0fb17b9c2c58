"""Who may decide where the forum's news comes from."""

from __future__ import annotations

from hub.people.models import ORGANIZER, User


def can_run_sources(user: User | None) -> bool:
    """Tell whether a person may add, change, pause and check sources; no person is the operator at the command line."""
    return user is None or ORGANIZER in user.roles

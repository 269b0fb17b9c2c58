"""Who may decide where the forum's news comes from."""

from __future__ import annotations

from hub.people.models import ORGANIZER, User


def can_run_sources(user: User | None) -> bool:
    """Tell whether a person may add, change, pause and check sources; no person is the operator at the command line."""
    return user is None or ORGANIZER in user.roles


def can_keep_events(user: User | None) -> bool:
    """Tell whether a person may enter, change, cancel and take out events; no person is the operator."""
    return user is None or ORGANIZER in user.roles


def can_decide_stories(user: User | None) -> bool:
    """Tell whether a person may pin, hide, tie and take out stories."""
    return user is not None and ORGANIZER in user.roles

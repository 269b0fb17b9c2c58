"""What this room does by the clock."""

from __future__ import annotations

from datetime import timedelta

from hub.cities.service import forget_unconfirmed
from hub.core.db import transaction
from hub.core.jobs import Job, Setting


def forget_applications(setting: Setting) -> int:
    """Delete the applications whose address nobody confirmed in seven days."""
    with transaction():
        return forget_unconfirmed(setting.clock())


JOBS: dict[str, Job] = {"applications": Job(timedelta(hours=6), forget_applications)}

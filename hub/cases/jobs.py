"""What this room does by the clock with texts that were never saved."""

from __future__ import annotations

from datetime import timedelta

from hub.cases import service
from hub.core.db import transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.text import N_

COPIES_KEPT = timedelta(days=90)


def forget_copies(setting: Setting) -> int:
    """Let go what was typed in a case 90 days ago and neither saved nor looked at again; return how much."""
    total = 0
    while True:
        with transaction():
            gone = service.forget_old_copies(setting.clock() - COPIES_KEPT)
        total += gone
        if not gone:
            return total


RETENTION: tuple[Kept, ...] = (
    Kept(N_("What you typed in a case study and did not save"), N_("since you typed it"), COPIES_KEPT, N_("deleted")),
)
JOBS = {"unsaved copies": Job(timedelta(days=1), forget_copies)}

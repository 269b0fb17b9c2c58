"""What this room does by the clock: it forgets what was searched in vain."""

from __future__ import annotations

from datetime import timedelta

from hub.core.jobs import Job, Kept, Setting
from hub.core.text import N_
from hub.search.misses import KEPT, forget_old


def forget_misses(setting: Setting) -> int:
    """Delete the words of searches in vain that are old enough; return how many."""
    return forget_old(setting.clock().date())


JOBS: dict[str, Job] = {"forget searches in vain": Job(timedelta(days=1), forget_misses)}

RETENTION: tuple[Kept, ...] = (
    Kept(
        N_("The words of a search that found nothing, and how often they were asked; not who asked"),
        N_("since the day of the search"), KEPT, N_("deleted"),
    ),
)  # fmt: skip

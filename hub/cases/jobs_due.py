"""Cases that nobody confirmed for a year: looked for once a day."""

from __future__ import annotations

from datetime import timedelta

from hub.cases.asking import ids_to_ask
from hub.cases.service.confirming import ask_again
from hub.core.db import transaction
from hub.core.jobs import Job, Setting


def ask_cities(setting: Setting) -> int:
    """Ask the cities about the cases that have their turn, one after another; return how many."""
    now, asked = setting.clock(), 0
    for case_id in ids_to_ask(now):
        with transaction():
            asked += ask_again(case_id, now)
    return asked


JOBS: dict[str, Job] = {"cases to confirm": Job(timedelta(days=1), ask_cities)}

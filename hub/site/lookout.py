"""Watching over the log: its end is noted each day, and once a week the whole chain is looked through."""

from __future__ import annotations

from datetime import timedelta

from hub.core import chain
from hub.core.db import transaction
from hub.core.jobs import Job, Setting

NOTE, LOOK = "note the end of the log", "look through the log"


class LogBroken(Exception):
    """The log does not hold; the message says where."""


def note_head_daily(setting: Setting) -> None:
    """Note where the log ends, so that an end that is cut off later is missed."""
    with transaction():
        chain.note_head(setting.clock())


def look_through_log(_setting: Setting) -> None:
    """Look at the whole chain; raises LogBroken, which the state of the job then keeps for organizers to see."""
    problems = chain.verify().problems
    if problems:
        raise LogBroken("; ".join(problems[:5]) + ". Run “hub audit verify” to see all.")


JOBS: dict[str, Job] = {
    NOTE: Job(timedelta(days=1), note_head_daily),
    LOOK: Job(timedelta(days=7), look_through_log),
}

"""Checking the sources that are due."""

from __future__ import annotations

from datetime import timedelta

from hub.core.db import db
from hub.core.jobs import Job, Setting
from hub.feeds import queries
from hub.feeds.sync import Checked, Reach, by_chance, sync_many

SECONDS = 240.0  # no check is begun after this; the job's lease is longer


def sync_due(setting: Setting) -> list[Checked]:
    """Check every source that is due, for a few minutes at most; what is left is done next time."""
    due = queries.list_due(setting.clock())
    db.session.rollback()  # nothing stays open while feeds are fetched
    if not due:
        return []
    return sync_many(due, reach_of(setting), setting.owner, setting.clock, seconds=SECONDS)


def reach_of(setting: Setting) -> Reach:
    """Return what checks may do outside, by the settings of the installation."""
    return Reach(setting.fetch_allow, f"{setting.base_url}/about", jitter=by_chance)


JOBS = {"feeds": Job(timedelta(minutes=1), sync_due)}

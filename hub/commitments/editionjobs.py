"""Fixing what the matrix showed at the end of each forum, once it is over."""

from __future__ import annotations

from datetime import timedelta

from hub.commitments.queries import editions as queries
from hub.commitments.service.editions import fix_edition
from hub.core.db import db, transaction
from hub.core.jobs import Job, Setting


def fix_editions(setting: Setting) -> int:
    """Fix every forum that is over and not fixed yet; return how many."""
    now = setting.clock()
    waiting = queries.editions_to_fix(now.date())
    db.session.rollback()
    done = 0
    for year, last in waiting:
        with transaction():
            done += fix_edition(year, last, setting.clock()) is not None
    return done


JOBS = {"forum editions": Job(timedelta(hours=1), fix_editions)}

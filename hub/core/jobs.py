"""Work that is due by the clock: when it is next due stands in a table, and one worker does it at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, UtcDateTime, db, transaction, utc
from hub.core.leases import is_due, is_free
from hub.core.log import Origin, come_from

LEASE = timedelta(minutes=15)
log = structlog.get_logger()


@dataclass(frozen=True)
class Setting:
    """What a job may know of the installation and the moment."""

    mail_url: str
    base_url: str
    data_dir: Path
    files_dir: Path
    fetch_allow: frozenset[str]
    languages: tuple[str, ...]
    owner: str  # the worker's name, for leases
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Job:
    """Something to do every so often; it must bear being done twice."""

    every: timedelta
    run: Callable[[Setting], object]


@dataclass(frozen=True)
class Kept:
    """How long something personal is kept: what it is, from when the time runs, for how long, and what becomes of it.

    The texts are marked with `N_`; the privacy page shows them, and the job that carries it out reads `lasts`.
    """

    what: str
    since: str
    lasts: timedelta
    then: str


class JobState(Base):
    """When a job is next due, who does it now, and how it went last."""

    __tablename__ = "job_state"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_at: Mapped[utc]
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


def run_due(jobs: Mapping[str, Job], setting: Setting) -> int:
    """Do every job that is due and return how many were done; one that fails is noted and due again in its turn."""
    done = 0
    for name, job in jobs.items():
        if not _claim(name, job, setting.owner, setting.clock()):
            continue
        error = ""
        come_from(Origin(f"worker {name}"))
        try:
            job.run(setting)
        except Exception as raised:  # whatever one job raises must not stop the others
            error = f"{type(raised).__name__}: {raised}"[:2000]
            log.error("job", name=name, exc_info=raised)
        finally:
            db.session.rollback()
        _note(name, job, setting.owner, error, setting.clock())
        done += 1
    return done


def _claim(name: str, job: Job, owner: str, now: datetime) -> bool:
    waits = (JobState.name == name, is_due(JobState.next_at, now, job.every), is_free(JobState.lease_until, now, LEASE))
    known = db.session.get(JobState, name)
    if known is not None and db.session.scalar(select(JobState.name).where(*waits)) is None:
        db.session.rollback()
        return False
    with transaction():
        if db.session.get(JobState, name) is None:
            db.session.add(JobState(name=name, next_at=now, lease_owner=owner, lease_until=now + LEASE, started_at=now))
            return True
        taken = db.session.execute(
            update(JobState).where(*waits).values(lease_owner=owner, lease_until=now + LEASE, started_at=now)
        )
        return int(getattr(taken, "rowcount", 0)) == 1


def _note(name: str, job: Job, owner: str, error: str, now: datetime) -> None:
    values: dict[str, object] = {"next_at": now + job.every, "lease_owner": None, "lease_until": None, "error": error}
    if not error:
        values["succeeded_at"] = now
    with transaction():
        db.session.execute(
            update(JobState).where(JobState.name == name, JobState.lease_owner == owner).values(**values)
        )

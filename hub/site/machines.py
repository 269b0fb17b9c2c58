"""What the machines do, as organizers see it: readers, given-up entries, jobs, mail, search, versions."""

from __future__ import annotations

import platform
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import func, select, text

from hub.core import migrate
from hub.core.chain import last_noted
from hub.core.db import db
from hub.core.jobs import JobState
from hub.core.log import LogEntry, head_position, log_name
from hub.core.outbox import OutgoingMail
from hub.core.readers import LEASE, FailedEntry, LogReader, parked_entries
from hub.search.queries import open_index
from hub.site.lookout import LOOK
from hub.site.moments import format_ago
from hub.site.trail import Step, step_at
from hub.web.locale import gettext as _
from hub.web.locale import ngettext

AWAY = timedelta(minutes=5)
GOOD, WAITS, BAD, OFF = "good", "warn", "bad", "off"


class Light(NamedTuple):
    """How something is: a sign, always with its words."""

    kind: str  # good, warn, bad, off
    words: str


class Line(NamedTuple):
    """One thing that runs, with how it is and what more there is to say."""

    name: str
    light: Light
    detail: str = ""
    error: str = ""


class Parked(NamedTuple):
    """An entry that a reader gave up, with the words of what it is about."""

    failed: FailedEntry
    step: Step | None


def worker_seen() -> datetime | None:
    """Return when a worker last showed itself: it renews the leases of its readers each second, and starts jobs."""
    leased = db.session.scalar(select(func.max(LogReader.lease_until)))
    started = db.session.scalar(select(func.max(JobState.started_at)))
    moments = [moment for moment in (leased - LEASE if leased else None, started) if moment is not None]
    return max(moments, default=None)


def worker_light(now: datetime) -> Light:
    """Tell whether a worker is at work."""
    seen = worker_seen()
    if seen is None:
        return Light(BAD, _("No worker has been seen yet. Start one with “hub worker”, or serve with “hub serve”."))
    if now - seen < AWAY:
        return Light(GOOD, _("A worker is at work."))
    return Light(BAD, _("No worker since %(when)s. Start one with “hub worker”.", when=format_ago(seen, now)))


def reader_lines(now: datetime) -> list[Line]:
    """Return every shared reader of the log with how far behind it is."""
    head, seen = head_position(), worker_seen()
    at_work = seen is not None and now - seen < AWAY
    lines = []
    for reader in db.session.scalars(select(LogReader).order_by(LogReader.name)):
        behind = head - reader.position
        if not behind:
            light = Light(GOOD, _("Up to date"))
        else:
            words = ngettext("%(num)d entry behind", "%(num)d entries behind", behind)
            light = Light(WAITS if at_work else BAD, words)
        failing = _failing(reader)
        detail = _("At entry %(place)d of %(head)d", place=reader.position, head=head)
        lines.append(Line(reader.name, light, detail, failing.error if failing else ""))
    return lines


def _failing(reader: LogReader) -> FailedEntry | None:
    """Return the entry that a reader is stuck at."""
    return db.session.get(FailedEntry, (reader.name, reader.position + 1))


def parked() -> list[Parked]:
    """Return the entries that were given up, newest first."""
    return [Parked(failed, step_at(failed.position)) for failed in parked_entries()]


def job_lines(now: datetime) -> list[Line]:
    """Return every job by the clock: how it went last and when it is next due."""
    lines = []
    for job in db.session.scalars(select(JobState).order_by(JobState.name)):
        due = _("Next %(when)s", when=format_ago(job.next_at, now))
        went = _("went well %(when)s", when=format_ago(job.succeeded_at, now)) if job.succeeded_at else ""
        lines.append(Line(job.name, _job_light(job, now), " · ".join(part for part in (went, due) if part), job.error))
    return lines


def _job_light(job: JobState, now: datetime) -> Light:
    if job.error:
        return Light(BAD, _("Failed last time"))
    if job.lease_until is not None and job.lease_until > now:
        return Light(GOOD, _("Running now"))
    if now - job.next_at > AWAY:
        return Light(BAD, _("Overdue"))
    return Light(GOOD, _("In order")) if job.succeeded_at else Light(OFF, _("Not run yet"))


def log_line(now: datetime) -> Line:
    """Return whether the log held at the last look, and where its end was when it was noted last."""
    looked, noted = db.session.get(JobState, LOOK), last_noted()
    detail = ""
    if noted is not None:
        detail = _("Its end was noted %(when)s:", when=format_ago(noted.noted_at, now))
    end = f"{noted.position}:{noted.hash}" if noted is not None else ""
    if looked is None or (looked.succeeded_at is None and not looked.error):
        return Line(end, Light(OFF, _("Nobody has looked through the log yet.")), detail)
    if looked.error:
        return Line(end, Light(BAD, _("The log did not hold at the last look.")), detail, looked.error)
    when = format_ago(looked.succeeded_at or now, now)
    return Line(end, Light(GOOD, _("The log held when it was last looked through, %(when)s.", when=when)), detail)


def parked_light(number: int) -> Light:
    """Tell whether readers gave entries up."""
    if not number:
        return Light(GOOD, _("Nothing was given up"))
    return Light(BAD, ngettext("%(num)d entry was given up", "%(num)d entries were given up", number))


def jobs_light(lines: list[Line]) -> Light:
    """Tell how the jobs are, all together."""
    bad = sum(1 for line in lines if line.light.kind == BAD)
    if bad:
        return Light(BAD, ngettext("%(num)d job needs a look", "%(num)d jobs need a look", bad))
    return Light(GOOD, _("In order")) if lines else Light(OFF, _("Not run yet"))


class MailCount(NamedTuple):
    """How much mail is under way."""

    queued: int  # not sent yet, never refused
    refused: int  # refused at least once, will be tried again
    given_up: int


def mail_count() -> MailCount:
    """Count the mail that is not sent."""
    unsent = select(func.count()).where(OutgoingMail.sent_at.is_(None))
    given_up = db.session.scalar(unsent.where(OutgoingMail.given_up_at.is_not(None))) or 0
    refused = db.session.scalar(unsent.where(OutgoingMail.given_up_at.is_(None), OutgoingMail.attempts > 0)) or 0
    queued = db.session.scalar(unsent.where(OutgoingMail.given_up_at.is_(None), OutgoingMail.attempts == 0)) or 0
    return MailCount(queued, refused, given_up)


def mail_light(count: MailCount) -> Light:
    """Tell how mail fares."""
    if count.given_up:
        return Light(BAD, ngettext("%(num)d mail was given up", "%(num)d mails were given up", count.given_up))
    if count.refused:
        return Light(WAITS, ngettext("%(num)d mail was refused and waits", "%(num)d mails were refused and wait",
                                     count.refused))  # fmt: skip
    if count.queued:
        return Light(GOOD, ngettext("%(num)d mail is on its way", "%(num)d mails are on their way", count.queued))
    return Light(GOOD, _("Nothing waits"))


def paused_light(number: int) -> Light:
    """Tell whether addresses of readers refuse mail."""
    if not number:
        return Light(GOOD, _("No reader's address refuses mail"))
    words = ngettext("Mail to %(num)d reader is paused", "Mail to %(num)d readers is paused", number)
    return Light(WAITS, words)


def index_line(folder: Path) -> Line:
    """Return how far this node's search index follows the log."""
    place, head = open_index(folder).place(), head_position()
    if place is None or place.log_name != log_name():
        return Line("", Light(BAD, _("Not built. Run “hub search rebuild”.")))
    behind = head - place.position
    detail = _("At entry %(place)d of %(head)d", place=place.position, head=head)
    if behind <= 0:
        return Line("", Light(GOOD, _("Up to date")), detail)
    return Line("", Light(WAITS, ngettext("%(num)d entry behind", "%(num)d entries behind", behind)), detail)


def versions() -> list[tuple[str, str]]:
    """Return what this installation is made of, for a report to whoever keeps it."""
    engine = db.session.get_bind().dialect.name
    query = "SELECT sqlite_version()" if engine == "sqlite" else "SHOW server_version"
    database = "SQLite" if engine == "sqlite" else "PostgreSQL"
    return [
        (_("Hub"), metadata.version("human-rights-cities-hub")),
        (_("Database"), f"{database} {db.session.scalar(text(query))}"),
        (_("Tables"), migrate.head()),
        (_("Log"), log_name()),
        ("Python", platform.python_version()),
        ("SQLAlchemy", sqlalchemy.__version__),
        ("Flask", metadata.version("flask")),
    ]


def newest_entry_at() -> datetime | None:
    """Return when the newest entry of the log was recorded."""
    return db.session.scalar(select(LogEntry.recorded_at).order_by(LogEntry.position.desc()).limit(1))

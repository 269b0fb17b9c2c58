"""Whether pages can be served, and what else an operator should look after."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from hub.cases.models import CaseFile
from hub.cities.models import CityApplication
from hub.commitments.models import Evidence
from hub.core import clock, migrate
from hub.core.db import db
from hub.core.files import blob_path
from hub.core.jobs import JobState
from hub.core.outbox import OutgoingMail
from hub.core.readers import LogReader, lag, parked_entries
from hub.feeds.models import FAILING, GONE, FeedSource
from hub.people.models import User
from hub.search.queries import open_index
from hub.settings import Settings
from hub.site.machines import AWAY, worker_seen
from hub.vocabularies.queries import vocabulary

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LEAST_ROOM = 20_000_000  # bytes: a few uploads
NAMED = 5  # of missing files and the like; the rest are counted


def find_problems() -> list[str]:
    """Return what keeps pages from being served, in plain words; an empty list when all is well."""
    try:
        found = migrate.current(db.engine)
        if found != migrate.head():
            return [f"the tables are at revision {found or 'none'}, not {migrate.head()}: run hub serve or hub seed"]
        if not vocabulary().schemes:
            return ["the vocabularies are not loaded: run hub seed"]
    except SQLAlchemyError as error:
        return [f"the database does not answer: {type(error).__name__}"]
    return index_problems(current_app.config["HUB"].index_dir)


def index_problems(folder: Path) -> list[str]:
    """Return what keeps this node's search index from answering."""
    return [] if open_index(folder).place() else ["the search index is not built yet: run hub search rebuild"]


def find_shortages(settings: Settings) -> list[str]:
    """Return which of our folders have no room left: pages are served, but what is written is refused."""
    folders = {"the data folder": settings.data_dir, "the folder of files": settings.files_dir}
    if settings.is_sqlite:
        folders["the folder of the database"] = Path(settings.database_url.removeprefix("sqlite:///")).parent
    return [
        f"there is almost no room left in {name}: free some, or nothing can be written"
        for name, folder in folders.items()
        if _room(folder) < LEAST_ROOM
    ]


def _room(folder: Path) -> int:
    """Return how many bytes may be written where a folder is, or will be."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    found = os.statvfs(there)
    return found.f_bavail * found.f_frsize


def find_warnings(settings: Settings) -> list[str]:
    """Return what an operator should look after though pages are served, each with what to do."""
    now = clock.now()
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _given_up_entries(),
        lambda: _waiting_readers(now),
        lambda: _failing_jobs(now),
        lambda: _given_up_mail(),
        lambda: _missing_files(settings.files_dir),
        lambda: _failing_sources(),
        lambda: _demo_accounts(),
        lambda: _open_installation(settings),
    )
    return find_shortages(settings) + [warning for check in checks for warning in check()]


def _given_up_entries() -> Iterator[str]:
    for failed in parked_entries()[:NAMED]:
        yield (
            f"the reader {failed.reader} gave up entry {failed.position} of the log ({failed.error}): mend the cause,"
            " then press “Try again” at /organizers/system"
        )


def _waiting_readers(now: datetime) -> Iterator[str]:
    seen = worker_seen()
    if seen is not None and now - seen < AWAY:
        return
    behind = {name: lag(name) for name in db.session.scalars(select(LogReader.name).order_by(LogReader.name))}
    late = ", ".join(f"{name} by {number}" for name, number in behind.items() if number)
    due = db.session.scalar(select(func.count()).where(JobState.next_at < now - AWAY)) or 0
    if late or due:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "ever"
        waits = f"readers of the log are behind ({late})" if late else "jobs are overdue"
        yield f"no worker was seen {since} and {waits}: run hub worker, or hub serve without --no-worker"


def _failing_jobs(now: datetime) -> Iterator[str]:
    for job in db.session.scalars(select(JobState).where(JobState.error != "").order_by(JobState.name)):
        yield f"the job “{job.name}” failed ({job.error}): mend the cause; it runs again {_when(job.next_at, now)}"


def _when(moment: datetime, now: datetime) -> str:
    return "at once" if moment <= now else f"at {moment:%Y-%m-%d %H:%M} UTC"


def _given_up_mail() -> Iterator[str]:
    given_up = select(OutgoingMail).where(OutgoingMail.given_up_at.is_not(None)).order_by(OutgoingMail.id.desc())
    number = db.session.scalar(select(func.count()).select_from(given_up.order_by(None).subquery())) or 0
    newest = db.session.scalars(given_up.limit(1)).first()
    if newest is not None:
        yield (
            f"{_counted(number, 'mail was', 'mails were')} given up, the newest with {newest.error}: check"
            " HUB_MAIL_URL and the addresses, then invite or reset again"
        )


def _missing_files(folder: Path) -> Iterator[str]:
    named = {
        "case files": select(CaseFile.id, CaseFile.sha256).where(CaseFile.sha256 != ""),  # empty: removed for good
        "evidence": select(Evidence.id, Evidence.sha256).where(Evidence.sha256.is_not(None)),
        "letters of applications": select(CityApplication.id, CityApplication.letter_sha256).where(
            CityApplication.letter_sha256.is_not(None)
        ),
    }
    for what, query in named.items():
        rows = [(number, name) for number, name in db.session.execute(query)]
        if what == "case files":
            sizes = select(CaseFile.id, CaseFile.sizes).where(CaseFile.sha256 != "")
            rows += [(number, copy[-1]) for number, copies in db.session.execute(sizes) for copy in copies]
        gone = {number for number, name in rows if not blob_path(folder, str(name)).is_file()}
        if gone:
            some = ", ".join(str(number) for number in sorted(gone)[:NAMED])
            more = f" and {len(gone) - NAMED} more" if len(gone) > NAMED else ""
            yield (
                f"{what} named by the record are not in {folder} (rows {some}{more}): bring that folder back from"
                " the backup, or set HUB_FILES_DIR to where it is"
            )


def _failing_sources() -> Iterator[str]:
    query = select(FeedSource).where(FeedSource.state.in_((FAILING, GONE))).order_by(FeedSource.slug)
    for source in db.session.scalars(query):
        yield (
            f"the news source “{source.title}” is {source.state} ({source.error or 'no reason noted'}): correct or"
            " pause it at /organizers/sources"
        )


def _demo_accounts() -> Iterator[str]:
    counted = db.session.execute(select(User.is_demo, func.count().label("number")).group_by(User.is_demo))
    accounts = {row.is_demo: row.number for row in counted}
    if accounts.get(True) and accounts.get(False):
        yield (
            f"{_counted(accounts[True], 'demo account stands', 'demo accounts stand')} beside real ones: suspend"
            " them at /organizers/people"
        )


def _open_installation(settings: Settings) -> Iterator[str]:
    base = urlsplit(settings.base_url)
    if (base.hostname or "") in LOOPBACK:
        return
    if base.scheme == "http":
        yield f"{settings.base_url} is not encrypted: put TLS before the hub and set HUB_BASE_URL to https://…"
    if settings.mail_url.startswith("file:"):
        yield "mail is only written to files and reaches nobody: set HUB_MAIL_URL to smtp://… or smtps://…"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

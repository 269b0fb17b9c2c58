"""What this room forgets by the clock: accounts nobody uses, files nothing names."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.cases.models import CaseFile
from hub.core.db import Base, db
from hub.core.jobs import Job, Kept, Setting
from hub.core.sweeping import sweep
from hub.core.text import N_
from hub.site.idle import UNUSED_KEPT, close_unused
from hub.site.lookout import JOBS as LOG_JOBS

FILES_KEPT = timedelta(days=30)


def sweep_files(setting: Setting) -> int:
    """Delete the stored files that no row of any table has named for a while; return how many."""
    named = named_files()
    db.session.rollback()
    return sweep(setting.files_dir, named, FILES_KEPT, setting.clock())


def named_files() -> set[str]:
    """Return the sha256 of every file that a row of any table names, and of the smaller copies of pictures."""
    columns = [
        column for table in Base.metadata.tables.values() for column in table.columns if column.name.endswith("sha256")
    ]
    found = {name for column in columns for name in db.session.scalars(select(column).where(column.is_not(None)))}
    found |= {sha256 for sizes in db.session.scalars(select(CaseFile.sizes)) for *_size, sha256 in sizes}
    return {str(name) for name in found}


JOBS: dict[str, Job] = {
    "sweep files": Job(timedelta(days=1), sweep_files),
    "close unused accounts": Job(timedelta(days=1), close_unused),
    **LOG_JOBS,
}

RETENTION: tuple[Kept, ...] = (
    Kept(
        N_("An account without any role that nobody signs in to"),
        N_("since the last sign-in; a mail says so 30 days before"), UNUSED_KEPT,
        N_("closed, as if its person had left"),
    ),
    Kept(
        N_("A stored file that nothing on record names any more"),
        N_("since that was noticed"), FILES_KEPT, N_("deleted"),
    ),
)  # fmt: skip

"""Making smaller copies of pictures that came in before there were any."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Text, cast, select

from hub.cases import service
from hub.cases.models import CaseFile
from hub.core.db import db, transaction
from hub.core.files import read_blob
from hub.core.jobs import Job, Setting
from hub.core.uploads import WIDTHS, Copy, smaller_copies

BATCH = 50  # pictures a run


def make_sizes(setting: Setting) -> int:
    """Make the smaller copies of some pictures that have none; return of how many.

    A picture that cannot be read is left as it is.
    """
    wanted = (
        select(CaseFile.id, CaseFile.sha256)
        .where(CaseFile.mime.startswith("image/"), CaseFile.sha256 != "", CaseFile.width > WIDTHS[0])
        .where(cast(CaseFile.sizes, Text) == "[]")
        .order_by(CaseFile.id.desc())
    )
    found = db.session.execute(wanted).all()
    db.session.rollback()  # nothing stays open while pictures are drawn
    made = 0
    for file_id, sha256 in found:
        if made == BATCH:
            break
        copies = _copies(setting, sha256)
        if copies:
            with transaction():
                made += service.put_sizes(file_id, sha256, copies, setting.files_dir)
    return made


def _copies(setting: Setting, sha256: str) -> tuple[Copy, ...]:
    try:
        return smaller_copies(read_blob(setting.files_dir, sha256))
    except (OSError, ValueError):  # not there, or no picture
        return ()


JOBS: dict[str, Job] = {"picture sizes": Job(timedelta(days=1), make_sizes)}

"""Pictures and documents of cases, put there and taken away inside `transaction()`."""

from __future__ import annotations

from datetime import datetime

from hub.cases.events import CaseFileAdded, CaseFileRemoved
from hub.cases.models import CaseFile, CaseStudy
from hub.cases.service.writing import add_revision, case_to_write, log_change, touch
from hub.cases.states import state_of
from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.uploads import MAX_FILES, Upload
from hub.people.models import User


def add_file(
    slug: str, upload: Upload, sha256: str, *, title: str, owner: str, licence: str, has_consent: bool, by: User,
    now: datetime,
) -> CaseStudy:  # fmt: skip
    """Put a stored upload to a case; of a published case this makes a version.

    Raises NotFound, Forbidden, and Invalid for a missing title, a picture without consent, or one file too many.
    """
    case = case_to_write(slug, by)
    if not title:
        raise Invalid("file_title", "Say what it shows, or what it is called.")
    if upload.mime.startswith("image/") and not has_consent:
        raise Invalid("file_consent", "A picture needs this. If you are not sure, leave the picture out.")
    if sum(file.removed_at is None for file in case.files) >= MAX_FILES:
        raise Invalid("file", "A case holds at most %(limit)s files. Remove one first.", limit=MAX_FILES)
    before = state_of(case)
    file = CaseFile(
        case_id=case.id, sha256=sha256, name=upload.name, mime=upload.mime, size=len(upload.content),
        width=upload.width, height=upload.height, title=title, owner=owner, licence=licence, uploaded_by=by.id,
        uploaded_at=now,
    )  # fmt: skip
    case.files.append(file)
    keep_files(case, by, now)
    log_change(CaseFileAdded(case.id, file.id, has_consent), case, before, by, now)
    return case


def remove_file(slug: str, file_id: int, *, by: User, now: datetime) -> CaseStudy:
    """Take a file from a case; one that is gone already stays gone. Raises NotFound, also for another case's file."""
    case = case_to_write(slug, by)
    file = next((file for file in case.files if file.id == file_id), None)
    if file is None:
        raise NotFound("no such file")
    if file.removed_at is None:
        before = state_of(case)
        file.removed_at = now
        keep_files(case, by, now)
        log_change(CaseFileRemoved(case.id, file.id), case, before, by, now)
    return case


def keep_files(case: CaseStudy, by: User, now: datetime) -> None:
    """Count the version up for a change of the files, and keep a published one as a version."""
    touch(case, by, now)
    db.session.flush()
    if case.is_published:
        add_revision(case, by, now, "", is_substantial=False)

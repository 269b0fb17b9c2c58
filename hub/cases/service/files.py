"""Pictures and documents of cases, put there, described and taken away inside `transaction()`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from hub.cases.content import content_of
from hub.cases.events import CaseDraftSaved, CaseFileAdded, CaseFileRemoved, CaseRevised
from hub.cases.filewords import FileWords, as_kept, flaws_of, put_words, stamp_of, words_of
from hub.cases.models import CaseFile, CaseStudy
from hub.cases.service.writing import add_revision, case_to_write, log_change, touch
from hub.cases.states import state_of
from hub.core.db import db
from hub.core.errors import Conflict, Invalid, NotFound
from hub.core.uploads import MAX_FILES, Copy, Stored, Upload, store_copies
from hub.people.models import User


def add_file(
    slug: str, upload: Upload, stored: Stored, words: FileWords, *, by: User, now: datetime
) -> CaseStudy:  # fmt: skip
    """Put a stored upload to a case; of a published case this makes a version.

    Raises NotFound, Forbidden, and Invalid for words that are missing, or one file too many.
    """
    case = case_to_write(slug, by)
    _require(words, is_image=upload.is_image)
    if sum(file.removed_at is None for file in case.files) >= MAX_FILES:
        raise Invalid("file", "A case holds at most %(limit)s files. Remove one first.", limit=MAX_FILES)
    before = state_of(case)
    file = CaseFile(
        case_id=case.id, sha256=stored.sha256, name=upload.name, mime=upload.mime, size=len(upload.content),
        width=upload.width, height=upload.height, sizes=[list(size) for size in stored.sizes], uploaded_by=by.id,
        uploaded_at=now,
    )  # fmt: skip
    put_words(file, as_kept(words, is_image=upload.is_image))
    case.files.append(file)
    keep_files(case, by, now)
    log_change(CaseFileAdded(case.id, file.id, has_consent=bool(file.people)), case, before, by, now)
    return case


def describe_file(
    slug: str, file_id: int, words: FileWords, stamp: str, *, by: User, now: datetime
) -> CaseStudy:  # fmt: skip
    """Say something else about a file; of a published case this makes a version, unless only what is private changed.

    The same words again change nothing. Raises NotFound, Forbidden, Invalid for words that are missing, and Conflict
    when someone described it since `stamp` was given out.
    """
    case = case_to_write(slug, by)
    file = _file_of(case, file_id)
    if file.removed_at is not None:
        raise NotFound("no such file")
    words = as_kept(words, is_image=file.is_image)
    _require(words, is_image=file.is_image)
    if words == words_of(file):
        return case
    if stamp != stamp_of(words_of(file)):
        raise Conflict("someone else described it meanwhile")
    before, said = state_of(case), content_of(case)
    put_words(file, words)
    _take_back(case)
    touch(case, by, now)
    db.session.flush()
    if case.is_published and content_of(case) != said:
        add_revision(case, by, now, "", is_substantial=False)
    event = CaseRevised(case.id, is_substantial=False) if case.is_published else CaseDraftSaved(case.id)
    log_change(event, case, before, by, now)
    return case


def remove_file(slug: str, file_id: int, *, by: User, now: datetime) -> CaseStudy:
    """Take a file from a case; one that is gone already stays gone. Raises NotFound, also for another case's file."""
    case = case_to_write(slug, by)
    file = _file_of(case, file_id)
    if file.removed_at is None:
        before = state_of(case)
        file.removed_at = now
        keep_files(case, by, now)
        log_change(CaseFileRemoved(case.id, file.id), case, before, by, now)
    return case


def keep_files(case: CaseStudy, by: User, now: datetime) -> None:
    """Count the version up for a change of the files, and keep a published one as a version."""
    _take_back(case)
    touch(case, by, now)
    db.session.flush()
    if case.is_published:
        add_revision(case, by, now, "", is_substantial=False)


def put_sizes(file_id: int, sha256: str, copies: Iterable[Copy], files_dir: Path) -> bool:
    """Keep the smaller copies of a picture that had none, inside `transaction()`; False when it went meanwhile.

    They say nothing that the picture does not say, so this makes no version and no log entry.
    """
    case_id = select(CaseFile.case_id).where(CaseFile.id == file_id).scalar_subquery()
    held = select(CaseStudy.id).where(CaseStudy.id == case_id).with_for_update()
    db.session.execute(held)  # so that it is not removed for good while its copies are put beside it
    file = db.session.get(CaseFile, file_id, populate_existing=True)
    if file is None or file.sha256 != sha256:
        return False
    file.sizes = [list(size) for size in store_copies(files_dir, copies)]
    return True


def _take_back(case: CaseStudy) -> None:
    """A draft that waits for a second reader is no longer the one that was sent."""
    case.submitted_at = case.submitted_by = None


def _file_of(case: CaseStudy, file_id: int) -> CaseFile:
    file = next((file for file in case.files if file.id == file_id), None)
    if file is None:
        raise NotFound("no such file")
    return file


def _require(words: FileWords, *, is_image: bool) -> None:
    for field, message in flaws_of(words, is_image=is_image):
        raise Invalid(field, message)

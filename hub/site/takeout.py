"""Taking a person out of a case, across rooms: itself, what is said around it, what people follow, its files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Text, cast, select, update

from hub.cases.models import CaseFile
from hub.cases.service import destroy_file, take_person_out
from hub.cases.service.takeout import TakenOut
from hub.cases.spellings import Spellings
from hub.cities.models import CityApplication
from hub.commitments.models import Evidence
from hub.core.db import db, transaction
from hub.core.files import blob_path
from hub.exchange.redacting import take_out_between
from hub.follows.models import CASE, Follow, Notification
from hub.people.models import User


def take_out(slug: str, spelled: Spellings, *, mark: str, reason: str, by: User, now: datetime) -> TakenOut:
    """Take a person out of a case, inside `transaction()`; where its address changes, its followers go along.

    Raises what `hub.cases.service.take_person_out` does.
    """
    done = take_person_out(slug, spelled, mark=mark, reason=reason, by=by, now=now, around=take_out_between)
    if done.slug != done.slug_before:
        _lead_followers(done.slug_before, done.slug)
    return done


def _lead_followers(before: str, after: str) -> None:
    db.session.execute(update(Follow).where(Follow.kind == CASE, Follow.key == before).values(key=after))
    because = Notification.because
    told = select(Notification).where(because["kind"].as_string() == CASE, because["key"].as_string() == before)
    for row in db.session.scalars(told):
        row.because = {**row.because, "key": after}


def remove_for_good(slug: str, file_id: int, *, files_dir: Path, by: User, now: datetime) -> bool:
    """Take a file from a case and delete its content and the smaller copies of it.

    False where another row of the hub names the same content, which then stays.

    Raises NotFound and Forbidden.
    """
    with transaction():
        names = destroy_file(slug, file_id, by=by, now=now)
        db.session.flush()
        shared = {name for name in names if _is_named(name)}
    for name in names:
        if name not in shared:
            blob_path(files_dir, name).unlink(missing_ok=True)
    return not shared


def _is_named(sha256: str) -> bool:
    """Tell whether a row names a stored content, as itself or as a smaller copy."""
    columns = (CaseFile.sha256, Evidence.sha256, CityApplication.letter_sha256)
    if any(db.session.scalar(select(column).where(column == sha256).limit(1)) for column in columns):
        return True
    return bool(db.session.scalar(select(CaseFile.id).where(cast(CaseFile.sizes, Text).contains(sha256)).limit(1)))

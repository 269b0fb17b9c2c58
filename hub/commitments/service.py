"""Writing status records; they are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.cities.models import City
from hub.commitments import queries
from hub.commitments.effective import effective_span, read_effective
from hub.commitments.events import StatusRecorded
from hub.commitments.models import STATUSES, UNKNOWN, Evidence, StatusRecord
from hub.commitments.policy import can_record_status
from hub.commitments.seedrows import StatusRow
from hub.commitments.states import StatusLine
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record
from hub.core.seedfiles import Row
from hub.core.text import safe_url
from hub.core.uploads import MAX_FILES, Upload
from hub.people.models import User
from hub.vocabularies.queries import vocabulary
from hub.vocabularies.service import Loaded


@dataclass(frozen=True)
class Piece:
    """New evidence: an address or an uploaded file, its kind (a term of evidence_types), and whether all may see it."""

    kind: str
    title: str
    is_public: bool
    url: str = ""
    upload: Upload | None = None


@dataclass(frozen=True)
class Statement:
    """What a city says of itself: a status, since when, why, and on what evidence."""

    status: str
    precision: str = ""
    since: str = ""
    until: str = ""
    legal_reason: str = ""
    note: str = ""
    pieces: tuple[Piece, ...] = ()
    used: frozenset[int] = frozenset()  # evidence of the city that is on record already
    has_no_evidence: bool = False  # said on purpose


def record_status(
    *,
    by: User,
    city_id: int,
    item_code: str,
    said: Statement,
    after: int,
    corrects: int | None,
    files_dir: Path,
    now: datetime,
) -> StatusRecord:
    """Add what a city says of an item to the record, inside `transaction()`; `after` is the newest record she saw.

    Raises Forbidden, NotFound (also for a record to correct of another city or item), Conflict where something was
    recorded meanwhile, and Invalid naming the field.
    """
    locked = db.session.scalar(select(City.id).where(City.id == city_id).with_for_update())  # one recorder at a time
    item = vocabulary().get_item(item_code)
    if locked is None or item.replaced_by is not None:
        raise NotFound(f"no item {item_code} in city {city_id}")
    if not can_record_status(by, city_id):
        raise Forbidden("only a coordinator of the city records its status")
    if queries.newest_record_ids(city_id).get(item_code, 0) != after:
        raise Conflict("a status was recorded meanwhile")
    replaced = queries.get_to_correct(city_id, item_code, corrects).id if corrects is not None else None
    if said.status not in STATUSES:
        raise Invalid("status", "Choose one of the list.")
    if said.status == "outside_competence" and not said.legal_reason:
        raise Invalid("legal_reason", "Name the law that gives this to others, and whom it gives it to.")
    if said.status != "outside_competence" and said.legal_reason:
        raise Invalid(
            "legal_reason",
            "A legal reason belongs to “Outside powers” only. Choose that status, or take the reason out.",
        )
    effective = read_effective(said.precision, said.since, said.until, now.date())
    before = queries.city_states(city_id, now.date()).get(item_code)
    added = StatusRecord(
        city_id=city_id, item_code=item_code, status=said.status, effective_text=effective.text,
        effective_from=effective.first, effective_to=effective.last, precision=effective.precision, claimed_by="city",
        legal_reason=said.legal_reason or None, note=said.note, recorded_by=by.id, recorded_at=now, is_demo=by.is_demo,
        replaces_id=replaced, evidence=_evidence(said, city_id, by, files_dir, now),
    )  # fmt: skip
    db.session.add(added)
    db.session.flush()  # the log entry names the record's id
    changes = differing(_said_before(before), _said_now(added))
    record(StatusRecorded(added.id, city_id, item_code), by=by.id, now=now, changes=changes)
    return added


def _said_before(line: StatusLine | None) -> dict[str, Any]:
    """Return what the record in force said, as the log compares it; unknown where there was none."""
    if line is None:
        return {"status": UNKNOWN}
    return {
        "status": line.status, "effective_text": line.effective_text or None, "note": line.note or None,
        "legal_reason": line.legal_reason, "claimed_by": line.claimed_by,
    }  # fmt: skip


def _said_now(added: StatusRecord) -> dict[str, Any]:
    return {
        "status": added.status, "effective_text": added.effective_text or None, "note": added.note or None,
        "legal_reason": added.legal_reason, "claimed_by": added.claimed_by, "replaces_id": added.replaces_id,
        "evidence": [piece.url or piece.name for piece in added.evidence] or None,
    }  # fmt: skip


def _evidence(said: Statement, city_id: int, by: User, files_dir: Path, now: datetime) -> list[Evidence]:
    """Return what a record rests on, old and new; the files are stored before the rows that name them."""
    used = list(db.session.scalars(select(Evidence).where(Evidence.id.in_(said.used), Evidence.city_id == city_id)))
    if len(used) != len(said.used):
        raise Invalid("used", "One of these is not evidence of this city.")
    if said.has_no_evidence and (used or said.pieces):
        raise Invalid("no_evidence", "You gave evidence. Take this tick away, or take the evidence out.")
    if not said.has_no_evidence and not used and not said.pieces:
        raise Invalid("no_evidence", "Give a link, a file or evidence on record, or tick that there is none yet.")
    if sum(piece.upload is not None for piece in said.pieces) > MAX_FILES:
        raise Invalid("files", "Choose at most %(limit)d files.", limit=MAX_FILES)
    kinds = vocabulary().schemes.get("evidence_types", {})
    for piece in said.pieces:
        if piece.kind not in kinds:
            field = "link_kind" if piece.upload is None else "file_kind"
            raise Invalid(field, "Say what kind of document it is.")
        if piece.upload is None and (not safe_url(piece.url) or " " in piece.url):
            raise Invalid("link_url", "Write a whole web address, such as https://www.example.org/decision.pdf.")
    return [*used, *_new_evidence(said.pieces, city_id, by, files_dir, now)]


def _new_evidence(
    pieces: Iterable[Piece], city_id: int, by: User, files_dir: Path, now: datetime
) -> Iterator[Evidence]:
    for piece in pieces:
        upload = piece.upload
        yield Evidence(
            city_id=city_id, kind=piece.kind, url=piece.url, title=piece.title, is_public=piece.is_public,
            recorded_by=by.id, recorded_at=now, sha256=upload.store(files_dir) if upload else None,
            name=upload.name if upload else None, mime=upload.mime if upload else None,
            size=len(upload.content) if upload else None,
        )  # fmt: skip


def load_status_records(rows: Iterable[Row[StatusRow]], now: datetime) -> Loaded:
    """Add the compiled status records, inside `transaction()`; an edited row becomes a new record replacing the old."""
    known: dict[str, StatusRecord] = {}
    compiled = select(StatusRecord).where(StatusRecord.seed_key.is_not(None)).order_by(StatusRecord.id)
    for old in db.session.scalars(compiled):
        known[old.seed_key or ""] = old
    cities = {row.slug: row.id for row in db.session.execute(select(City.slug, City.id))}
    in_force = queries.current_states(now.date())  # before this load
    loaded = Loaded()
    for row in rows:
        previous = known.get(row.value.id)
        if previous is not None and previous.seed_digest == row.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        status = _compiled_record(row, cities[row.value.city], now)
        status.replaces_id = previous.id if previous else None
        db.session.add(status)
        db.session.flush()  # the log entry names the record's id
        changes = differing(_said_before(in_force.get((status.city_id, status.item_code))), _said_now(status))
        record(StatusRecorded(status.id, status.city_id, status.item_code), by=None, now=now, changes=changes)
        loaded = loaded.plus(Loaded(changed=1) if previous else Loaded(added=1))
    return loaded


def _compiled_record(row: Row[StatusRow], city_id: int, now: datetime) -> StatusRecord:
    value = row.value
    first, last = effective_span(value.effective or "")
    evidence = Evidence(city_id=city_id, kind=value.evidence_type or "", url=str(value.source), recorded_at=now)
    return StatusRecord(
        city_id=city_id, item_code=value.item, status=value.status, effective_text=value.effective or "",
        effective_from=first, effective_to=last, precision=value.precision, claimed_by=value.claimed_by,
        note=value.note or "", recorded_at=now, seed_key=value.id, seed_digest=row.digest, evidence=[evidence],
    )  # fmt: skip

"""Recording what cities, others and editors say of a commitment; records are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.cities.models import City
from hub.commitments import queries
from hub.commitments.effective import read_effective
from hub.commitments.events import StatusRecorded
from hub.commitments.models import CITY, STATUSES, THIRD_PARTY, UNKNOWN, Evidence, StatusRecord
from hub.commitments.policy import claimants_of, may_correct
from hub.commitments.service.evidence import Piece, check_pieces, new_evidence
from hub.commitments.service.spans import note_spans
from hub.commitments.states import StatusLine
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

BEGUN = ("resourced", "operating", "reported")  # what a day to come cannot begin yet


@dataclass(frozen=True)
class Statement:
    """What a city says of itself, or others of it: a status, since when, why, and on what evidence."""

    status: str
    precision: str = ""
    since: str = ""
    until: str = ""
    legal_reason: str = ""
    note: str = ""
    pieces: tuple[Piece, ...] = ()
    used: frozenset[int] = frozenset()  # evidence of the city that is on record already
    has_no_evidence: bool = False  # said on purpose
    claimed_by: str = CITY  # who says so: city, third_party, editor


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
    """Add what is said of an item in a city to the record, inside `transaction()`; `after` is the newest record seen.

    Status `unknown` takes back what was said. Raises Forbidden, NotFound (also for a record to correct of another city
    or item), Conflict where something was recorded meanwhile, and Invalid naming the field.
    """
    locked = db.session.scalar(select(City.id).where(City.id == city_id).with_for_update())  # one recorder at a time
    item = vocabulary().get_item(item_code)
    if locked is None:
        raise NotFound(f"no city {city_id}")
    if said.claimed_by not in claimants_of(by, city_id):
        raise Forbidden("coordinators record for their city, organizers for others")
    if item.replaced_by is not None:
        raise Invalid(
            "status", "This item was replaced by %(code)s. Copy what you wrote and record it there.",
            code=item.replaced_by,
        )  # fmt: skip
    if queries.newest_record_ids(city_id).get(item_code, 0) != after:
        raise Conflict("a status was recorded meanwhile")
    replaced = _replaced(by, city_id, item_code, corrects)
    _check_words(said)
    effective = read_effective(said.precision, said.since, said.until, now.date())
    if said.status in BEGUN and effective.first is not None and effective.first > now.date():
        raise Invalid(
            "since", "This lies in the future. What is not at work yet is adopted or pledged; choose that, or the day."
        )
    before = queries.city_states(city_id, now.date()).get(item_code)
    if said.status == UNKNOWN and after == 0:
        raise Invalid("status", "Nothing is on record that could be taken back.")
    added = StatusRecord(
        city_id=city_id, item_code=item_code, status=said.status, effective_text=effective.text,
        effective_from=effective.first, effective_to=effective.last, precision=effective.precision,
        claimed_by=said.claimed_by, legal_reason=said.legal_reason or None, note=said.note, recorded_by=by.id,
        recorded_at=now, is_demo=by.is_demo, replaces_id=replaced,
        evidence=_evidence(said, city_id, by, files_dir, now),
    )  # fmt: skip
    db.session.add(added)
    db.session.flush()  # the log entry names the record's id
    note_spans(city_id, item_code)
    changes = differing(said_before(before), said_now(added))
    record(StatusRecorded(added.id, city_id, item_code), by=by.id, now=now, changes=changes)
    return added


def _replaced(by: User, city_id: int, item_code: str, corrects: int | None) -> int | None:
    """Return the id of the record to correct; raises NotFound, and Forbidden where it is somebody else's word."""
    if corrects is None:
        return None
    line = queries.get_to_correct(city_id, item_code, corrects)
    if not may_correct(by, city_id, line.claimed_by, is_compiled=line.is_compiled):
        raise Forbidden("a record is corrected by those whose word it is")
    return line.id


def _check_words(said: Statement) -> None:
    """Refuse a status without what it needs; raises Invalid."""
    if said.status not in (*STATUSES, UNKNOWN):
        raise Invalid("status", "Choose one of the list.")
    if said.status == "outside_competence" and not said.legal_reason:
        raise Invalid("legal_reason", "Name the law that gives this to others, and whom it gives it to.")
    if said.status != "outside_competence" and said.legal_reason:
        raise Invalid(
            "legal_reason",
            "A legal reason belongs to “Outside powers” only. Choose that status, or take the reason out.",
        )
    if said.status == UNKNOWN and not said.note:
        raise Invalid("note", "Say why what was said is taken back.")


def said_before(line: StatusLine | None) -> dict[str, Any]:
    """Return what the record in force said, as the log compares it; unknown where there was none."""
    if line is None:
        return {"status": UNKNOWN}
    return {
        "status": line.status, "effective_text": line.effective_text or None, "note": line.note or None,
        "legal_reason": line.legal_reason, "claimed_by": line.claimed_by,
    }  # fmt: skip


def said_now(added: StatusRecord) -> dict[str, Any]:
    """Return what a new record says, as the log compares it."""
    return {
        "status": added.status, "effective_text": added.effective_text or None, "note": added.note or None,
        "legal_reason": added.legal_reason, "claimed_by": added.claimed_by, "replaces_id": added.replaces_id,
        "evidence": [piece.url or piece.name for piece in added.evidence] or None,
    }  # fmt: skip


def _evidence(said: Statement, city_id: int, by: User, files_dir: Path, now: datetime) -> list[Evidence]:
    """Return what a record rests on, old and new; the files are stored before the rows that name them."""
    wanted = select(Evidence).where(
        Evidence.id.in_(said.used), Evidence.city_id == city_id, Evidence.removed_at.is_(None)
    )
    used = list(db.session.scalars(wanted))
    if len(used) != len(said.used):
        raise Invalid("used", "One of these is not evidence of this city.")
    if said.has_no_evidence and (used or said.pieces):
        raise Invalid("no_evidence", "You gave evidence. Take this tick away, or take the evidence out.")
    if said.claimed_by == THIRD_PARTY and not used and not said.pieces:
        raise Invalid("link_url", "What others say needs a source: give a link, a file or evidence on record.")
    if said.status != UNKNOWN and not said.has_no_evidence and not used and not said.pieces:
        raise Invalid("no_evidence", "Give a link, a file or evidence on record, or tick that there is none yet.")
    check_pieces(said.pieces, now.date())
    return [*used, *new_evidence(said.pieces, city_id, by=by, files_dir=files_dir, now=now)]

"""Bringing in a published list of members, and deciding for each line which city it is; nothing is ever overwritten."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import insert, select

from hub.cities.models import City
from hub.commitments import policy, queries
from hub.commitments.assurance import counts_until
from hub.commitments.effective import Effective, effective_span, read_effective
from hub.commitments.events import RegisterAdded, RegisterRowDecided, StatusVerified
from hub.commitments.models import (
    ACCEPTED,
    CONFIRMED,
    DAY,
    PROPOSED,
    REGISTER,
    REJECTED,
    THIRD_PARTY,
    UNDATED,
    UNMATCHED,
    RegisterList,
    RegisterRow,
    Verification,
)
from hub.commitments.queries.registers import NEW, PLAIN, case_of
from hub.commitments.registers import Listed, match_lines
from hub.commitments.service.evidence import About, Piece, check_link
from hub.commitments.service.recording import Statement, record_status
from hub.commitments.states import StatusLine
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.files import store_blob
from hub.core.log import record
from hub.core.uploads import clean_name
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

LISTING = "membership_listing"  # the kind of evidence that a published list is
FIRST_YEAR = 1948
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")


@dataclass(frozen=True)
class NewRegister:
    """A published list: whose members, what it is called, where it was published, of which day, and its file."""

    item_code: str
    title: str
    source_url: str
    as_of: date | None
    is_complete: bool
    name: str
    content: bytes


def add_register(
    *, by: User, new: NewRegister, lines: Sequence[Listed], files_dir: Path, now: datetime
) -> RegisterList:
    """Keep a list and propose which city each of its lines is, inside `transaction()`; no record changes by it.

    Raises Forbidden, and Invalid naming the field.
    """
    if not by.organizes:
        raise Forbidden("only organizers bring in lists")
    item = vocabulary().find_item(new.item_code)
    if item is None or item.replaced_by is not None:
        raise Invalid("item", "Choose one of the list.")
    check_link("source_url", new.source_url)
    if new.as_of is None or new.as_of > now.date():
        raise Invalid("as_of", "Write the day the list speaks of: today or earlier.")
    if new.as_of.year < FIRST_YEAR:
        raise Invalid("as_of", "This lies before %(year)d. Check the year.", year=FIRST_YEAR)
    sha256 = hashlib.sha256(new.content).hexdigest()
    if queries.has_file(new.item_code, sha256):
        raise Invalid("file", "This very file was brought in for this item already.")
    store_blob(files_dir, new.content)
    added = RegisterList(
        item_code=new.item_code, title=new.title, source_url=new.source_url, as_of=new.as_of,
        is_complete=new.is_complete, sha256=sha256, name=clean_name(new.name, "csv"), size=len(new.content),
        added_by=by.id, added_at=now,
    )  # fmt: skip
    db.session.add(added)
    db.session.flush()  # its lines and the log entry name its id
    rows = [
        {
            "list_id": added.id, "line": line.line, "name": line.name, "country": line.country,
            "since_text": line.since_text, "status_text": line.status_text, "city_id": match.city_id,
            "match": match.how, "state": PROPOSED if match.city_id is not None else UNMATCHED,
        }
        for line, match in zip(lines, match_lines(lines, queries.names_of_cities()), strict=True)
    ]  # fmt: skip
    db.session.execute(insert(RegisterRow), rows)
    changes = {"title": (None, new.title), "item": (None, new.item_code), "lines": (None, len(rows))}
    record(RegisterAdded(added.id, new.item_code), by=by.id, now=now, changes=changes)
    return added


def accept_row(
    *, by: User, list_id: int, row_id: int, city_id: int | None, is_meant: bool, files_dir: Path, now: datetime
) -> RegisterRow:
    """Accept that a line is a city, the one proposed or `city_id` chosen by hand, inside `transaction()`.

    What stands at adopted or above is confirmed by the list. Where nothing is known, the list is put on record as what
    others say. Where something else is on record, that happens only if it `is_meant`; what was said stays. Raises
    Forbidden (also for one's own city), NotFound, Conflict where it was decided already, and Invalid naming the field.
    """
    register, row = _locked(list_id, row_id, by, city_id)
    city_id = city_id if city_id is not None else row.city_id
    if city_id is None:
        raise Invalid("city", "Choose the city that this line is.")
    if not policy.can_check_documents(by, city_id):
        raise Forbidden("nobody confirms what the own city says")
    status = queries.standing_line(city_id, register.item_code, now.date())
    case = case_of(status)
    if case not in (PLAIN, NEW) and not is_meant:
        raise Invalid(
            "is_meant", "Something else is on record. Tick this if the list is to be put on record beside it."
        )
    before = {"state": row.state, "city_id": row.city_id}
    row.city_id, row.state, row.decided_by, row.decided_at = city_id, ACCEPTED, by.id, now
    if status is None or case != PLAIN:
        _put_on_record(register, row, case == NEW, by, files_dir, now)
        status = queries.standing_line(city_id, register.item_code, now.date())
    else:
        row.record_id = status.id
    changes = {name: (before[name], getattr(row, name)) for name in before}
    record(RegisterRowDecided(list_id, row.id, city_id, True), by=by.id, now=now, changes=changes)
    if status is not None and status.id == row.record_id:  # else what was on record still stands above it
        _verify(register, row, status, by, now)
    return row


def reject_row(*, by: User, list_id: int, row_id: int, now: datetime) -> RegisterRow:
    """Say that a line is none of the cities here, inside `transaction()`.

    Raises Forbidden, NotFound, and Conflict where it was decided already.
    """
    _register, row = _locked(list_id, row_id, by, None)
    before, row.state, row.decided_by, row.decided_at = row.state, REJECTED, by.id, now
    changes = {"state": (before, REJECTED)}
    record(RegisterRowDecided(list_id, row.id, row.city_id, False), by=by.id, now=now, changes=changes)
    return row


def accept_sure(*, by: User, list_id: int, files_dir: Path, now: datetime) -> int:
    """Accept all lines that leave no doubt and contradict nothing, inside `transaction()`; return how many.

    Raises Forbidden, NotFound. Lines of the organizer's own city are left to others.
    """
    if not by.organizes:
        raise Forbidden("only organizers decide on lists")
    register = queries.get_register(list_id)
    rows = [each for each in queries.list_rows(list_id, register.item_code, now.date()) if each.is_sure and each.city]
    rows = [each for each in rows if each.city is not None and policy.can_check_documents(by, each.city.id)]
    for each in sorted(rows, key=lambda row: (row.city.id if row.city else 0, row.id)):
        accept_row(by=by, list_id=list_id, row_id=each.id, city_id=None, is_meant=False, files_dir=files_dir, now=now)
    return len(rows)


def _locked(list_id: int, row_id: int, by: User, city_id: int | None) -> tuple[RegisterList, RegisterRow]:
    """Return a line that nobody else can decide meanwhile, and its list."""
    if not by.organizes:
        raise Forbidden("only organizers decide on lists")
    proposed = queries.get_row(list_id, row_id)
    city = city_id if city_id is not None else proposed.city_id
    if city is not None and db.session.scalar(select(City.id).where(City.id == city).with_for_update()) is None:
        raise Invalid("city", "Choose one of the list.")
    fresh = select(RegisterRow).where(RegisterRow.id == row_id).with_for_update()
    row = db.session.scalars(fresh.execution_options(populate_existing=True)).one()
    if row.state not in (PROPOSED, UNMATCHED):
        raise Conflict("this line was decided already")
    register = db.session.get(RegisterList, list_id)
    if register is None:
        raise NotFound(f"no register {list_id}")
    return register, row


def _put_on_record(
    register: RegisterList, row: RegisterRow, is_first_word: bool, by: User, files_dir: Path, now: datetime
) -> None:
    assert row.city_id is not None
    item = vocabulary().get_item(register.item_code)
    since = read_since(row.since_text, register.as_of)
    if since.first is None and not is_first_word:  # so that what came after the list's day still stands
        since = Effective(register.as_of.isoformat(), register.as_of, register.as_of, DAY)
    said = Statement(
        status="adopted", precision=since.precision, since=since.text, claimed_by=THIRD_PARTY,
        note=f"{register.title}, {register.as_of.isoformat()}",
        pieces=(
            Piece(
                kind=LISTING, title=register.title, is_public=True, url=register.source_url,
                about=About(issuer=item.official_name or "", issued=register.as_of.isoformat()),
            ),
        ),
    )  # fmt: skip
    newest = queries.newest_record_ids(row.city_id).get(register.item_code, 0)
    added = record_status(
        by=by, city_id=row.city_id, item_code=register.item_code, said=said, after=newest, corrects=None,
        files_dir=files_dir, now=now,
    )  # fmt: skip
    row.record_id = added.id


def _verify(register: RegisterList, row: RegisterRow, status: StatusLine, by: User, now: datetime) -> None:
    until = counts_until(register.as_of, vocabulary().get_item(register.item_code), status.evidence)
    made = Verification(
        record_id=status.id, city_id=status.city_id, item_code=register.item_code, tier=REGISTER, result=CONFIRMED,
        reason=register.title, checked_on=register.as_of, expires_on=until, by_user_id=by.id, register_row_id=row.id,
        recorded_at=now, is_demo=by.is_demo,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # the log entry names its id
    changes = {"tier": (None, REGISTER), "result": (None, CONFIRMED), "expires_on": (None, until)}
    record(StatusVerified(made.id, status.id, status.city_id), by=by.id, now=now, changes=changes)


def read_since(text: str, as_of: date) -> Effective:
    """Return since when a list says that someone is a member: a day, a month, a year, or not known."""
    undated = Effective("", None, None, UNDATED)
    try:
        found = read_effective("", text, "", as_of) if text else undated
    except Invalid:
        year = _YEAR.search(text)
        found = Effective(year[1], *effective_span(year[1]), "year") if year else undated
    return found if found.first is None or found.first <= as_of else undated

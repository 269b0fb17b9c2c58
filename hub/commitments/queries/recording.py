"""Reads around the recording of a status: evidence on record, what came meanwhile, what a city should look at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from hub.cities.models import City
from hub.commitments.duties import Due, Missing, due, missing
from hub.commitments.models import Evidence, StatusEvidence, StatusRecord
from hub.commitments.queries.lines import PIECE, Sees, evidence_line, list_lines
from hub.commitments.states import EvidenceLine, StatusLine, in_force, network_states
from hub.core.db import db
from hub.core.errors import NotFound
from hub.people.models import User
from hub.vocabularies.queries import vocabulary


class Meanwhile(NamedTuple):
    """A record, and who made it (empty for the editors)."""

    line: StatusLine
    who: str


class Kept(NamedTuple):
    """A piece of evidence of a city that is on record; the same link recorded twice is one."""

    id: int
    ids: frozenset[int]
    line: EvidenceLine
    items: tuple[str, ...]


def _everything(_city_id: int) -> bool:
    return True


def get_evidence(number: int) -> Evidence:
    """Return a piece of evidence; raises NotFound."""
    piece = db.session.get(Evidence, number)
    if piece is None:
        raise NotFound(f"no evidence {number}")
    return piece


def evidence_of(city_id: int) -> list[Kept]:
    """Return all evidence of a city, also what is not public, the newest first, with the items it serves."""
    wanted = (
        select(Evidence.id, *PIECE[1:], Evidence.sha256, StatusRecord.item_code)
        .outerjoin(StatusEvidence, StatusEvidence.evidence_id == Evidence.id)
        .outerjoin(StatusRecord, StatusRecord.id == StatusEvidence.record_id)
        .where(Evidence.city_id == city_id)
        .order_by(Evidence.id.desc())
    )
    found: dict[object, Kept] = {}
    for number, kind, url, title, name, is_public, sha256, item in db.session.execute(wanted):
        key = (kind, url, title, sha256, is_public)
        line = evidence_line(number, kind, url, title, name, is_public)
        kept = found.get(key, Kept(number, frozenset(), line, ()))
        items = tuple(sorted({*kept.items, item} - {None}))
        found[key] = kept._replace(ids=kept.ids | {number}, items=items)
    return list(found.values())


def evidence_ids(record_id: int) -> list[int]:
    """Return which evidence a record rests on."""
    wanted = select(StatusEvidence.evidence_id).where(StatusEvidence.record_id == record_id)
    return list(db.session.scalars(wanted.order_by(StatusEvidence.evidence_id)))


def newest_record_ids(city_id: int) -> dict[str, int]:
    """Return the id of the record that was made last of each item that a city has a record of."""
    wanted = select(StatusRecord.item_code, func.max(StatusRecord.id)).where(StatusRecord.city_id == city_id)
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(StatusRecord.item_code))}


def recorded_after(city_id: int, code: str, record_id: int, sees: Sees) -> list[Meanwhile]:
    """Return the records of one item in one city that are newer than the one named, the newest first, and who says."""
    lines = list_lines(city_id=city_id, item=code, with_evidence=True, sees=sees)
    later = [line for line in lines if line.id > record_id]
    makers = (
        select(StatusRecord.id, User.name)
        .join(User, User.id == StatusRecord.recorded_by)
        .where(StatusRecord.id.in_([line.id for line in later]))
    )
    names = {row[0]: row[1] for row in db.session.execute(makers)}
    return [Meanwhile(line, names.get(line.id, "")) for line in reversed(later)]


def get_to_correct(city_id: int, code: str, record_id: int) -> StatusLine:
    """Return the record to correct: the one named, or what has replaced it since.

    Raises NotFound for a record of another city or item.
    """
    lines = {line.id: line for line in list_lines(city_id=city_id, item=code)}
    if record_id not in lines:
        raise NotFound(f"no record {record_id} of {code} in city {city_id}")
    found = lines[record_id]
    for line in lines.values():  # by id, and a correction is always the later one
        if line.replaces_id == found.id:
            found = line
    return found


def due_for(city_ids: Collection[int], today: date) -> list[Due]:
    """Return what these cities should look at in their commitments, each item once, the longest wait first."""
    if not city_ids:
        return []
    states = network_states(list_lines(city_ids=city_ids, with_evidence=True, sees=_everything), today)
    rows = db.session.execute(select(City.id, City.slug).where(City.id.in_(city_ids)))
    items = vocabulary().items
    in_use = {key: line for key, line in states.items() if key[1] in items and items[key[1]].replaced_by is None}
    return due(in_use, {row[0]: row[1] for row in rows}, today)


def missing_for_next(city_id: int, code: str, today: date) -> Missing:
    """Return what an item in a city still lacks for the next rung; raises NotFound for an unknown item."""
    kinds = vocabulary().get_item(code).evidence_types
    return missing(in_force(list_lines(city_id=city_id, item=code, with_evidence=True, sees=_everything), today), kinds)

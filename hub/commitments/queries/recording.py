"""Reads around the recording of a status: evidence on record, what came meanwhile, what a city should look at."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from hub.commitments.assurance import holds
from hub.commitments.duties import Missing, missing, next_rung
from hub.commitments.models import UNKNOWN, StatusRecord
from hub.commitments.queries.lines import Sees, list_lines
from hub.commitments.states import StatusLine, in_force
from hub.core.db import db
from hub.core.errors import NotFound
from hub.people.models import User
from hub.vocabularies.queries import vocabulary


class Meanwhile(NamedTuple):
    """A record, and who made it (empty for the editors)."""

    line: StatusLine
    who: str


def _everything(_city_id: int) -> bool:
    return True


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


def missing_for_next(city_id: int, code: str, today: date) -> Missing:
    """Return what an item in a city still lacks for the next rung; raises NotFound for an unknown item.

    Evidence counts that shows this rung of this item, where the item says so. What was taken out, or holds no more on
    that day, is no evidence.
    """
    item = vocabulary().get_item(code)
    line = in_force(list_lines(city_id=city_id, item=code, with_evidence=True, sees=_everything), today)
    if line is not None:
        line = line._replace(evidence=tuple(piece for piece in line.evidence if holds(piece, today)))
    rung = next_rung(line.status if line is not None else UNKNOWN)
    return missing(line, item.proofs.get(rung, ()) if item.proofs else item.evidence_types)

"""Keeping the spans in step with the records they come from, in the transaction that adds a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, delete, insert, or_, select

from hub.cities.models import City
from hub.commitments.models import StatusRecord, StatusSpan
from hub.commitments.spans import Span, said_by_key, spans
from hub.commitments.states import Key
from hub.core.db import db

_KEPT = (
    StatusSpan.record_id, StatusSpan.status, StatusSpan.valid_from, StatusSpan.valid_to, StatusSpan.known_from,
    StatusSpan.known_to,
)  # fmt: skip
_SAID = (
    StatusRecord.id, StatusRecord.city_id, StatusRecord.item_code, StatusRecord.status, StatusRecord.effective_from,
    StatusRecord.recorded_at, StatusRecord.replaces_id,
)  # fmt: skip
_BATCH = 5_000  # rows sent at once


class Difference(NamedTuple):
    """How the spans kept differ from what the records say: how many agree, which are missing, which are wrong."""

    agreeing: int
    missing: list[dict[str, Any]]  # rows to add
    wrong: list[int]  # ids to take out

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.missing or self.wrong)


def note_spans(city_id: int, item_code: str) -> None:
    """Bring the spans of an item in a city up to date, inside `transaction()`, after a record of it was added."""
    note_several([(city_id, item_code)])


def note_several(keys: Collection[Key]) -> None:
    """Bring the spans of these items in their cities up to date, inside `transaction()`."""
    db.session.flush()
    cities = sorted({city_id for city_id, _item in keys})
    _take_turns(select(City.id).where(City.id.in_(cities)))
    _apply(_differences(set(keys), cities))


def rebuild_spans() -> Difference:
    """Work out all spans anew and put right those that differ, inside `transaction()`; returns what differed."""
    found = compare_spans()
    _apply(found)
    return found


def compare_spans() -> Difference:
    """Return how the spans kept differ from what the records say, inside `transaction()`."""
    _take_turns(select(City.id))
    return _differences()


def _take_turns(cities: Select[int]) -> None:
    """Wait until nobody else records for these cities: what is read then is of one moment (PostgreSQL)."""
    db.session.execute(cities.order_by(City.id).with_for_update(key_share=True)).all()


def _differences(keys: set[Key] | None = None, cities: Sequence[int] = ()) -> Difference:
    """Compare kept and wanted spans, of the items named or of all."""
    told: Select[*tuple[Any, ...]] = select(*_SAID)
    kept: Select[*tuple[Any, ...]] = select(StatusSpan.id, StatusSpan.city_id, StatusSpan.item_code, *_KEPT)
    if keys is not None:
        items = sorted({item for _city, item in keys})
        mine = and_(StatusRecord.city_id.in_(cities), StatusRecord.item_code.in_(items))
        told = told.where(or_(mine, StatusRecord.replaces_id.in_(select(StatusRecord.id).where(mine))))
        kept = kept.where(StatusSpan.city_id.in_(cities), StatusSpan.item_code.in_(items))
    said = said_by_key(db.session.execute(told.order_by(StatusRecord.id)))
    have: dict[Key, dict[Span, int]] = defaultdict(dict)
    wrong: list[int] = []
    for number, city_id, item, *rest in db.session.execute(kept):
        double = have[city_id, item].setdefault(Span(*rest), number)
        if double != number:
            wrong.append(number)
    agreeing, missing = 0, []
    for key in sorted(said.keys() | have.keys() if keys is None else keys):
        left = have.get(key, {})
        for span in spans(said.get(key, ())):
            if left.pop(span, None) is not None:
                agreeing += 1
            else:
                missing.append({"city_id": key[0], "item_code": key[1], **span._asdict()})
        wrong += left.values()
    return Difference(agreeing, missing, wrong)


def _apply(found: Difference) -> None:
    """Take out what is wrong and add what is missing."""
    for start in range(0, len(found.wrong), _BATCH):
        wrong = found.wrong[start : start + _BATCH]
        db.session.execute(delete(StatusSpan).where(StatusSpan.id.in_(wrong)))
    for start in range(0, len(found.missing), _BATCH):
        db.session.execute(insert(StatusSpan), found.missing[start : start + _BATCH])

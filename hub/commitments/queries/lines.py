"""Reading status records as lines: the whole network, one city or one item, with evidence where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, and_, or_, select

from hub.commitments.models import Evidence, StatusEvidence, StatusRecord
from hub.commitments.states import EvidenceLine, Key, StatusLine, Step, history, network_states
from hub.core.db import db

Lines = Select[*tuple[object, ...]]
Sees = Callable[[int], bool]  # whether the reader may see what is not public of a city, by its id

_LINE = (
    StatusRecord.id, StatusRecord.city_id, StatusRecord.item_code, StatusRecord.status, StatusRecord.effective_text,
    StatusRecord.effective_from, StatusRecord.effective_to, StatusRecord.precision, StatusRecord.claimed_by,
    StatusRecord.note, StatusRecord.legal_reason, StatusRecord.recorded_at, StatusRecord.replaces_id,
    StatusRecord.is_demo, StatusRecord.seed_key.is_not(None),
)  # fmt: skip

PIECE = (Evidence.id, Evidence.kind, Evidence.url, Evidence.title, Evidence.name, Evidence.is_public)


def _nothing(_city_id: int) -> bool:
    return False


def list_lines(
    *,
    city_id: int | None = None,
    city_ids: Collection[int] | None = None,
    item: str | None = None,
    with_evidence: bool = False,
    sees: Sees = _nothing,
) -> list[StatusLine]:
    """Return status records of the cities or item named, else all, replaced ones too, in the order of recording."""
    wanted = select(*_LINE)
    if city_id is not None or city_ids is not None:
        wanted = wanted.where(StatusRecord.city_id.in_([city_id] if city_id is not None else city_ids or []))
    if item is not None:
        wanted = wanted.where(StatusRecord.item_code == item)
    return _read(wanted.order_by(StatusRecord.id), with_evidence, sees)


def current_states(as_of: date, *, with_evidence: bool = False) -> dict[Key, StatusLine]:
    """Return the record in force for every (city id, item code) that has one on that day."""
    return network_states(list_lines(with_evidence=with_evidence), as_of)


def known_counts(as_of: date) -> dict[int, int]:
    """Return how many items are known of each city, by city id; a city that is missing has none."""
    counts: dict[int, int] = {}
    for city_id, _item in current_states(as_of):
        counts[city_id] = counts.get(city_id, 0) + 1
    return counts


def city_states(city_id: int, as_of: date) -> dict[str, StatusLine]:
    """Return the record in force on that day, with evidence, for each item known of a city, by item code."""
    current = network_states(list_lines(city_id=city_id, with_evidence=True), as_of)
    return {item: line for (_city, item), line in current.items()}


def city_histories(city_id: int, as_of: date, sees: Sees = _nothing) -> dict[str, list[Step]]:
    """Return the history, with evidence, of every item that a city has a record of, by item code."""
    by_item: dict[str, list[StatusLine]] = {}
    for line in list_lines(city_id=city_id, with_evidence=True, sees=sees):
        by_item.setdefault(line.item_code, []).append(line)
    return {item: history(lines, as_of) for item, lines in by_item.items()}


def item_histories(code: str, as_of: date, sees: Sees = _nothing) -> dict[int, list[Step]]:
    """Return the history, with evidence, of an item in every city that has a record of it, by city id."""
    by_city: dict[int, list[StatusLine]] = {}
    for line in list_lines(item=code, with_evidence=True, sees=sees):
        by_city.setdefault(line.city_id, []).append(line)
    return {city_id: history(lines, as_of) for city_id, lines in by_city.items()}


def item_history(city_id: int, code: str, as_of: date, sees: Sees = _nothing) -> list[Step]:
    """Return the history, with evidence, of one item in one city."""
    return history(list_lines(city_id=city_id, item=code, with_evidence=True, sees=sees), as_of)


def item_states(code: str, as_of: date) -> dict[Key, StatusLine]:
    """Return the record of an item in force on that day, with evidence, for every city that has one."""
    return network_states(list_lines(item=code, with_evidence=True), as_of)


def newest_lines(
    limit: int,
    *,
    items: Collection[str] | None = None,
    city_ids: Collection[int] | None = None,
    day: date | None = None,
) -> list[StatusLine]:
    """Return the records that came on record last, newest first, at most `limit`.

    Of these items and cities only, and only those that had taken effect by `day`; undated ones count as in `states`.
    """
    wanted = select(*_LINE)
    if day is not None:
        end_of_day = datetime.combine(day, time.max, UTC)
        undated = and_(StatusRecord.effective_from.is_(None), StatusRecord.recorded_at <= end_of_day)
        wanted = wanted.where(or_(StatusRecord.effective_from <= day, undated))
    if items is not None:
        wanted = wanted.where(StatusRecord.item_code.in_(items))
    if city_ids is not None:
        wanted = wanted.where(StatusRecord.city_id.in_(city_ids))
    newest_first = (StatusRecord.recorded_at.desc(), StatusRecord.id.desc())
    return _read(wanted.order_by(*newest_first).limit(limit), with_evidence=False)


def _read(wanted: Lines, with_evidence: bool, sees: Sees = _nothing) -> list[StatusLine]:
    lines = [StatusLine._make((*row[:-1], (), 0, row[-1])) for row in db.session.execute(wanted)]
    if not with_evidence or not lines:
        return lines
    carried: dict[int, list[EvidenceLine]] = {}
    withheld: dict[int, int] = {}
    records = wanted.with_only_columns(StatusRecord.id).order_by(None)
    links = (
        select(StatusEvidence.record_id, Evidence.city_id, *PIECE)
        .join(Evidence, Evidence.id == StatusEvidence.evidence_id)
        .where(StatusEvidence.record_id.in_(records))
        .order_by(Evidence.id)
    )
    for record_id, city_id, number, kind, url, title, name, is_public in db.session.execute(links):
        line = evidence_line(number, kind, url, title, name, is_public)
        if line.is_public or sees(city_id):
            carried.setdefault(record_id, []).append(line)
        else:
            withheld[record_id] = withheld.get(record_id, 0) + 1
    return [
        line._replace(evidence=tuple(carried.get(line.id, ())), withheld=withheld.get(line.id, 0)) for line in lines
    ]


def evidence_line(number: int, kind: str, url: str, title: str, name: str | None, is_public: bool) -> EvidenceLine:
    """Return a piece of evidence as pages read it; an uploaded one has its address here."""
    return EvidenceLine(kind, url if name is None else f"/evidence/{number}", title or name or "", is_public)

"""Reading status records as lines: the whole network, one city or one item, with evidence where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, and_, or_, select

from hub.commitments.models import Evidence, StatusEvidence, StatusRecord, StatusSpan
from hub.commitments.queries.network import in_force_on
from hub.commitments.states import EvidenceLine, Key, StatusLine, Step, history, known_by
from hub.core.db import db

Lines = Select[*tuple[object, ...]]
Sees = Callable[[int], bool]  # whether the reader may see what is not public of a city, by its id

_LINE = (
    StatusRecord.id, StatusRecord.city_id, StatusRecord.item_code, StatusRecord.status, StatusRecord.effective_text,
    StatusRecord.effective_from, StatusRecord.effective_to, StatusRecord.precision, StatusRecord.claimed_by,
    StatusRecord.note, StatusRecord.legal_reason, StatusRecord.recorded_at, StatusRecord.replaces_id,
    StatusRecord.is_demo, StatusRecord.seed_key.is_not(None),
)  # fmt: skip

PIECE = (
    Evidence.id, Evidence.kind, Evidence.url, Evidence.title, Evidence.name, Evidence.is_public, Evidence.issuer,
    Evidence.issued_text, Evidence.issued_on, Evidence.language, Evidence.expires_on, Evidence.link_broken_at,
    Evidence.removed_at, Evidence.recorded_at,
)  # fmt: skip


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


def current_states(
    as_of: date, known: datetime | None = None, *, with_evidence: bool = False, city_ids: Collection[int] | None = None
) -> dict[Key, StatusLine]:
    """Return the record in force for every (city id, item code) that has one on that day, of all cities or of these.

    `known` is the moment at which the hub is asked what it knows, None for now; so everywhere in this room.
    """
    wanted = _shown(as_of, known)
    if city_ids is not None:
        wanted = wanted.where(StatusSpan.city_id.in_(city_ids))
    return _by_key(_read(wanted, with_evidence))


def city_states(city_id: int, as_of: date, known: datetime | None = None) -> dict[str, StatusLine]:
    """Return the record in force on that day, with evidence, for each item known of a city, by item code."""
    lines = _read(_shown(as_of, known).where(StatusSpan.city_id == city_id), with_evidence=True)
    return {line.item_code: line for line in lines}


def item_states(code: str, as_of: date, known: datetime | None = None) -> dict[Key, StatusLine]:
    """Return the record of an item in force on that day, with evidence, for every city that has one."""
    return _by_key(_read(_shown(as_of, known).where(StatusSpan.item_code == code), with_evidence=True))


def city_histories(
    city_id: int, as_of: date, sees: Sees = _nothing, known: datetime | None = None
) -> dict[str, list[Step]]:
    """Return the history, with evidence, of every item that a city has a record of, by item code."""
    by_item: dict[str, list[StatusLine]] = {}
    for line in list_lines(city_id=city_id, with_evidence=True, sees=sees):
        by_item.setdefault(line.item_code, []).append(line)
    told = {item: history(known_by(lines, known), as_of) for item, lines in by_item.items()}
    return {item: steps for item, steps in told.items() if steps}


def item_histories(
    code: str, city_ids: Collection[int], as_of: date, sees: Sees = _nothing, known: datetime | None = None
) -> dict[int, list[Step]]:
    """Return the history, with evidence, of an item in those of the cities named that have a record of it, by city."""
    by_city: dict[int, list[StatusLine]] = {}
    for line in list_lines(item=code, city_ids=city_ids, with_evidence=True, sees=sees):
        by_city.setdefault(line.city_id, []).append(line)
    told = {city_id: history(known_by(lines, known), as_of) for city_id, lines in by_city.items()}
    return {city_id: steps for city_id, steps in told.items() if steps}


def item_history(
    city_id: int, code: str, as_of: date, sees: Sees = _nothing, known: datetime | None = None
) -> list[Step]:
    """Return the history, with evidence, of one item in one city."""
    lines = list_lines(city_id=city_id, item=code, with_evidence=True, sees=sees)
    return history(known_by(lines, known), as_of)


def find_line(record_id: int) -> StatusLine | None:
    """Return one status record, without its evidence."""
    return next(iter(_read(select(*_LINE).where(StatusRecord.id == record_id), with_evidence=False)), None)


def newest_lines(
    limit: int,
    *,
    items: Collection[str] | None = None,
    city_ids: Collection[int] | None = None,
    day: date | None = None,
    known: datetime | None = None,
) -> list[StatusLine]:
    """Return the records that came on record last, newest first, at most `limit`.

    Of these items and cities only, and only those that had taken effect by `day`; undated ones count as in `states`.
    """
    wanted = select(*_LINE)
    if known is not None:
        wanted = wanted.where(StatusRecord.recorded_at <= known)
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


def _shown(as_of: date, known: datetime | None) -> Lines:
    """Select the records in force on a day, by their spans."""
    return select(*_LINE).join(StatusSpan, StatusSpan.record_id == StatusRecord.id).where(in_force_on(as_of, known))


def _by_key(lines: Iterable[StatusLine]) -> dict[Key, StatusLine]:
    return {(line.city_id, line.item_code): line for line in lines}


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
    for record_id, city_id, *piece in db.session.execute(links):
        line = evidence_line(*piece)
        if line.is_public or sees(city_id):
            carried.setdefault(record_id, []).append(line)
        else:
            withheld[record_id] = withheld.get(record_id, 0) + 1
    return [
        line._replace(evidence=tuple(carried.get(line.id, ())), withheld=withheld.get(line.id, 0)) for line in lines
    ]


def evidence_line(
    number: int, kind: str, url: str, title: str, name: str | None, is_public: bool, issuer: str, issued_text: str,
    issued_on: date | None, language: str | None, expires_on: date | None, broken_at: datetime | None,
    removed_at: datetime | None, recorded_at: datetime,
) -> EvidenceLine:  # fmt: skip
    """Return the columns of `PIECE` as pages read them; an uploaded piece has its address here."""
    address = url if name is None else f"/evidence/{number}"
    return EvidenceLine(
        kind, address if removed_at is None else "", title or name or "", is_public, number, issuer, issued_text,
        issued_on, language or "", expires_on, broken_at is not None, removed_at is not None, recorded_at,
    )  # fmt: skip

"""Which record was in force from when to when, and since when the hub knew so: two times, from the records; pure.

The record of a city and an item only grows. What it said at a moment is what `hub.commitments.states` says of the
records that were there by then; spans hold the same, worked out once. A record is known from the moment it was
recorded, and not before what was recorded before it: a clock that was set back makes nothing known earlier. A record
that takes back what was said (`unknown`) ends the span before it and begins none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from hub.commitments.models import NEVER_SUPERSEDED, NO_END, UNKNOWN
from hub.commitments.states import Key, day_of


class Said(NamedTuple):
    """What spans need of a status record."""

    id: int
    status: str
    takes_effect: date
    recorded_at: datetime
    replaces_id: int | None = None
    is_elsewhere: bool = False  # of another item or city: it replaces a record of this one and says nothing here


class Span(NamedTuple):
    """Days on which a record was in force, and moments at which the hub said so; both ends are exclusive."""

    record_id: int
    status: str
    valid_from: date
    valid_to: date
    known_from: datetime
    known_to: datetime


Stretch = tuple[int, str, date, date]  # record, status, valid from, valid to


def said_by_key(
    rows: Iterable[tuple[int, int, str, str, date | None, datetime, int | None]],
) -> dict[Key, list[Said]]:
    """Return what spans need of records, by city and item.

    Each row, in the order of recording, is the id, the city, the item, the status, the first day it can mean, when it
    was recorded and what it replaces. What replaces a record of another item stands with that one too.
    """
    found: dict[Key, list[Said]] = defaultdict(list)
    keys: dict[int, Key] = {}
    for number, city_id, item, status, effective, recorded, replaces in rows:
        key = keys[number] = (city_id, item)
        said = Said(number, status, effective or day_of(recorded), recorded, replaces)
        found[key].append(said)
        if replaces is not None and (other := keys.get(replaces, key)) != key:
            found[other].append(said._replace(is_elsewhere=True))
    return found


def spans(records: Iterable[Said]) -> list[Span]:
    """Return the spans of one city and item, in the order in which the hub came to say so.

    No two of them hold for the same day at the same moment.
    """
    found: list[Span] = []
    said: dict[Stretch, datetime] = {}  # what the hub says since when
    for known, stretches in _versions(records):
        now_said = set(stretches)
        for stretch in [each for each in said if each not in now_said]:
            found.append(Span(*stretch, said.pop(stretch), known))
        for stretch in stretches:
            said.setdefault(stretch, known)
    found += [Span(*stretch, since, NEVER_SUPERSEDED) for stretch, since in said.items()]
    return sorted(found, key=lambda span: (span.known_from, span.valid_from, span.known_to))


def _versions(records: Iterable[Said]) -> Iterator[tuple[datetime, list[Stretch]]]:
    """Yield, for each moment at which something came to be known, what the hub said from then on."""
    standing: dict[int, Said] = {}
    replaced: set[int] = set()
    known: datetime | None = None
    for record in sorted(records, key=lambda each: each.id):
        if known is not None and record.recorded_at > known:
            yield known, _stretches(standing.values())
        known = record.recorded_at if known is None else max(known, record.recorded_at)
        if record.replaces_id is not None:
            replaced.add(record.replaces_id)
            standing.pop(record.replaces_id, None)
        if record.id not in replaced and not record.is_elsewhere:
            standing[record.id] = record
    if known is not None:
        yield known, _stretches(standing.values())


def _stretches(standing: Iterable[Said]) -> list[Stretch]:
    """Return who was in force from when to when; of two that took effect on one day, the later recorded alone."""
    ordered = sorted(standing, key=lambda each: (each.takes_effect, each.id))
    ends = [*(each.takes_effect for each in ordered[1:]), NO_END]
    return [
        (each.id, each.status, each.takes_effect, end)
        for each, end in zip(ordered, ends, strict=False)
        if each.takes_effect < end and each.status != UNKNOWN
    ]

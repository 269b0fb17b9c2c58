"""What a city has to look at: what is old, what rests on nothing, what was only promised; and the next rung; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from typing import NamedTuple

from hub.commitments.models import LADDER, UNKNOWN
from hub.commitments.states import STOPPED, Key, StatusLine, takes_effect

FRESH_MONTHS = 24
NO_EVIDENCE, ONLY_PLEDGED, OLD = "no_evidence", "only_pledged", "old"


class Due(NamedTuple):
    """An item of a city to look at, why (no_evidence, only_pledged, old), and since when that is so."""

    city_slug: str
    item_code: str
    why: str
    status: str
    since: date


class Missing(NamedTuple):
    """What an item in a city still lacks for the next rung; `next` is empty where there is none."""

    status: str
    next: str
    kinds: tuple[str, ...]  # terms of evidence_types that count
    shown: tuple[str, ...]  # those of them that the status in force rests on
    has_evidence: bool
    has_date: bool


def next_rung(status: str) -> str:
    """Return the rung after a status: the first promise where nothing is, the decision again after a stop."""
    if status in (UNKNOWN, LADDER[0]):
        return LADDER[1]
    if status in STOPPED:
        return LADDER[2]
    place = LADDER.index(status) + 1 if status in LADDER else len(LADDER)
    return LADDER[place] if place < len(LADDER) else ""


def missing(line: StatusLine | None, kinds: tuple[str, ...]) -> Missing:
    """Return what is missing for the next rung, given the record in force and the kinds of evidence that count."""
    if line is None:
        return Missing(UNKNOWN, next_rung(UNKNOWN), kinds, (), has_evidence=False, has_date=False)
    held = {piece.kind for piece in line.evidence}
    return Missing(
        line.status, next_rung(line.status), kinds, tuple(kind for kind in kinds if kind in held),
        has_evidence=bool(line.evidence), has_date=line.effective_from is not None,
    )  # fmt: skip


def due(states: Mapping[Key, StatusLine], slugs: Mapping[int, str], today: date) -> list[Due]:
    """Return what the cities named should look at, each item once, the longest wait first."""
    limit = _months_before(today, FRESH_MONTHS)
    found = []
    for line in states.values():
        if line.city_id not in slugs:
            continue
        recorded = line.recorded_at.astimezone(UTC).date()
        heard = max(recorded, line.effective_from or recorded)
        if line.status == "pledged" and takes_effect(line) <= limit:
            why, since = ONLY_PLEDGED, takes_effect(line)
        elif not line.evidence:
            why, since = NO_EVIDENCE, recorded
        elif line.status not in STOPPED and heard <= limit:
            why, since = OLD, heard
        else:
            continue
        found.append(Due(slugs[line.city_id], line.item_code, why, line.status, since))
    return sorted(found, key=lambda each: (each.since, each.city_slug, each.item_code))


def _months_before(day: date, months: int) -> date:
    """Return the day so many months earlier; the 28th at the latest, so that every month has it."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, 28))

"""From when until when a city had each badge: the rule of `badges`, told as spans of days; pure.

A badge is the family's: while one item stops carrying it and another goes on, the award goes on. Days to come are told
as they would be if nothing more were said, so the last day of an award still running is the day it expires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from hub.commitments.assurance import CheckLine, assurance
from hub.commitments.badges import BADGES, badge_of, has_badge
from hub.commitments.cycle import months_after
from hub.commitments.models import CITY
from hub.commitments.states import StatusLine, day_of, in_force, known_by, takes_effect
from hub.vocabularies.queries import ItemView

Checks = Mapping[int, Sequence[CheckLine]]  # by the id of the record


class Ground(NamedTuple):
    """A record that carries an award, and from when until when; `last` is None where no end is in sight."""

    item_code: str
    record_id: int
    status: str
    first: date
    last: date | None


class Award(NamedTuple):
    """A badge of a family that a city had from one day to another; `last` is None where no end is in sight."""

    family: str
    badge: str
    first: date
    last: date | None
    grounds: tuple[Ground, ...]  # in the order they began

    def holds_on(self, day: date) -> bool:
        """Tell whether the city had it on a day."""
        return _covers(self, day)

    def rests_on(self, day: date) -> tuple[Ground, ...]:
        """Return the records that carried it on a day, the one that carries it longest first."""
        found = [ground for ground in self.grounds if _covers(ground, day)]
        return tuple(sorted(found, key=lambda each: (each.last or date.max, each.item_code), reverse=True))


class _Stretch(NamedTuple):
    """Days on which one record of an item earned the same badge, to the day before `end`; None: with no end."""

    record: StatusLine
    earned: str
    first: date
    end: date | None


def awards(
    lines: Iterable[StatusLine], items: Mapping[str, ItemView], checks: Checks, known: datetime | None = None
) -> list[Award]:
    """Return every award of one city, by family, the highest badge first, then by day.

    `lines` are its records with public evidence; `known` leaves out what the hub learned later than that moment.
    """
    by_item: dict[str, list[StatusLine]] = {}
    for line in lines:
        by_item.setdefault(line.item_code, []).append(line)
    by_family: dict[str, list[_Stretch]] = {}
    for code, records in by_item.items():
        item = items.get(code)
        if item is not None and item.family:
            by_family.setdefault(item.family, []).extend(_stretches(known_by(records, known), item, checks, known))
    return [
        award
        for family, stretches in by_family.items()
        for badge in reversed(BADGES)
        for award in _joined(family, badge, stretches)
    ]


def awards_on(found: Iterable[Award], day: date) -> list[Award]:
    """Return the awards that a city has on a day, only the highest of each family."""
    best: dict[str, Award] = {}
    for award in found:
        held = best.get(award.family)
        if award.holds_on(day) and (held is None or BADGES.index(award.badge) > BADGES.index(held.badge)):
            best[award.family] = award
    return list(best.values())


def _covers(span: Award | Ground, day: date) -> bool:
    return span.first <= day and (span.last is None or day <= span.last)


def _stretches(
    records: Sequence[StatusLine], item: ItemView, checks: Checks, known: datetime | None
) -> Iterator[_Stretch]:
    """Yield the stretches of one item in one city on which a badge was earned, in order."""
    days = sorted({day for line in records for day in _turning_days(line, item, checks.get(line.id, ()))})
    for first, end in pairwise([*days, None]):
        if first is None or (line := in_force(records, first)) is None:
            continue
        earned = badge_of(line, item, first, assurance(checks.get(line.id, ()), first, known))
        if earned:
            yield _Stretch(line, earned, first, end)


def _turning_days(line: StatusLine, item: ItemView, checks: Sequence[CheckLine]) -> Iterator[date]:
    """Yield every day on which what a record earns may change: something begins, or something ended the day before."""
    yield takes_effect(line)
    spoken = [piece.issued_on for piece in line.evidence if piece.issued_on is not None]
    spoken += [check.checked_on for check in checks]
    yield from spoken
    said = day_of(line.recorded_at) if line.claimed_by == CITY else line.effective_to
    said = said or line.effective_from
    spoken += [said] if said is not None else []
    ends = [piece.expires_on for piece in line.evidence] + [check.expires_on for check in checks]
    if item.cycle_months is not None:
        ends += [months_after(day, item.cycle_months) + timedelta(days=item.grace_days) for day in spoken]
    yield from (end + timedelta(days=1) for end in ends if end is not None and end < date.max)


def _joined(family: str, badge: str, stretches: Iterable[_Stretch]) -> Iterator[Award]:
    """Yield the awards of one badge: stretches that touch or overlap are one."""
    grounds: list[Ground] = []
    last: date | None = None
    for each in sorted(_grounds(badge, stretches), key=lambda ground: (ground.first, ground.item_code)):
        if grounds and last is not None and each.first > last + timedelta(days=1):
            yield Award(family, badge, grounds[0].first, last, tuple(grounds))
            grounds = []
        last = each.last if not grounds else _later(last, each.last)
        grounds.append(each)
    if grounds:
        yield Award(family, badge, grounds[0].first, last, tuple(grounds))


def _grounds(badge: str, stretches: Iterable[_Stretch]) -> list[Ground]:
    """Return from when until when each record carried a badge, unbroken."""
    found: list[Ground] = []
    for stretch in stretches:
        if not has_badge(stretch.earned, badge):
            continue
        line, last = stretch.record, stretch.end - timedelta(days=1) if stretch.end is not None else None
        before = found[-1] if found else None
        if before is not None and before.record_id == line.id and before.last == stretch.first - timedelta(days=1):
            found[-1] = before._replace(last=last)
        else:
            found.append(Ground(line.item_code, line.id, line.status, stretch.first, last))
    return found


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)

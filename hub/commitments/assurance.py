"""How far others stand behind a status record on a day: itself only, its documents, a peer, a register; pure.

The rule, as /methodology tells it:

1. Without a check, a record is self-declared. Others may check its documents, check it as a peer, or find it in a
   published register; each confirms it or says with a reason why it cannot.
2. A confirmation counts from the day of the check until the item is to be spoken of again, its grace included (two
   years and ninety days where the item has no cycle), and not longer than the evidence it rests on.
3. The newest check of each of the three kinds decides for that kind. The highest kind that is confirmed and has not
   run out is what the record has. A refusal that still decides is told beside it.
4. A refusal that was looked at again and found wrong counts no more; both stay on record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from hub.cities.queries import label_of
from hub.commitments.cycle import months_after
from hub.commitments.models import CONFIRMED, REFUSED, SELF, TIERS
from hub.commitments.states import EvidenceLine
from hub.vocabularies.queries import ItemView

MONTHS_WITHOUT_CYCLE, DAYS_WITHOUT_CYCLE = 24, 90


class CheckLine(NamedTuple):
    """What one check found, as pages and the rule read it."""

    id: int
    record_id: int
    tier: str  # document, peer, register
    result: str  # confirmed, refused
    reason: str
    conflicts: str
    checked_on: date
    expires_on: date | None
    recorded_at: datetime
    appeal_of_id: int | None = None
    request_id: int | None = None
    by_slug: str = ""  # the city whose coordinator checked as a peer
    by_name: str = ""
    by_native: str | None = None
    by_native_language: str | None = None
    is_demo: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether the record was found to be so."""
        return self.result == CONFIRMED

    def by_label(self, language: str) -> str:
        """Return what readers of a language call the city that checked as a peer; empty for other checks."""
        return label_of(self.by_name, self.by_native, self.by_native_language, language)


class Assurance(NamedTuple):
    """How far others stand behind a record on a day; `self` where nobody does."""

    tier: str = SELF  # self, document, peer, register
    checked_on: date | None = None
    expires_on: date | None = None  # the last day on which the check counts
    by: str = ""  # the slug of the city that checked as a peer
    refused: CheckLine | None = None  # the newest refusal that still stands
    confirmed_on: tuple[date, ...] = ()  # the days on which others confirmed it, also where that has run out
    check: CheckLine | None = None  # the one that gives the tier

    @property
    def is_checked(self) -> bool:
        """Whether anyone but the claimant stands behind the record."""
        return self.tier != SELF


SELF_DECLARED = Assurance()


def assurance(checks: Iterable[CheckLine], day: date, known: datetime | None = None) -> Assurance:
    """Return how far others stand behind one record on a day, by its checks as known at a moment (now without it)."""
    said = [each for each in checks if each.checked_on <= day and (known is None or each.recorded_at <= known)]
    overturned = {each.appeal_of_id for each in said if each.is_confirmed and each.appeal_of_id is not None}
    newest: dict[str, CheckLine] = {}
    for each in sorted(said, key=lambda check: (check.checked_on, check.id)):
        if each.id not in overturned:
            newest[each.tier] = each
    confirmed = tuple(sorted(each.checked_on for each in newest.values() if each.is_confirmed))
    refusals = [each for each in newest.values() if each.result == REFUSED]
    refused = max(refusals, key=lambda check: (check.checked_on, check.id), default=None)
    for tier in reversed(TIERS):
        found = newest.get(tier)
        if found is not None and found.is_confirmed and (found.expires_on is None or day <= found.expires_on):
            return Assurance(tier, found.checked_on, found.expires_on, found.by_slug, refused, confirmed, found)
    return SELF_DECLARED._replace(refused=refused, confirmed_on=confirmed)


def counts_until(checked_on: date, item: ItemView, evidence: Iterable[EvidenceLine]) -> date:
    """Return the last day on which a confirmation counts: by cycle and grace, or by its evidence if that ends sooner.

    Evidence that was taken out, or had run out when it was checked, is not what the check rests on.
    """
    cycle, grace = item.cycle_months, item.grace_days
    if cycle is None:
        cycle, grace = MONTHS_WITHOUT_CYCLE, DAYS_WITHOUT_CYCLE
    ends = [piece.expires_on for piece in evidence if piece.expires_on is not None and holds(piece, checked_on)]
    return min([months_after(checked_on, cycle) + timedelta(days=grace), *ends])


def holds(piece: EvidenceLine, day: date) -> bool:
    """Tell whether a piece of evidence is still there and has not run out on a day."""
    return not piece.is_removed and (piece.expires_on is None or piece.expires_on >= day)


def assurance_fields(found: Assurance) -> dict[str, Any]:
    """Return an assurance for programs: who stands behind the record, from when until when, and what was refused."""
    return {
        "tier": found.tier,
        "checked_on": found.checked_on.isoformat() if found.checked_on else None,
        "expires_on": found.expires_on.isoformat() if found.expires_on else None,
        "by": found.by or None,
        "refused": check_fields(found.refused) if found.refused else None,
    }


def check_fields(check: CheckLine) -> dict[str, Any]:
    """Return one check for programs."""
    return {
        "id": check.id,
        "tier": check.tier,
        "result": check.result,
        "reason": check.reason or None,
        "conflicts": check.conflicts or None,
        "checked_on": check.checked_on.isoformat(),
        "expires_on": check.expires_on.isoformat() if check.expires_on else None,
        "by": check.by_slug or None,
        "appeal_of": check.appeal_of_id,
        "recorded_at": check.recorded_at.astimezone(UTC).isoformat(),
        "is_demo": check.is_demo,
    }

"""Which badge a status record earns its city on a day; pure.

The rule, as /commitments/badges tells it. Each family of instruments has three badges, each asking more than the one
before:

1. Committed: an item of the family is in force at adopted or above, and was spoken of within its cycle and grace. An
   item without a cycle counts as long as it is in force.
2. Active: the same, at operating or reported, with evidence that has not run out and was not taken out.
3. Verified: the same, and someone other than the city confirmed the record, and that has not run out.

Only evidence that anyone may read counts, so that anyone can work out every badge from the public record. An item that
wants to be spoken of again, and of which no day is known, earns none. A badge is a reading of the record, never typed
in, and says nothing of cities that have none: what is not known is not a no.
"""

from __future__ import annotations

from datetime import date

from hub.commitments.assurance import Assurance, holds
from hub.commitments.cycle import FRESH, GRACE, UNBOUND, freshness
from hub.commitments.states import MET, StatusLine
from hub.vocabularies.queries import ItemView

BADGES = COMMITTED, ACTIVE, VERIFIED = ("committed", "active", "verified")  # the lowest first
AT_WORK = ("operating", "reported")
_STANDING = (UNBOUND, FRESH, GRACE)


def badge_of(line: StatusLine, item: ItemView, day: date, found: Assurance) -> str:
    """Return the highest badge that a record in force earns on a day, empty for none; it has the lower ones too.

    `line` carries its public evidence; `found` is how far others stood behind it on that day.
    """
    if line.status not in MET or freshness(line, item, day, found.confirmed_on).state not in _STANDING:
        return ""
    if line.status not in AT_WORK or not any(piece.is_public and holds(piece, day) for piece in line.evidence):
        return COMMITTED
    return VERIFIED if found.is_checked else ACTIVE


def has_badge(earned: str, badge: str) -> bool:
    """Tell whether what was earned is a badge or a higher one."""
    return bool(earned) and BADGES.index(earned) >= BADGES.index(badge)

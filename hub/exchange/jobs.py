"""What this room does by the clock."""

from __future__ import annotations

from datetime import timedelta

from hub.core.db import transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.text import N_
from hub.exchange.service.replying import KEPT_UNCONFIRMED, forget_repliers, forget_unconfirmed_replies

KEPT_DECIDED = timedelta(days=180)
BATCH = 200


def forget_replies(setting: Setting) -> int:
    """Delete the replies nobody confirmed in time, and forget who asked for those decided long ago.

    Returns how many.
    """
    now = setting.clock()
    with transaction():
        total = forget_unconfirmed_replies(now)
    done = BATCH
    while done == BATCH:
        with transaction():
            done = forget_repliers(now - KEPT_DECIDED, now, BATCH)
        total += done
    return total


JOBS: dict[str, Job] = {"replies": Job(timedelta(hours=6), forget_replies)}

RETENTION: tuple[Kept, ...] = (
    Kept(N_("A reply whose address nobody confirmed"), N_("since it was sent"), KEPT_UNCONFIRMED, N_("deleted")),
    Kept(
        N_("Name, office, address and grounds of someone who asked for a reply"),
        N_("since the decision"), KEPT_DECIDED, N_("erased; the reply stays, signed by its organisation"),
    ),
)  # fmt: skip

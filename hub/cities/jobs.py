"""What this room does by the clock."""

from __future__ import annotations

from datetime import timedelta

from hub.cities.models import ADMITTED, DECLINED
from hub.cities.service import KEPT_UNCONFIRMED, forget_unconfirmed
from hub.cities.service.forgetting import forget_applicants
from hub.core.db import transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.text import N_

KEPT_DECLINED = timedelta(days=180)
KEPT_ADMITTED = timedelta(days=365)
BATCH = 200


def forget_applications(setting: Setting) -> int:
    """Delete the applications whose address nobody confirmed in time, and forget the people of those decided long ago.

    Returns how many.
    """
    now = setting.clock()
    with transaction():
        total = forget_unconfirmed(now)
    for state, kept in ((DECLINED, KEPT_DECLINED), (ADMITTED, KEPT_ADMITTED)):
        done = BATCH
        while done == BATCH:
            with transaction():
                done = forget_applicants(state, now - kept, now, BATCH)
            total += done
    return total


JOBS: dict[str, Job] = {"applications": Job(timedelta(hours=6), forget_applications)}

RETENTION: tuple[Kept, ...] = (
    Kept(N_("An application whose address nobody confirmed"), N_("since it was sent"), KEPT_UNCONFIRMED, N_("deleted")),
    Kept(
        N_("Name, office, address, words and letter of an applicant who was declined"),
        N_("since the decision"), KEPT_DECLINED, N_("erased; that there was an application stays"),
    ),
    Kept(
        N_("Name, office, address and words of an applicant whose city was admitted"),
        N_("since the decision"), KEPT_ADMITTED, N_("erased; the letter stays as the ground of the membership"),
    ),
)  # fmt: skip

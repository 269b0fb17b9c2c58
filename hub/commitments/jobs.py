"""Looking whether the links of evidence still lead somewhere."""

from __future__ import annotations

from datetime import timedelta

from hub.commitments import queries, service
from hub.core.db import db
from hub.core.jobs import Job, Setting
from hub.feeds.linkcheck import BATCH, Keeper, Reach, check_links

EVIDENCE = Keeper(
    service.note_whole_link, service.note_unsaid_link, service.note_failed_link, queries.whole_links
)  # fmt: skip


def check_evidence_links(setting: Setting) -> int:
    """Ask the links of evidence that are due, for a few minutes at most; what is left is asked next time."""
    due = queries.links_due(setting.clock(), BATCH)
    db.session.rollback()  # nothing stays open while sites are asked
    if not due:
        return 0
    reach = Reach(setting.fetch_allow, f"{setting.base_url}/about", setting.owner)
    return check_links(due, EVIDENCE, reach, setting.clock)


JOBS = {"evidence links": Job(timedelta(hours=1), check_evidence_links)}

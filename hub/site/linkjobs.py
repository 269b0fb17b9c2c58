"""Looking whether the documents of published cases are still at their addresses."""

from __future__ import annotations

from datetime import timedelta

from hub.cases import linksdue, service
from hub.commitments import queries as commitments
from hub.core.db import db
from hub.core.jobs import Job, Setting
from hub.feeds.linkcheck import BATCH, Keeper, Reach, check_links


def check_case_links(setting: Setting) -> int:
    """Ask the addresses of documents that are due, for a few minutes at most; what is left is asked next time."""
    due = linksdue.links_due(setting.clock(), BATCH)
    db.session.rollback()  # nothing stays open while sites are asked
    if not due:
        return 0
    urls = dict(due)
    keeper = Keeper(
        whole=lambda number, now: service.note_whole_link(number, urls[number], now),
        unsaid=lambda number, error, now: service.note_unsaid_link(number, urls[number], error, now),
        failed=lambda number, error, now: service.note_failed_link(number, urls[number], error, now),
        known=lambda most: [*linksdue.whole_links(most), *commitments.whole_links(most)],
    )
    reach = Reach(setting.fetch_allow, f"{setting.base_url}/about", setting.owner)
    return check_links(due, keeper, reach, setting.clock)


JOBS = {"case links": Job(timedelta(hours=1), check_case_links)}

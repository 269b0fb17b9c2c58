"""Who reads which events and what runs by the clock: the only place where reactions are declared.

Shared readers keep their place in the database. The search index is not among them: it is each node's own copy and
keeps its place inside itself (`hub search follow`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hub.cases.filejobs import JOBS as CASE_FILE_JOBS
from hub.cases.jobs import JOBS as CASE_JOBS
from hub.cases.jobs_due import JOBS as CASE_DUE_JOBS
from hub.cities.jobs import JOBS as CITY_JOBS
from hub.commitments.duejobs import JOBS as DUE_JOBS
from hub.commitments.editionjobs import JOBS as EDITION_JOBS
from hub.commitments.jobs import JOBS as EVIDENCE_JOBS
from hub.core.jobs import Job, Setting
from hub.core.once import forget_old
from hub.core.readers import Handlers
from hub.core.retention import JOBS as KEEPING_JOBS
from hub.exchange.jobs import JOBS as EXCHANGE_JOBS
from hub.feeds.jobs import JOBS as FEED_JOBS
from hub.follows.handlers import HANDLERS as FOLLOW_HANDLERS
from hub.follows.jobs import JOBS as FOLLOW_JOBS
from hub.people.jobs import JOBS as PEOPLE_JOBS
from hub.people.jobs import answer_asked
from hub.people.retention import JOBS as PEOPLE_KEEPING_JOBS
from hub.search.jobs import JOBS as SEARCH_JOBS
from hub.site.keeping import JOBS as SITE_JOBS
from hub.site.linkjobs import JOBS as LINK_JOBS

SHARED_READERS: dict[str, Handlers] = {"notifications": FOLLOW_HANDLERS}

JOBS: dict[str, Job] = {
    "forget forms": Job(timedelta(hours=6), lambda setting: forget_old(setting.clock())),
    **PEOPLE_JOBS,
    **CASE_DUE_JOBS,
    **CASE_FILE_JOBS,
    **CASE_JOBS,
    **CITY_JOBS,
    **DUE_JOBS,
    **EDITION_JOBS,
    **EVIDENCE_JOBS,
    **EXCHANGE_JOBS,
    **FEED_JOBS,
    **FOLLOW_JOBS,
    **KEEPING_JOBS,
    **LINK_JOBS,
    **PEOPLE_KEEPING_JOBS,
    **SEARCH_JOBS,
    **SITE_JOBS,
}

AT_ONCE: tuple[Callable[[Setting], int], ...] = (answer_asked,)  # what someone waits for: done in every round

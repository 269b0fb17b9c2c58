"""The one table of how long things are kept, as the privacy page shows it; every row is what a job carries out."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from hub.cases import jobs as cases
from hub.cities import jobs as cities
from hub.core import retention as core
from hub.core.jobs import Kept
from hub.exchange import jobs as exchange
from hub.follows import jobs as follows
from hub.people import retention as people
from hub.search import jobs as search
from hub.site import keeping as site
from hub.web.locale import gettext as _
from hub.web.locale import ngettext

YEAR = 365  # days

RETENTION: tuple[Kept, ...] = (
    *people.RETENTION, *cities.RETENTION, *cases.RETENTION, *exchange.RETENTION, *core.RETENTION, *follows.RETENTION,
    *search.RETENTION, *site.RETENTION,
)  # fmt: skip


class Period(NamedTuple):
    """One row of the table, in the reader's language."""

    what: str
    lasts: str
    since: str
    then: str


def periods() -> list[Period]:
    """Return the table in the reader's language."""
    return [Period(_(kept.what), spelled(kept.lasts), _(kept.since), _(kept.then)) for kept in RETENTION]


def spelled(lasts: timedelta) -> str:
    """Return a length of time as people say it: in years where it is whole years, else in days."""
    if lasts.days % YEAR == 0:
        return ngettext("%(num)d year", "%(num)d years", lasts.days // YEAR)
    return ngettext("%(num)d day", "%(num)d days", lasts.days)

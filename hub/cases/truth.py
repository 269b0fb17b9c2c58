"""Whether a case still holds: who said so last, and when, in the words of the current language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from hub.cases.models import ARCHIVED, CaseStudy
from hub.cases.yearly import MONTHS, months_between, said_at
from hub.web.dates import partial_date
from hub.web.locale import gettext as _
from hub.web.locale import language, ngettext

CONFIRMED, DUE, NEVER, UNSAID = "confirmed", "due", "never", ""


class Told(Protocol):
    """A case, or a line of a list, which holds published ones only."""

    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def is_compiled(self) -> bool: ...
    @property
    def is_demo(self) -> bool: ...
    @property
    def city(self) -> Any: ...


class Truth(NamedTuple):
    """Whether a case still holds: confirmed within a year, due, never confirmed, or unsaid where nothing is public.

    `words` say it in a few words, `day` is when it was said last and `months` how many whole months ago.
    """

    state: str
    words: str = ""
    day: date | None = None
    months: int = 0

    @property
    def is_due(self) -> bool:
        """Whether a year went by since."""
        return self.state == DUE

    @property
    def iso(self) -> str:
        """The month it was said in, as machines read it; empty where nobody did."""
        return self.day.isoformat()[:7] if self.day else ""

    def document(self) -> dict[str, Any]:
        """Return it for JSON: state (confirmed, due, never), the day, the months since, and the words."""
        return {
            "state": self.state or None,
            "confirmed_on": self.day.isoformat() if self.day else None,
            "months": self.months if self.day else None,
            "words": self.words,
        }


def truth_of(case: Told, today: date) -> Truth:
    """Return whether a case still holds, as anyone may read it on a day; nothing for what was never published.

    An archived case is no longer asked about: it only says when it was confirmed last.
    """
    if case.published_at is None:
        return Truth(UNSAID)
    said = said_at(case)
    if said is None:
        return Truth(NEVER, _("Not yet confirmed by the city") if case.city else _("Not yet confirmed by anyone"))
    day = said.date()
    months = months_between(day, today)
    is_asked = not isinstance(case, CaseStudy) or case.state != ARCHIVED
    if months >= MONTHS and is_asked:
        words = ngettext("Not confirmed for %(num)d month", "Not confirmed for %(num)d months", months)
        return Truth(DUE, words, day, months)
    return Truth(CONFIRMED, _confirmed(case, _month(day.isoformat()[:7], language())), day, months)


@lru_cache(maxsize=512)
def _month(month: str, _language: str) -> str:
    """Return a month in the words of the current language, once: lists ask for it in every line."""
    return partial_date(month)


def _confirmed(case: Told, month: str) -> str:
    if case.is_demo:  # whatever it does is not the word of a city
        return _("Confirmed with a demo account in %(month)s", month=month)
    if case.city is None:
        return _("Confirmed in %(month)s", month=month)
    return _("Confirmed by the city in %(month)s", month=month)


def question(case: CaseStudy) -> str:
    """Return what a city is asked once a year: of a practice that ended only whether the text is right."""
    if case.ended is not None or case.stage in ("ended", "abandoned"):
        return _("It ended. Is the text still right?")
    return _("Is it still so?")

"""What the addresses of commitments may ask for: a day, a region, one of the Five Commitments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from hub.core.errors import Invalid
from hub.vocabularies.queries import Vocabulary
from hub.web.params import Query


@dataclass(frozen=True)
class Asked:
    """The filters of a page; `day` is as asked, None for today."""

    today: date
    day: date | None = None
    region: str = ""
    group: str = ""

    @property
    def as_of(self) -> date:
        """The day to show."""
        return self.day or self.today

    def url(self, path: str, **more: object) -> str:
        """Return a path with this query, and more parameters where they are not empty."""
        fields = {"region": self.region, "group": self.group, "as_of": self.day.isoformat() if self.day else "", **more}
        pairs = [(name, value) for name, value in fields.items() if value]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def day_url(self, path: str) -> str:
        """Return a path with the day only."""
        return f"{path}?as_of={self.day.isoformat()}" if self.day else path


def read_asked(query: Query, terms: Vocabulary, today: date) -> Asked:
    """Read the filters; raises Invalid for a day that is none or lies in the future, and for an unknown group."""
    group = query.text("group", 20).upper()
    codes = [term.code for term in terms.scheme("commitment-groups")]
    if group and group not in codes:
        raise Invalid("group", "Choose one of: %(choices)s.", choices=", ".join(codes))
    return Asked(today, read_day(query, today), query.text("region", 40), group)


def read_day(query: Query, today: date) -> date | None:
    """Read `as_of`, None where it is missing; raises Invalid for what is no date and for a day in the future."""
    day = query.date("as_of")
    if day is not None and day > today:
        raise Invalid("as_of", "This day lies in the future.")
    return day

"""What the addresses of commitments may ask for: a day, what was known then, a region, a part of the commitments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

from hub.commitments.models import STATUSES, UNKNOWN
from hub.core.errors import Invalid
from hub.vocabularies.queries import Vocabulary
from hub.web.params import Query

DAY = frozenset({"as_of", "known"})  # the parameters of every page that shows a day
THEN = "then"


@dataclass(frozen=True)
class Asked:
    """The filters of a page; `day` is as asked, None for today."""

    today: date
    day: date | None = None
    region: str = ""
    group: str = ""
    is_then: bool = False  # with what the hub knew at the end of that day
    item: str = ""
    status: str = ""

    @property
    def as_of(self) -> date:
        """The day to show."""
        return self.day or self.today

    @property
    def known(self) -> datetime | None:
        """The moment at which the hub is asked what it knows: the end (UTC) of the day; None for all it knows now."""
        return datetime.combine(self.as_of, time.max, UTC) if self.is_then and self.as_of < self.today else None

    @property
    def knowing(self) -> str:
        """How documents say it: `now`, or `then`."""
        return THEN if self.is_then else "now"

    def url(self, path: str, **more: object) -> str:
        """Return a path with this query, and more parameters where they are not empty."""
        fields = {
            "region": self.region, "group": self.group, "item": self.item, "status": self.status, **self._day(), **more,
        }  # fmt: skip
        pairs = [(name, value) for name, value in fields.items() if value]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def day_url(self, path: str) -> str:
        """Return a path with the day, and whether it is as known then, only."""
        return f"{path}?{urlencode(pairs)}" if (pairs := self._day()) else path

    def _day(self) -> dict[str, str]:
        if self.day is None:
            return {}
        return {"as_of": self.day.isoformat()} | ({"known": THEN} if self.is_then else {})


def read_asked(query: Query, terms: Vocabulary, today: date) -> Asked:
    """Read the filters; raises Invalid for a wrong day, and for an unknown group, item or status."""
    group, item, status = (query.text(name, 40) for name in ("group", "item", "status"))
    groups = [term.code for term in terms.scheme("commitment-groups")]
    if group and group.upper() not in groups:
        raise Invalid("group", "Choose one of: %(choices)s.", choices=", ".join(groups))
    if item and terms.find_item(item.upper()) is None:
        raise Invalid("item", "Choose one of: %(choices)s.", choices=", ".join(terms.items))
    if status and status not in (*STATUSES, UNKNOWN):
        raise Invalid("status", "Choose one of: %(choices)s.", choices=", ".join((*STATUSES, UNKNOWN)))
    group = "" if item else group.upper()  # one item says which commitment it belongs to
    return Asked(
        today, read_day(query, today), query.text("region", 40), group, read_known(query), item.upper(), status
    )


def read_day(query: Query, today: date) -> date | None:
    """Read `as_of`, None where it is missing; raises Invalid for what is no date and for a day in the future."""
    day = query.date("as_of")
    if day is not None and day > today:
        raise Invalid("as_of", "This day lies in the future.")
    return day


def read_known(query: Query) -> bool:
    """Tell whether `known` asks for what the hub knew then, not for what it knows now; raises Invalid."""
    known = query.text("known", 10)
    if known not in ("", "now", THEN):
        raise Invalid("known", "Choose one of: %(choices)s.", choices=f"now, {THEN}")
    return known == THEN

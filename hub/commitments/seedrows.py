"""What stands in seeds/status_records.csv."""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from hub.core.seedfields import Slug, Text, WebAddress, shaped
from hub.core.seedfiles import Loc, SeedModel
from hub.vocabularies.seedrows import ItemCode, ListCode, in_calendar

_DAY = r"[12]\d{3}(-\d\d(-\d\d)?)?"


def _in_order(text: str) -> str:
    first, _, last = text.removeprefix("about ").partition("..")
    in_calendar(first)
    if last and in_calendar(last) < first:
        raise ValueError(f"should not end before it begins: {text}")
    return text


Effective = Annotated[
    str,
    shaped(rf"{_DAY}|about [12]\d{{3}}|{_DAY}\.\.{_DAY}", "2006, 2006-06, 2006-06-29, about 2011 or 2007..2010"),
    AfterValidator(_in_order),
]


class StatusRow(SeedModel):
    """What a source says a city had reached for one item, and since when."""

    key: ClassVar[str | None] = "id"
    id: Annotated[str, shaped(r"[a-z0-9_-]+-(c\d\.\d+|r\d+)-\d+", "city-item-number, such as berlin-c4.1-1")]
    city: Slug
    item: ItemCode
    status: ListCode
    effective: Effective | None
    claimed_by: Literal["city", "third_party", "editor"]
    evidence_type: ListCode | None
    source: WebAddress
    note: Text | None

    @property
    def precision(self) -> Literal["day", "month", "year", "about", "range", "unknown"]:
        """How exactly `effective` is known."""
        if self.effective is None:
            return "unknown"
        if self.effective.startswith("about "):
            return "about"
        if ".." in self.effective:
            return "range"
        if len(self.effective) == 10:
            return "day"
        return "month" if len(self.effective) == 7 else "year"

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield an id that names another city or item."""
        if not re.fullmatch(re.escape(f"{self.city}-{self.item.lower()}-") + r"\d+", self.id):
            yield ("id",), f"should be {self.city}-{self.item.lower()}- and a number"

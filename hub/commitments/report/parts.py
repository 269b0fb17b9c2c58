"""The parts that a report is made of, in words: sentences, a table or a list, the same for page and PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hub.cities.standing import status_label
from hub.commitments.models import DOCUMENT, PEER, REGISTER, UNKNOWN
from hub.commitments.report.data import Period
from hub.commitments.states import StatusLine
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.dates import partial_date
from hub.web.locale import format_date, in_language, ngettext
from hub.web.locale import gettext as _


class Cell(NamedTuple):
    """One cell of a table or line of a list: its words, where it leads, a status it stands for, a line beneath."""

    text: str
    url: str = ""
    status: str = ""
    small: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `widths` are the shares of its columns on paper, `numbers` the columns that hold numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Part:
    """A part of a report: a heading, sentences, and a table or a list where there is one."""

    code: str
    title: str
    sentences: Sequence[str] = ()
    table: Table | None = None
    lines: Sequence[Cell] = ()
    is_numbered: bool = False  # sources, which the tables name by number
    mono: str = ""  # a digest


@dataclass(frozen=True)
class Document:
    """A report ready to be shown or set in type."""

    title: str
    span: str
    basis: str  # whose knowledge it rests on
    parts: Sequence[Part] = ()


def span_words(period: Period) -> str:
    """Return the days of a period."""
    return _("%(first)s to %(last)s", first=format_date(period.first), last=format_date(period.last))


class Speaker:
    """Says items, statuses and sources in words; sources by their number in the list."""

    def __init__(self, terms: Vocabulary, numbers: Mapping[tuple[str, str], int]) -> None:
        self.terms, self.numbers = terms, numbers

    def item(self, item: ItemView) -> str:
        """Return an item by its code and name."""
        return f"{item.code} {in_language(item.labels)}"

    def code(self, code: str) -> str:
        """Return an item by its code and name, given the code."""
        item = self.terms.find_item(code)
        return self.item(item) if item is not None else code

    def status(self, line: StatusLine | None) -> Cell:
        """Return a status with its sign and since when."""
        code = line.status if line is not None else UNKNOWN
        since = partial_date(line.effective_text) if line is not None else ""
        return Cell(status_label(code, self.terms), status=code, small=since)

    def label(self, line: StatusLine | None) -> str:
        """Return the name of a status."""
        return status_label(line.status if line is not None else UNKNOWN, self.terms)

    def sources(self, line: StatusLine) -> str:
        """Return what a record rests on, by the numbers in the list of sources."""
        found = [self.numbers[key] for piece in line.evidence if (key := (piece.url, piece.kind)) in self.numbers]
        named = ", ".join(f"[{number}]" for number in dict.fromkeys(found))
        hidden = (
            ngettext("%(num)d piece not public", "%(num)d pieces not public", line.withheld) if line.withheld else ""
        )
        return ", ".join(part for part in (named, hidden) if part) or _("no document named")


def tier_words(tier: str) -> str:
    """Return how a record was checked."""
    words = {
        DOCUMENT: _("Documents checked"),
        PEER: _("Checked by another city"),
        REGISTER: _("On a published list"),
    }
    return words.get(tier, _("not yet checked"))


def basis_words(period: Period) -> str:
    """Return whose knowledge a report rests on."""
    if period.is_then:
        return _("With what the hub knew at the end of %(day)s.", day=format_date(period.last))
    return _("With all that the hub knows about it now.")


def method_part(digest: str) -> Part:
    """Return how a report is made, and the digest of its data."""
    return Part(
        "method",
        _("How this was made"),
        [
            _("A status is what the record in force says. A record takes effect on the first day its date can mean; "
              "one without a date counts from the day it was recorded, and stands under what became known. Records are "
              "only ever added; a correction replaces what it corrects and leaves it readable."),
            _("Who says so stands beside each record: the city itself, others, or the editors of this hub. A check is "
              "by someone other than the city, has a date, and runs out."),
            _("No record means unknown, and unknown is counted and named. There is no ranking of cities."),
            _("The digest below is the sha256 of the data of this report. Who makes it again from the JSON and finds "
              "another one knows that something was recorded since."),
        ],
        mono=digest,
    )  # fmt: skip

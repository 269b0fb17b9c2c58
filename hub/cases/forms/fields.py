"""Fields that the forms of a case have and no other form: years, rows of a table, texts with a limit."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from wtforms import Field, ValidationError

from hub.cases.template import BY_NAME
from hub.core.text import safe_url, tidy
from hub.web.forms import AtMost, LineField, ProseField
from hub.web.locale import gettext as _

MOST_CELL = 300  # characters of a cell of a row
EARLIEST, LATEST = 1000, 2100


class YearField(LineField):
    """A year, as typed; `year` is the number, None where nothing or no year was typed."""

    @property
    def year(self) -> int | None:
        """The year as a number."""
        text = str(self.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def possible_year(_form: Any, field: YearField) -> None:
    """Refuse what is no year between 1000 and 2100."""
    if field.data and (field.year is None or not EARLIEST <= field.year <= LATEST):
        raise ValidationError(_("Write a year with four digits, such as 2019."))


class LinesField(Field):
    """The same line several times over, as the rows of a table send it."""

    takes_several = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [" ".join(tidy(str(value)).split()) for value in valuelist]


class UpTo(AtMost):
    """Ask for no more than so many characters, and leave it to the server: no browser cuts what was pasted."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.field_flags = {"most": limit}


def up_to(name: str) -> UpTo:
    """Return the check of how many characters a field of the template holds."""
    return UpTo(BY_NAME[name].most)


class TidyLine(LineField):
    """One line, without the invisible characters that pasting brings."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([tidy(str(value)) for value in valuelist])


class TidyProse(ProseField):
    """Several lines, without the invisible characters that pasting brings, its points as a list."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([tidy(str(value)) for value in valuelist])


def is_address(url: str) -> bool:
    """Tell whether a web address can be followed as it stands."""
    return bool(safe_url(url)) and "@" not in url.split("/")[2] and " " not in url


def side_by_side(*columns: Field) -> list[tuple[str, ...]]:
    """Return the rows of a table of fields; empty ones at the end are left out."""
    rows = list(zip_longest(*(column.data or [] for column in columns), fillvalue=""))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def refuse_rows(field: Field, rows: Iterable[tuple[str, int, str]]) -> None:
    """Refuse rows of a longest cell, how long it may be, and an address; every one that is wrong is named."""
    problems = []
    for number, (longest, most, url) in enumerate(rows, 1):
        if url and not is_address(url):
            problems.append(_("Row %(number)d: the address should begin with https:// or http://.", number=number))
        if len(longest) > most or len(url) > 2000:
            problems.append(_("Row %(number)d: this is too long.", number=number))
    if problems:
        field.errors = [*field.errors, *problems[:-1]]
        raise ValidationError(problems[-1])

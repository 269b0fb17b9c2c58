"""The forms in which organizers bring in a published list of members and decide on its lines."""

from __future__ import annotations

from datetime import date

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField

from hub.commitments.registers import MAX_BYTES, Listed, read_list
from hub.commitments.service import NewRegister
from hub.core.errors import Invalid
from hub.web.forms import N_, AtMost, HubForm, LineField, one_of_offered, required

Choices = list[tuple[str, str]]


class RegisterForm(HubForm):
    """A published list: of whose members, where it stands, of which day, and its file."""

    item = SelectField(N_("Whose members these are"), [required, one_of_offered], choices=[], validate_choice=False)
    title = LineField(N_("What the list is called"), [required, AtMost(200)])
    source_url = LineField(N_("Where it was published"), [required, AtMost(2000)])
    as_of = LineField(N_("The day it speaks of"), [required, AtMost(10)])
    is_complete = BooleanField(N_("The list says that it is complete"))
    file = FileField(N_("The list as a CSV file"))
    name_column = LineField(N_("Column of the names"), [AtMost(80)])
    country_column = LineField(N_("Column of the countries"), [AtMost(80)])
    since_column = LineField(N_("Column of the dates"), [AtMost(80)])
    status_column = LineField(N_("Column of the state"), [AtMost(80)])

    def offer(self, items: Choices) -> None:
        """Set which items can be chosen."""
        self.item.choices = [("", ""), *items]

    def read(self) -> tuple[NewRegister, list[Listed]]:
        """Return the list and its lines; raises Invalid naming the field."""
        file = self.file.data
        if not file or not file.filename:
            raise Invalid("file", "Choose the file.")
        content = file.stream.read(MAX_BYTES + 1)
        columns = {name: self[f"{name}_column"].data or "" for name in ("name", "country", "since", "status")}
        new = NewRegister(
            self.item.data or "", self.title.data or "", self.source_url.data or "", read_day("as_of", self.as_of.data),
            bool(self.is_complete.data), file.filename, content,
        )  # fmt: skip
        return new, read_list(content, columns)


class RowForm(HubForm):
    """Which city a line is, and whether it goes on record beside something else."""

    city = SelectField(N_("Which city it is"), [one_of_offered], choices=[], validate_choice=False)
    is_meant = BooleanField(N_("Put the list on record beside what is there"))

    def offer(self, cities: Choices) -> None:
        """Set which cities can be chosen."""
        self.city.choices = [("", ""), *cities]

    @property
    def city_id(self) -> int | None:
        """The city chosen by hand."""
        return int(self.city.data) if self.city.data else None


def read_day(field: str, text: str | None) -> date | None:
    """Return a day written as YYYY-MM-DD, None where nothing was; raises Invalid naming the field."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "Write the date as YYYY-MM-DD.") from None

"""The shape of what people type when they write a case."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError

from hub.cases.service.takeout import LONGEST_MARK
from hub.cases.spellings import LONGEST_NAME, MOST_SPELLINGS, is_enough
from hub.core.text import safe_url
from hub.web.forms import (
    N_,
    AtMost,
    ChecksField,
    HubForm,
    LineField,
    ProseField,
    names_of,
    one_of_offered,
    required,
)
from hub.web.locale import gettext as _

LONGEST_TEXT = 20_000
MOST_SOURCES = 60
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
        self.data = [" ".join(str(value).split()) for value in valuelist]


class StartForm(HubForm):
    """The beginning of a draft."""

    city = SelectField(N_("City"), validate_choice=False, validators=[required, one_of_offered])
    language = SelectField(N_("Language of the text"), validate_choice=False, validators=[required, one_of_offered])
    title = LineField(N_("Title"), validators=[required, AtMost(120)])
    summary = ProseField(N_("Summary"), validators=[AtMost(600)])


class CaseForm(HubForm):
    """The whole text of a case; `version` is the one that the text began from."""

    version = HiddenField()
    case = HiddenField()  # which one it is, should its address change meanwhile
    title = LineField(N_("Title"), validators=[required, AtMost(120)])
    summary = ProseField(N_("Summary"), validators=[AtMost(600)])
    language = SelectField(N_("Language of the text"), validate_choice=False, validators=[required, one_of_offered])
    started = YearField(N_("Year it began"), validators=[possible_year])
    ended = YearField(N_("Year it ended"), validators=[possible_year])
    is_ongoing = BooleanField(N_("Still running"))
    is_approximate = BooleanField(N_("The years are approximate"))
    main_principle = SelectField(N_("Main principle"), validate_choice=False, validators=[one_of_offered])
    clauses = ChecksField(N_("Clauses"))
    types = ChecksField(N_("Kind of practice"))
    groups = ChecksField(N_("For whom"))
    items = ChecksField(N_("Commitments it serves"))
    alliance = ChecksField(N_("Principles of the US Alliance"))
    problem = ProseField(N_("Problem"), validators=[AtMost(LONGEST_TEXT)])
    action = ProseField(N_("What the city did"), validators=[AtMost(LONGEST_TEXT)])
    results = ProseField(N_("Results, as reported"), validators=[AtMost(LONGEST_TEXT)])
    none_yet = BooleanField(N_("None reported yet"))
    lessons = ProseField(N_("Lessons"), validators=[AtMost(LONGEST_TEXT)])
    source_titles = LinesField(N_("Titles of the documents"))
    source_urls = LinesField(N_("Documents"))
    change_note = ProseField(N_("What changed, and why"), validators=[AtMost(500)])
    is_small = BooleanField(N_("Only small corrections"))

    is_current = False  # whether the text began from the version that is stored

    def validate_version(self, field: Field) -> None:
        """Refuse a version that nobody was given."""
        text = str(field.data or "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValidationError(_("This form lost its place. Open the case anew and copy your text into it."))

    def validate_ended(self, field: YearField) -> None:
        """Refuse an end before the beginning, and one of something that goes on."""
        if field.year is not None and self.started.year is not None and field.year < self.started.year:
            raise ValidationError(_("It cannot end before it began."))
        if field.year is not None and self.is_ongoing.data:
            raise ValidationError(_("It is said to be still running. Take the tick or the year away."))

    def validate_source_urls(self, field: Field) -> None:
        """Refuse addresses that cannot be followed, and more rows than anyone reads."""
        if len(self.rows) > MOST_SOURCES:
            raise ValidationError(_("Name at most %(limit)d documents.", limit=MOST_SOURCES))
        problems = []
        for number, (title, url) in enumerate(self.rows, 1):
            if url and (not safe_url(url) or "@" in url.split("/")[2] or " " in url):
                problems.append(_("Row %(number)d: the address should begin with https:// or http://.", number=number))
            if len(title) > 400 or len(url) > 2000:
                problems.append(_("Row %(number)d: this is too long.", number=number))
        if problems:
            field.errors = [*field.errors, *problems[:-1]]
            raise ValidationError(problems[-1])

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The rows of documents as typed, titles and addresses side by side; empty rows at the end are left out."""
        titles, urls = list(self.source_titles.data or []), list(self.source_urls.data or [])
        count = max(len(titles), len(urls))
        titles += [""] * (count - len(titles))
        urls += [""] * (count - len(urls))
        rows = list(zip(titles, urls, strict=True))
        while rows and rows[-1] == ("", ""):
            rows.pop()
        return rows

    @property
    def base_version(self) -> int:
        """The version that the text began from; 0 where the form does not know."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class FileForm(HubForm):
    """A picture or document to put to a case."""

    file = FileField(N_("File"))
    file_title = LineField(
        N_("What the picture shows, or the title of the document"), validators=[required, AtMost(300)]
    )
    file_owner = LineField(N_("Whose it is"), validators=[required, AtMost(200)])
    file_licence = SelectField(N_("Licence"), validate_choice=False, validators=[required, one_of_offered])
    file_consent = BooleanField(N_("People in the picture"))

    def validate_file(self, field: Field) -> None:
        """Ask for a file."""
        if not field.data or not hasattr(field.data, "read"):
            raise ValidationError(_("Choose a file."))


class TakeOutForm(HubForm):
    """A name to take out of a case and all its versions; each line one way in which it is written."""

    spellings = ProseField(N_("The name or words"), validators=[required])
    inside = BooleanField(N_("Also inside longer words"))
    reason = SelectField(N_("Reason"), validate_choice=False, validators=[required, one_of_offered])
    mark = LineField(N_("What stands in its place"), validators=[AtMost(LONGEST_MARK)])

    def validate_spellings(self, field: Field) -> None:
        """Refuse more ways of writing, or longer or shorter ones, than a name has."""
        if len(self.names) > MOST_SPELLINGS:
            raise ValidationError(_("Write at most %(limit)d lines.", limit=MOST_SPELLINGS))
        if any(len(name) > LONGEST_NAME for name in self.names):
            raise ValidationError(_("A line has at most %(limit)d characters.", limit=LONGEST_NAME))
        if not all(map(is_enough, self.names)):
            raise ValidationError(_("Each line needs at least two letters: one alone stands everywhere."))

    @property
    def names(self) -> tuple[str, ...]:
        """The ways in which the name is written."""
        lines = (" ".join(line.split()) for line in str(self.spellings.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class MoveForm(HubForm):
    """To which city a case belongs; an empty one stands for the country as a whole."""

    version = HiddenField()
    city = SelectField(N_("City"), validate_choice=False, validators=[one_of_offered])
    reason = ProseField(N_("Why it belongs there"), validators=[required, AtMost(500)])


class DeleteForm(HubForm):
    """The version of a draft that is to be deleted."""

    version = HiddenField()


EDITOR = names_of(CaseForm) | names_of(FileForm) | {"add_row"}  # what the one page of the editor sends


class ReasonForm(HubForm):
    """Why a case is archived."""

    reason = ProseField(N_("Why it is archived"), validators=[required, AtMost(500)])

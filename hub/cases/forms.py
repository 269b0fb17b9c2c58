"""The shape of what people type when they write a case."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError

from hub.cases.service.takeout import LONGEST_MARK
from hub.cases.spellings import LONGEST_NAME, MOST_SPELLINGS, is_enough
from hub.cases.template import BY_NAME, INDICATOR, MOST_INDICATORS, MOST_PARTNERS, MOST_ROWS, PARTNER
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
        self.data = [" ".join(str(value).split()) for value in valuelist]


def up_to(name: str) -> AtMost:
    """Return the check of how many characters a field of the template holds."""
    return AtMost(BY_NAME[name].most)


def is_address(url: str) -> bool:
    """Tell whether a web address can be followed as it stands."""
    return bool(safe_url(url)) and "@" not in url.split("/")[2] and " " not in url


def _side_by_side(*columns: Field) -> list[tuple[str, ...]]:
    """Return the rows of a table of fields; empty ones at the end are left out."""
    rows = list(zip_longest(*(column.data or [] for column in columns), fillvalue=""))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _refuse_rows(field: Field, rows: Iterable[tuple[str, int, str]]) -> None:
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


class StartForm(HubForm):
    """The beginning of a draft."""

    city = SelectField(N_("City"), validate_choice=False, validators=[required, one_of_offered])
    language = SelectField(N_("Language of the text"), validate_choice=False, validators=[required, one_of_offered])
    title = LineField(N_("Title"), validators=[required, up_to("title")])
    summary = ProseField(N_("Summary"), validators=[up_to("summary")])


class CaseForm(HubForm):
    """The whole text of a case; `version` is the one that the text began from."""

    version = HiddenField()
    case = HiddenField()  # which one it is, should its address change meanwhile
    title = LineField(N_("Title"), validators=[required, up_to("title")])
    summary = ProseField(N_("Summary"), validators=[up_to("summary")])
    language = SelectField(N_("Language of the text"), validate_choice=False, validators=[required, one_of_offered])
    lead_office = LineField(N_("Lead office"), validators=[up_to("lead_office")])
    contact_role = LineField(N_("Whom to ask"), validators=[up_to("contact_role")])
    contact_address = LineField(N_("Its address"), validators=[up_to("contact_address")])
    started = YearField(N_("Year it began"), validators=[possible_year])
    ended = YearField(N_("Year it ended"), validators=[possible_year])
    is_ongoing = BooleanField(N_("Still running"))
    is_approximate = BooleanField(N_("The years are approximate"))
    stage = SelectField(N_("Stage"), validate_choice=False, validators=[one_of_offered])
    main_principle = SelectField(N_("Main principle"), validate_choice=False, validators=[one_of_offered])
    second_principle = SelectField(N_("Second principle"), validate_choice=False, validators=[one_of_offered])
    third_principle = SelectField(N_("Third principle"), validate_choice=False, validators=[one_of_offered])
    clauses = ChecksField(N_("Clauses"))
    types = ChecksField(N_("Kind of practice"))
    groups = ChecksField(N_("For whom"))
    items = ChecksField(N_("Commitments it serves"))
    alliance = ChecksField(N_("Principles of the US Alliance"))
    rights = ChecksField(N_("Rights of the Global Charter-Agenda"))
    sdgs = ChecksField(N_("Sustainable Development Goals"))
    competence = SelectField(N_("Powers it needs"), validate_choice=False, validators=[one_of_offered])
    participation_level = SelectField(
        N_("How far people took part"), validate_choice=False, validators=[one_of_offered]
    )
    problem = ProseField(N_("Problem"), validators=[up_to("problem")])
    action = ProseField(N_("What the city did"), validators=[up_to("action")])
    participation = ProseField(N_("Who took part"), validators=[up_to("participation")])
    legal_basis = ProseField(N_("Legal basis"), validators=[up_to("legal_basis")])
    partner_name = LinesField(N_("Organisation"))
    partner_role = LinesField(N_("Its part in it"))
    partner_url = LinesField(N_("Web address"))
    cost_band = SelectField(N_("Cost"), validate_choice=False, validators=[one_of_offered])
    cost_amount = LineField(N_("Amount"), validators=[up_to("cost_amount")])
    cost_currency = SelectField(N_("Currency"), validate_choice=False, validators=[one_of_offered])
    cost_year = YearField(N_("Year of the amount"), validators=[possible_year])
    staff = LineField(N_("Staff"), validators=[up_to("staff")])
    funders = ChecksField(N_("Who paid"))
    results = ProseField(N_("Results, as reported"), validators=[up_to("results")])
    none_yet = BooleanField(N_("None reported yet"))
    evidence_type = SelectField(N_("How the results are known"), validate_choice=False, validators=[one_of_offered])
    indicator_name = LinesField(N_("What was counted"))
    indicator_unit = LinesField(N_("Unit"))
    indicator_baseline = LinesField(N_("Before"))
    indicator_value = LinesField(N_("Value"))
    indicator_date = LinesField(N_("When"))
    indicator_source = LinesField(N_("Source"))
    failures = ProseField(N_("What did not work"), validators=[up_to("failures")])
    conditions = ProseField(N_("What it took"), validators=[up_to("conditions")])
    lessons = ProseField(N_("Lessons"), validators=[up_to("lessons")])
    adapted_from = LineField(N_("Adapted from"), validators=[up_to("adapted_from")])
    adapted_from_url = LineField(N_("Address of what it was adapted from"), validators=[up_to("adapted_from_url")])
    essential = ProseField(N_("What must stay"), validators=[up_to("essential")])
    adaptable = ProseField(N_("What can be changed"), validators=[up_to("adaptable")])
    will_mentor = SelectField(N_("Will help others"), validate_choice=False, validators=[one_of_offered])
    source_titles = LinesField(N_("Titles of the documents"))
    source_urls = LinesField(N_("Documents"))
    people_check = SelectField(N_("People at risk"), validate_choice=False, validators=[one_of_offered])
    consent_note = ProseField(N_("Where the consent is kept"), validators=[up_to("consent_note")])
    open_answers = ChecksField(N_("Not yet known"))
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

    def validate_cost_year(self, field: YearField) -> None:
        """Refuse a year of an amount that is not given."""
        if field.year is not None and not self.cost_amount.data:
            raise ValidationError(_("Give the amount too, or leave the year out."))

    def validate_adapted_from_url(self, field: Field) -> None:
        """Refuse an address that cannot be followed."""
        if field.data and not is_address(field.data):
            raise ValidationError(_("The address should begin with https:// or http://."))

    def validate_source_urls(self, field: Field) -> None:
        """Refuse addresses that cannot be followed, and more rows than anyone reads."""
        if len(self.rows) > MOST_ROWS:
            raise ValidationError(_("Name at most %(limit)d documents.", limit=MOST_ROWS))
        _refuse_rows(field, ((title, 400, url) for title, url in self.rows))

    def validate_partner_name(self, field: Field) -> None:
        """Refuse more organisations than anyone reads, and rows that hold too much."""
        if len(self.partners) > MOST_PARTNERS:
            raise ValidationError(_("Name at most %(limit)d organisations.", limit=MOST_PARTNERS))
        _refuse_rows(field, ((max(row[:2], key=len), MOST_CELL, row[2]) for row in self.partners))

    def validate_indicator_name(self, field: Field) -> None:
        """Refuse more figures than anyone reads, and cells that hold too much."""
        if len(self.indicators) > MOST_INDICATORS:
            raise ValidationError(_("Give at most %(limit)d figures.", limit=MOST_INDICATORS))
        _refuse_rows(field, ((max(row, key=len), MOST_CELL, "") for row in self.indicators))

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows of documents as typed, titles and addresses side by side; empty rows at the end are left out."""
        return _side_by_side(self.source_titles, self.source_urls)

    @property
    def partners(self) -> list[tuple[str, ...]]:
        """The rows of organisations as typed."""
        return _side_by_side(*(self[f"partner_{cell}"] for cell in PARTNER))

    @property
    def indicators(self) -> list[tuple[str, ...]]:
        """The rows of figures as typed."""
        return _side_by_side(*(self[f"indicator_{cell}"] for cell in INDICATOR))

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

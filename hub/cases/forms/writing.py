"""The shape of what people type when they write a case."""

from __future__ import annotations

from collections.abc import Collection

from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError

from hub.cases.forms.fields import (
    MOST_CELL,
    LinesField,
    TidyLine,
    TidyProse,
    UpTo,
    YearField,
    is_address,
    possible_year,
    refuse_rows,
    side_by_side,
    up_to,
)
from hub.cases.template import (
    BY_NAME,
    EVIDENCE,
    INDICATOR,
    MOST_INDICATORS,
    MOST_PARTNERS,
    MOST_ROWS,
    PARTNER,
    PRINCIPLES,
    RESULTS,
    STEPS,
    STORY,
)
from hub.web.forms import N_, ChecksField, HubForm, one_of_offered, required
from hub.web.locale import gettext as _

_OWN_STEPS = {
    "main_principle": PRINCIPLES, "second_principle": PRINCIPLES, "third_principle": PRINCIPLES, "none_yet": RESULTS,
    "source_titles": EVIDENCE, "source_urls": EVIDENCE,
    **{f"partner_{cell}": STORY for cell in PARTNER},
    **{f"indicator_{cell}": RESULTS for cell in INDICATOR},
}  # fmt: skip


class StartForm(HubForm):
    """The beginning of a draft."""

    city = SelectField(N_("City"), validate_choice=False, validators=[required, one_of_offered])
    language = SelectField(N_("Language of the text"), validate_choice=False, validators=[required, one_of_offered])
    title = TidyLine(N_("Title"), validators=[required, up_to("title")])
    summary = TidyProse(N_("Summary"), validators=[up_to("summary")])


class CaseForm(HubForm):
    """The whole text of a case; `version` is the one that the text began from."""

    version = HiddenField()
    case = HiddenField()  # which one it is, should its address change meanwhile
    title = TidyLine(N_("Title"), validators=[required, up_to("title")])
    summary = TidyProse(N_("Summary"), validators=[up_to("summary")])
    language = SelectField(N_("Language of the text"), validate_choice=False, validators=[required, one_of_offered])
    lead_office = TidyLine(N_("Lead office"), validators=[up_to("lead_office")])
    contact_role = TidyLine(N_("Whom to ask"), validators=[up_to("contact_role")])
    contact_address = TidyLine(N_("Its address"), validators=[up_to("contact_address")])
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
    problem = TidyProse(N_("Problem"), validators=[up_to("problem")])
    action = TidyProse(N_("What the city did"), validators=[up_to("action")])
    participation = TidyProse(N_("Who took part"), validators=[up_to("participation")])
    legal_basis = TidyProse(N_("Legal basis"), validators=[up_to("legal_basis")])
    partner_name = LinesField(N_("Organisation"))
    partner_role = LinesField(N_("Its part in it"))
    partner_url = LinesField(N_("Web address"))
    cost_band = SelectField(N_("Cost"), validate_choice=False, validators=[one_of_offered])
    cost_amount = TidyLine(N_("Amount"), validators=[up_to("cost_amount")])
    cost_currency = SelectField(N_("Currency"), validate_choice=False, validators=[one_of_offered])
    cost_year = YearField(N_("Year of the amount"), validators=[possible_year])
    staff = TidyLine(N_("Staff"), validators=[up_to("staff")])
    funders = ChecksField(N_("Who paid"))
    results = TidyProse(N_("Results, as reported"), validators=[up_to("results")])
    none_yet = BooleanField(N_("None reported yet"))
    evidence_type = SelectField(N_("How the results are known"), validate_choice=False, validators=[one_of_offered])
    indicator_name = LinesField(N_("What was counted"))
    indicator_unit = LinesField(N_("Unit"))
    indicator_baseline = LinesField(N_("Before"))
    indicator_value = LinesField(N_("Value"))
    indicator_date = LinesField(N_("When"))
    indicator_source = LinesField(N_("Source"))
    failures = TidyProse(N_("What did not work"), validators=[up_to("failures")])
    conditions = TidyProse(N_("What it took"), validators=[up_to("conditions")])
    lessons = TidyProse(N_("Lessons"), validators=[up_to("lessons")])
    adapted_from = TidyLine(N_("Adapted from"), validators=[up_to("adapted_from")])
    adapted_from_url = TidyLine(N_("Address of what it was adapted from"), validators=[up_to("adapted_from_url")])
    essential = TidyProse(N_("What must stay"), validators=[up_to("essential")])
    adaptable = TidyProse(N_("What can be changed"), validators=[up_to("adaptable")])
    will_mentor = SelectField(N_("Will help others"), validate_choice=False, validators=[one_of_offered])
    source_titles = LinesField(N_("Titles of the documents"))
    source_urls = LinesField(N_("Documents"))
    people_check = SelectField(N_("People at risk"), validate_choice=False, validators=[one_of_offered])
    consent_note = TidyProse(N_("Where the consent is kept"), validators=[up_to("consent_note")])
    open_answers = ChecksField(N_("Not yet known"))
    change_note = TidyProse(N_("What changed, and why"), validators=[UpTo(500)])
    is_small = BooleanField(N_("Only small corrections"))

    is_current = False  # whether the text began from the version that is stored
    steps: tuple[str, ...] = STEPS  # which steps of the template it holds

    def keep_steps(self, steps: Collection[str]) -> None:
        """Leave out the fields of all other steps, so that what is not on the page is neither asked nor changed."""
        self.steps = tuple(step for step in STEPS if step in steps)
        if self.steps == STEPS:
            return
        for name in list(self._fields):
            step = BY_NAME[name].step if name in BY_NAME else _OWN_STEPS.get(name)
            if step is not None and step not in steps:
                del self[name]
        self.open_answers.choices = [
            choice for choice in self.open_answers.choices or [] if BY_NAME[choice[0]].step in steps
        ]

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
        refuse_rows(field, ((title, 400, url) for title, url in self.rows))

    def validate_partner_name(self, field: Field) -> None:
        """Refuse more organisations than anyone reads, and rows that hold too much."""
        if len(self.partners) > MOST_PARTNERS:
            raise ValidationError(_("Name at most %(limit)d organisations.", limit=MOST_PARTNERS))
        refuse_rows(field, ((max(row[:2], key=len), MOST_CELL, row[2]) for row in self.partners))

    def validate_indicator_name(self, field: Field) -> None:
        """Refuse more figures than anyone reads, and cells that hold too much."""
        if len(self.indicators) > MOST_INDICATORS:
            raise ValidationError(_("Give at most %(limit)d figures.", limit=MOST_INDICATORS))
        refuse_rows(field, ((max(row, key=len), MOST_CELL, "") for row in self.indicators))

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows of documents as typed, titles and addresses side by side; empty rows at the end are left out."""
        return side_by_side(self.source_titles, self.source_urls)

    @property
    def partners(self) -> list[tuple[str, ...]]:
        """The rows of organisations as typed."""
        return side_by_side(*(self[f"partner_{cell}"] for cell in PARTNER))

    @property
    def indicators(self) -> list[tuple[str, ...]]:
        """The rows of figures as typed."""
        return side_by_side(*(self[f"indicator_{cell}"] for cell in INDICATOR))

    @property
    def base_version(self) -> int:
        """The version that the text began from; 0 where the form does not know."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

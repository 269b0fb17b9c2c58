"""The template of a case study as data: what is asked, in which step, how much of it, and who needs it when."""

from __future__ import annotations

from dataclasses import dataclass

SUBMIT, PUBLISH, WELCOME = "submit", "publish", "welcome"  # needed to send to review; to publish; not needed
LINE, PROSE, CODE, CODES, YEAR, FLAG, ROWS = "line", "prose", "code", "codes", "year", "flag", "rows"
BASICS, PRINCIPLES, STORY, MEANS, RESULTS, LEARNING, EVIDENCE, PEOPLE = STEPS = (
    "basics", "principles", "story", "means", "results", "learning", "evidence", "people",
)  # fmt: skip
PAGE = 20_000  # characters of a long text
MOST_ROWS = 60  # documents
MOST_INDICATORS, MOST_PARTNERS = 20, 30
MOST_PRINCIPLES = 3  # ranked; clauses of more make a case about nothing in particular
NOBODY, CONSENTED = "nobody", "consented"  # whether someone at risk can be recognised
STAGES = ("pilot", "running", "scaled", "ended", "abandoned")


@dataclass(frozen=True)
class TemplateField:
    """One field: its step and kind, when it is needed, how many characters (or rows) it holds at most.

    `may_be_open`: "not yet known" or "none reported yet" is an honest answer to it. `is_translated`: a translation
    says it anew. `is_private`: never shown, exported or kept in versions.
    """

    name: str
    step: str
    kind: str
    need: str = WELCOME
    most: int = 0
    may_be_open: bool = False
    is_translated: bool = False
    is_private: bool = False


def _prose(name: str, step: str, need: str = WELCOME, most: int = PAGE, *, may_be_open: bool = False) -> TemplateField:
    return TemplateField(name, step, PROSE, need, most, may_be_open, is_translated=True)


FIELDS: tuple[TemplateField, ...] = (
    TemplateField("title", BASICS, LINE, SUBMIT, 120, is_translated=True),
    TemplateField("summary", BASICS, PROSE, SUBMIT, 600, is_translated=True),
    TemplateField("language", BASICS, CODE, SUBMIT),
    TemplateField("lead_office", BASICS, LINE, SUBMIT, 200, is_translated=True),
    TemplateField("contact_role", BASICS, LINE, PUBLISH, 200, is_translated=True),
    TemplateField("contact_address", BASICS, LINE, WELCOME, 300),
    TemplateField("started", BASICS, YEAR, SUBMIT),
    TemplateField("ended", BASICS, YEAR),
    TemplateField("is_ongoing", BASICS, FLAG),
    TemplateField("is_approximate", BASICS, FLAG),
    TemplateField("stage", BASICS, CODE, PUBLISH),
    TemplateField("clauses", PRINCIPLES, CODES, SUBMIT),
    TemplateField("types", PRINCIPLES, CODES, PUBLISH),
    TemplateField("groups", PRINCIPLES, CODES, PUBLISH),
    TemplateField("items", PRINCIPLES, CODES),
    TemplateField("alliance", PRINCIPLES, CODES),
    TemplateField("rights", PRINCIPLES, CODES),
    TemplateField("sdgs", PRINCIPLES, CODES),
    TemplateField("competence", PRINCIPLES, CODE),
    TemplateField("participation_level", PRINCIPLES, CODE),
    _prose("problem", STORY, SUBMIT),
    _prose("action", STORY, SUBMIT),
    _prose("participation", STORY, PUBLISH, may_be_open=True),
    _prose("legal_basis", STORY, most=4_000),
    TemplateField("partners", STORY, ROWS, most=MOST_PARTNERS),
    TemplateField("cost_band", MEANS, CODE, PUBLISH, may_be_open=True),
    TemplateField("cost_amount", MEANS, LINE, WELCOME, 40),
    TemplateField("cost_currency", MEANS, CODE),
    TemplateField("cost_year", MEANS, YEAR),
    TemplateField("staff", MEANS, LINE, WELCOME, 120, is_translated=True),
    TemplateField("funders", MEANS, CODES),
    _prose("results", RESULTS, PUBLISH, may_be_open=True),
    TemplateField("evidence_type", RESULTS, CODE, PUBLISH),
    TemplateField("indicators", RESULTS, ROWS, most=MOST_INDICATORS),
    _prose("failures", LEARNING, PUBLISH, may_be_open=True),
    _prose("conditions", LEARNING, PUBLISH, may_be_open=True),
    _prose("lessons", LEARNING, PUBLISH, may_be_open=True),
    TemplateField("adapted_from", LEARNING, LINE, WELCOME, 300, is_translated=True),
    TemplateField("adapted_from_url", LEARNING, LINE, WELCOME, 2000),
    _prose("essential", LEARNING, most=4_000),
    _prose("adaptable", LEARNING, most=4_000),
    TemplateField("will_mentor", LEARNING, CODE),
    TemplateField("sources", EVIDENCE, ROWS, most=MOST_ROWS),
    TemplateField("people_check", PEOPLE, CODE, SUBMIT),
    TemplateField("consent_note", PEOPLE, PROSE, WELCOME, 500, is_private=True),
)
BY_NAME: dict[str, TemplateField] = {field.name: field for field in FIELDS}
PROSES = tuple(field.name for field in FIELDS if field.kind == PROSE and not field.is_private)
MARKDOWN = tuple(name for name in PROSES if name != "summary")
LINES = tuple(field.name for field in FIELDS if field.kind == LINE)
TRANSLATED = tuple(field.name for field in FIELDS if field.is_translated)
PRIVATE = tuple(field.name for field in FIELDS if field.is_private)
OPEN = tuple(field.name for field in FIELDS if field.may_be_open)
INDICATOR = ("name", "unit", "baseline", "value", "date", "source")  # the cells of a row
PARTNER = ("name", "role", "url")


def fields_of(step: str) -> tuple[TemplateField, ...]:
    """Return the fields of a step in their order."""
    return tuple(field for field in FIELDS if field.step == step)

"""What stands in seeds/cases.yaml and seeds/case_translations.yaml."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from hub.cases.template import BY_NAME, LINES, MOST_PRINCIPLES, OPEN, PROSES, TRANSLATED
from hub.core.seedfields import Country, Language, Line, Slug, Source, Text, WebAddress, shaped
from hub.core.seedfiles import Loc, SeedModel
from hub.vocabularies.seedrows import AllianceCode, ClauseCode, ItemCode, ListCode

Year = Annotated[int, Field(ge=1000, le=2100)]
Cell = Annotated[str, Field(min_length=1, max_length=300), shaped(r"[^\n]+", "on one line")]
Codes = tuple[ListCode, ...]


class Partner(SeedModel):
    """An organisation that took part, and its part in it."""

    key: ClassVar[str | None] = "name"
    name: Cell
    role: Cell | None = None
    url: WebAddress | None = None


class Indicator(SeedModel):
    """A figure: what was counted, its value before (where known) and when it was counted, and who says so."""

    name: Cell
    unit: Cell | None = None
    baseline: Cell | None = None
    value: Cell
    date: Cell | None = None
    source: Cell


class CaseRow(SeedModel):
    """A practice compiled from public sources; `clauses` are in order of weight, `city` is empty for a national one.

    What has a default here may be left out. Left out, it does not count for the digest, so that a row of before the
    field was there stays the same row.
    """

    key: ClassVar[str | None] = "id"
    id: Slug
    title: Line
    language: Language
    city: Slug | None
    country: Country
    years: Line
    started: Year | None
    ended: Year | None
    is_ongoing: bool
    is_approximate: bool
    stage: ListCode | None = None
    lead_office: Line = ""
    contact_role: Line = ""
    contact_address: Line = ""
    summary: Text
    problem: Text
    action: Text
    participation: Text = ""
    participation_level: ListCode | None = None
    legal_basis: Text = ""
    competence: ListCode | None = None
    partners: tuple[Partner, ...] = ()
    cost_band: ListCode | None = None
    cost_amount: Line = ""
    cost_currency: Annotated[str, shaped(r"[A-Z]{3}", "a currency such as EUR")] = ""
    cost_year: Year | None = None
    staff: Line = ""
    funders: Codes = ()
    results: Text
    results_reported: bool
    evidence_type: ListCode | None = None
    indicators: tuple[Indicator, ...] = ()
    failures: Text = ""
    conditions: Text = ""
    lessons: Text
    adapted_from: Line = ""
    adapted_from_url: WebAddress = ""
    essential: Text = ""
    adaptable: Text = ""
    open_answers: tuple[str, ...] = ()
    people_check: Literal["", "nobody"] = ""
    clauses: Annotated[tuple[ClauseCode, ...], Field(min_length=1)]
    practice_types: Annotated[Codes, Field(min_length=1)]
    target_groups: Annotated[Codes, Field(min_length=1)]
    commitment_items: tuple[ItemCode, ...]
    us_principles: tuple[AllianceCode, ...]
    rights: Codes = ()
    sdgs: Codes = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    confidence: Literal["good", "partial"]

    @model_serializer(mode="wrap")
    def _without_what_is_left_out(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = serialize(self)
        fields = type(self).model_fields
        return {
            name: value
            for name, value in said.items()
            if fields[name].is_required() or getattr(self, name) != fields[name].default
        }

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield years in the wrong order, what is too long for its field, too many principles, wrong open answers."""
        if self.started is not None and self.ended is not None and self.ended < self.started:
            yield ("ended",), f"should not be before {self.started}"
        if self.is_ongoing and self.ended is not None:
            yield ("ended",), "must be empty while is_ongoing is true"
        if self.is_ongoing and self.stage in ("ended", "abandoned"):
            yield ("stage",), "does not go with is_ongoing"
        for name in (*LINES, *PROSES):
            yield from _too_long((name,), name, getattr(self, name))
        for place in range(len(self.clauses)):
            if len({code.split(".")[0] for code in self.clauses[: place + 1]}) > MOST_PRINCIPLES:
                yield ("clauses", place), f"should be of {MOST_PRINCIPLES} principles at most"
        if self.cost_amount and not self.cost_currency:
            yield ("cost_currency",), "is needed beside an amount"
        for place, name in enumerate(self.open_answers):
            if name not in OPEN or name == "results":  # of results, results_reported says it
                yield ("open_answers", place), f"{name!r} cannot be left open"
            elif getattr(self, name):
                yield ("open_answers", place), f"{name!r} is answered"


class CaseTranslationRow(SeedModel):
    """A case of the file told in another language; `texts` are the fields of the template that are translated."""

    key: ClassVar[str | None] = "id"
    id: Slug
    case: Slug
    language: Language
    machine: bool
    credit: Line
    texts: dict[str, Text]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield an id that is not of the case and language, fields that no translation has, and what is too long."""
        if self.id != f"{self.case}-{self.language.lower()}":
            yield ("id",), f"should be {self.case}-{self.language.lower()}"
        for name, text in self.texts.items():
            if name not in TRANSLATED:
                yield ("texts", name), "is not a field that is translated"
            else:
                yield from _too_long(("texts", name), name, text)
        yield from ((("texts",), f"{name} is missing") for name in ("title", "summary") if name not in self.texts)


def _too_long(loc: Loc, name: str, text: str) -> Iterator[tuple[Loc, str]]:
    most = BY_NAME[name].most
    if len(text) > most:
        yield loc, f"has {len(text)} characters, of {most} at most"

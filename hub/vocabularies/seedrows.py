"""What stands in seeds/charters.yaml, commitments.yaml, vocabularies.yaml and crosswalk.yaml; ladders apart."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from hub.core.seedfields import Labels, LabelStatus, Language, Line, Slug, Source, Texts, WebAddress, shaped
from hub.core.seedfiles import Loc, SeedModel

TermCode = Annotated[
    str,
    shaped(
        r"GP([1-9]|10)(\.\d)?|DT-[A-Z]{2,6}(\.\d)?|US[1-9]\d?(\.\d)?",
        "a code such as GP8, GP8.2, DT-LAW or US3",
    ),
]
ClauseCode = Annotated[str, shaped(r"GP([1-9]|10)\.\d", "the code of a clause, such as GP8.2")]
ThemeCode = Annotated[str, shaped(r"DT-[A-Z]{2,6}(\.\d)?", "the code of a theme, such as DT-LAW")]
AllianceCode = Annotated[str, shaped(r"US[1-9]\d?(\.\d)?", "the code of an Alliance principle, such as US3")]
ItemCode = Annotated[str, shaped(r"C[1-9]\.\d+|R\d+", "the code of a commitment item, such as C2.3 or R1")]
PointCode = Annotated[str, shaped(r"(C[1-9]\.\d+|R\d+)\.\d+", "the code of a point of an item, such as C4.1.3")]
ListCode = Annotated[str, shaped(r"[a-z0-9]+([-_][a-z0-9]+)*", "small letters and digits joined by _ or -")]
CoalitionCode = Annotated[str, shaped(r"ICCAR-[A-Z]{3}", "the code of a coalition, such as ICCAR-EUR")]


def in_calendar(text: str) -> str:
    """Return the partial date; raises ValueError when there is no such day, such as 2006-02-30."""
    date.fromisoformat(text + "0001-01-01"[len(text) :])
    return text


PartialDate = Annotated[
    str,
    shaped(r"[12]\d{3}(-\d\d(-\d\d)?)?", "a year, a month or a day: 2006, 2006-06 or 2006-06-29"),
    AfterValidator(in_calendar),
]


def _replacements(terms: tuple["Term | ListTerm", ...], name: str) -> Iterator[tuple[Loc, str]]:
    codes = {term.code for term in terms}
    for place, term in enumerate(terms):
        if term.replaced_by == term.code or (term.replaced_by and term.replaced_by not in codes):
            yield (name, place, "replaced_by"), f"{term.replaced_by!r} is not another code of this list"


class Term(SeedModel):
    """A principle, theme or Alliance principle with its clauses, subthemes or statements as `parts`."""

    key: ClassVar[str | None] = "code"
    code: TermCode
    number: Annotated[int, Field(ge=1, le=99)] | None = None
    paragraphs: Line | None = None
    replaced_by: TermCode | None = None
    labels: Labels
    short: Texts | None = None
    descriptions: Labels
    parts: tuple["Term", ...] = ()

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield parts whose code does not begin with this code, and replacements that are not here."""
        for place, part in enumerate(self.parts):
            if not part.code.startswith(f"{self.code}."):
                yield ("parts", place, "code"), f"should begin with {self.code}."
        yield from _replacements(self.parts, "parts")


class OfficialName(SeedModel):
    """A name that a charter carries in a language, and where it was seen."""

    language: Language
    name: Line
    source: WebAddress | None = None


class CharterSource(SeedModel):
    """The document a charter comes from; `date` is when it was adopted, or last changed as `date_means` says."""

    title: Line
    official_names: tuple[OfficialName, ...]
    date: PartialDate
    date_means: Literal["adopted", "last_modified"]
    place: Texts | None = None
    url: WebAddress | None = None
    note: Texts | None = None


class Charter(SeedModel):
    """One of the texts that cases are tagged by, with its terms in order."""

    key: ClassVar[str | None] = "code"
    code: Slug
    labels: Labels
    term_kind: Literal["principle", "theme"]
    part_kind: Literal["clause", "subtheme", "statement"]
    source: CharterSource
    terms: tuple[Term, ...]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield top-level terms without a short name, and replacements that are not here."""
        for place, term in enumerate(self.terms):
            if term.short is None:
                yield ("terms", place, "short"), "is missing"
        yield from _replacements(self.terms, "terms")


class Point(SeedModel):
    """One part of an item that cities report on by itself; what is not said here it has from its item."""

    key: ClassVar[str | None] = "code"
    code: PointCode
    labels: Labels
    short: Texts
    what: Texts
    fulfilled_means: Texts


class Points(SeedModel):
    """The points of an item, such as the ten of the coalition's plan: who decides, and whose wording it is."""

    responsible_body: Texts
    note: Texts
    sources: tuple[Source, ...]
    parts: tuple[Point, ...]


class CommitmentItem(SeedModel):
    """One thing of the Five Commitments, or a related instrument, that a city can have and show."""

    key: ClassVar[str | None] = "code"
    code: ItemCode
    kind: Literal["instrument", "mechanism", "programme", "network"]
    named_in_declaration: bool
    paragraphs: Line | None = None
    replaced_by: ItemCode | None = None
    labels: Labels
    short: Texts
    what: Texts
    fulfilled_means: Texts
    responsible_body: Texts
    evidence_types: tuple[ListCode, ...]
    official_name: Line | None = None
    founded_or_adopted: PartialDate | None = None
    home: WebAddress | None = None
    sources: tuple[Source, ...]
    note: Texts | None = None
    points: Points | None = None

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield points whose code does not begin with this code."""
        for place, point in enumerate(self.points.parts if self.points else ()):
            if not point.code.startswith(f"{self.code}."):
                yield ("points", "parts", place, "code"), f"should begin with {self.code}."


class CommitmentGroup(SeedModel):
    """One of the Five Commitments, or `R` for the related instruments that stand apart."""

    key: ClassVar[str | None] = "code"
    code: Annotated[str, shaped(r"C[1-9]|R", "C1 to C5, or R")]
    labels: Labels
    summary: Texts
    items: tuple[CommitmentItem, ...]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield items that belong to another group, and replacements that are not here."""
        begin = self.code if self.code == "R" else f"{self.code}."
        codes = {item.code for item in self.items}
        for place, item in enumerate(self.items):
            if not item.code.startswith(begin):
                yield ("items", place, "code"), f"should begin with {begin}"
            if item.replaced_by == item.code or (item.replaced_by and item.replaced_by not in codes):
                yield ("items", place, "replaced_by"), f"{item.replaced_by!r} is not another code of this group"


class ListTerm(SeedModel):
    """An entry of a plain list: evidence type, practice type, target group, kind of government."""

    key: ClassVar[str | None] = "code"
    code: ListCode
    labels: Labels
    replaced_by: ListCode | None = None


class Status(ListTerm):
    """A status of a commitment item; the rank orders the ladder, statuses beside it have none."""

    rank: Annotated[int, Field(ge=0, le=9)] | None


class Family(ListTerm):
    """Items that count for one badge together, and what that badge says of a city."""

    badge: Texts


class Coalition(SeedModel):
    """One of the regional or national coalitions by which a city joins ICCAR."""

    key: ClassVar[str | None] = "code"
    code: CoalitionCode
    labels: Labels
    replaced_by: CoalitionCode | None = None
    official_name: Line
    former_name: Line | None = None
    acronym: Line | None = None
    founded: PartialDate | None = None
    place: Texts | None = None
    home: WebAddress | None = None
    members: Texts | None = None
    instrument: Texts | None = None
    note: Texts | None = None
    sources: tuple[Source, ...]


class Vocabularies(SeedModel):
    """All the plain lists."""

    statuses: tuple[Status, ...]
    evidence_types: tuple[ListTerm, ...]
    practice_types: tuple[ListTerm, ...]
    target_groups: tuple[ListTerm, ...]
    regions: tuple[ListTerm, ...]
    government_types: tuple[ListTerm, ...]
    organisation_kinds: tuple[ListTerm, ...]
    stages: tuple[ListTerm, ...]
    competences: tuple[ListTerm, ...]
    participation_levels: tuple[ListTerm, ...]
    cost_bands: tuple[ListTerm, ...]
    funders: tuple[ListTerm, ...]
    result_evidence: tuple[ListTerm, ...]
    charter_rights: tuple[ListTerm, ...]
    sdgs: tuple[ListTerm, ...]
    coalitions: tuple[Coalition, ...]
    families: tuple[Family, ...]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield replacements that are not in the same list, and two statuses of one rank."""
        for name in type(self).model_fields:
            if name != "coalitions":
                yield from _replacements(getattr(self, name), name)
        ranks = [status.rank for status in self.statuses]
        for place, rank in enumerate(ranks):
            if rank is not None and rank in ranks[:place]:
                yield ("statuses", place, "rank"), f"{rank} is already the rank of another status"


class Crosswalk(SeedModel):
    """How a clause reads onto the other texts: our own reading, for navigation."""

    key: ClassVar[str | None] = "clause"
    clause: ClauseCode
    themes: tuple[ThemeCode, ...]
    items: tuple[ItemCode, ...]
    sdgs: tuple[Annotated[int, Field(ge=1, le=17)], ...]
    udhr_articles: tuple[Annotated[int, Field(ge=1, le=30)], ...]
    us_principles: tuple[AllianceCode, ...]
    status: LabelStatus

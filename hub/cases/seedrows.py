"""What stands in seeds/cases.yaml."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hub.core.seedfields import Country, Language, Line, Slug, Source, Text
from hub.core.seedfiles import Loc, SeedModel
from hub.vocabularies.seedrows import AllianceCode, ClauseCode, ItemCode, ListCode

Year = Annotated[int, Field(ge=1000, le=2100)]


class CaseRow(SeedModel):
    """A practice compiled from public sources; `clauses` are in order of weight, `city` is empty for a national one."""

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
    summary: Text
    problem: Text
    action: Text
    results: Text
    results_reported: bool
    lessons: Text
    clauses: Annotated[tuple[ClauseCode, ...], Field(min_length=1)]
    practice_types: Annotated[tuple[ListCode, ...], Field(min_length=1)]
    target_groups: Annotated[tuple[ListCode, ...], Field(min_length=1)]
    commitment_items: tuple[ItemCode, ...]
    us_principles: tuple[AllianceCode, ...]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    confidence: Literal["good", "partial"]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield years in the wrong order and an end of something that goes on."""
        if self.started is not None and self.ended is not None and self.ended < self.started:
            yield ("ended",), f"should not be before {self.started}"
        if self.is_ongoing and self.ended is not None:
            yield ("ended",), "must be empty while is_ongoing is true"

"""What stands in seeds/editions.yaml."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hub.core.seedfields import LabelStatus, Line, Slug, Source, Texts
from hub.core.seedfiles import Loc, SeedModel
from hub.vocabularies.seedrows import PartialDate


class Theme(SeedModel):
    """The theme in the languages it is known in."""

    en: Line | None = None
    ko: Line | None = None
    es: Line | None = None
    fr: Line | None = None


class ThemeStatus(SeedModel):
    """Where each wording of the theme comes from."""

    en: LabelStatus | None = None
    ko: LabelStatus | None = None
    es: LabelStatus | None = None
    fr: LabelStatus | None = None


class EditionRow(SeedModel):
    """One edition of the World Human Rights Cities Forum; `ends` is empty where only the month is known."""

    key: ClassVar[str | None] = "number"
    number: Annotated[int, Field(ge=1, le=99)]
    year: Annotated[int, Field(ge=2011, le=2100)]
    city: Slug
    starts: PartialDate
    ends: PartialDate | None = None
    precision: Literal["day", "month", "year"]
    held: Literal["in_person", "online", "hybrid"]
    place: Texts
    theme: Theme | None = None
    theme_status: ThemeStatus | None = None
    outcome: Texts | None = None
    participation: Texts | None = None
    note: Texts | None = None
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    confidence: Literal["good", "partial"]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield dates that contradict each other, and themes without their status."""
        if not self.starts.startswith(str(self.year)):
            yield ("starts",), f"should be in {self.year}"
        if self.ends is not None and self.ends < self.starts:
            yield ("ends",), f"should not be before {self.starts}"
        if {4: "year", 7: "month", 10: "day"}[len(self.starts)] != self.precision:
            yield ("precision",), f"does not fit {self.starts}"
        for language in Theme.model_fields:
            if bool(getattr(self.theme, language, None)) != bool(getattr(self.theme_status, language, None)):
                yield ("theme_status", language), "must be given for each theme, and only then"

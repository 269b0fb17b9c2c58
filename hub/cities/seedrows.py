"""What stands in seeds/cities.csv and seeds/organisations.yaml."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from hub.core.seedfields import Country, Language, Line, Slug, Text, WebAddress, shaped
from hub.core.seedfiles import Loc, SeedModel
from hub.core.zones import is_zone
from hub.vocabularies.seedrows import CoalitionCode, ListCode, PartialDate

_YEAR = r"20[1-9]\d"


def _zone(text: str) -> str:
    if not is_zone(text):
        raise ValueError(f"should be the name of a time zone such as Asia/Seoul, not {text[:60]!r}")
    return text


TimeZone = Annotated[str, AfterValidator(_zone)]
EditionYears = Annotated[
    str,
    shaped(rf"{_YEAR}(-{_YEAR})?(;{_YEAR}(-{_YEAR})?)*", "years such as 2018, 2020;2024 or 2011-2026"),
]


class CityRow(SeedModel):
    """A local government: who it is and where, without its commitments."""

    key: ClassVar[str | None] = "id"
    id: Slug
    name: Line
    name_native: Line | None
    native_language: Language | None
    country: Country
    region: ListCode
    coalition: CoalitionCode | None
    lat: Annotated[float, Field(ge=-90, le=90)] | None
    lon: Annotated[float, Field(ge=-180, le=180)] | None
    geo_source: Line | None
    time_zone: TimeZone | None
    population_gazetteer: Annotated[int, Field(ge=1, le=100_000_000)] | None
    population_record_date: PartialDate | None
    gov_type: ListCode
    website: WebAddress | None
    website_seen: bool | None
    hrc_since: Annotated[int, Field(ge=1990, le=2100)] | None
    hrc_basis: Line | None
    hrc_source: WebAddress | None
    forum_editions: EditionYears | None
    forum_source: WebAddress | None
    notes: Text | None

    @property
    def forum_years(self) -> tuple[int, ...]:
        """The years of the editions the city took part in, ranges written out."""
        years: list[int] = []
        for part in (self.forum_editions or "").split(";"):
            first, _, last = part.partition("-")
            if first:
                years += range(int(first), int(last or first) + 1)
        return tuple(years)

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield half a map point, a native name in no language, and claims without their basis or source."""
        if (self.lat is None) != (self.lon is None):
            yield ("lat",), "a map point needs lat and lon, or neither"
        if self.lat is not None and self.geo_source is None:
            yield ("geo_source",), "must say where the map point comes from"
        if self.name_native is not None and self.native_language is None:
            yield ("native_language",), "must say which language name_native is in"
        if self.population_record_date is not None and self.population_gazetteer is None:
            yield ("population_record_date",), "is the date of a population that is not given"
        if (self.website is None) != (self.website_seen is None):
            yield ("website_seen",), "must be yes or no when there is a website, and empty when there is none"
        if self.hrc_since is not None and self.hrc_basis is None:
            yield ("hrc_basis",), "must name the act that hrc_since is the year of"
        if self.hrc_basis is not None and self.hrc_source is None:
            yield ("hrc_source",), "must be given with hrc_basis"
        if self.forum_editions is not None and self.forum_source is None:
            yield ("forum_source",), "must be given with forum_editions"


class OrganisationRow(SeedModel):
    """An organisation to follow: network, institution, research centre, newsroom."""

    key: ClassVar[str | None] = "id"
    id: Slug
    name: Line
    kind: ListCode
    homepage: WebAddress
    feed: WebAddress | None = None
    country: Country | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    note: Text | None = None

"""What stands in seeds/adaptations.yaml."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from hub.core.seedfields import Language, Line, Slug, WebAddress
from hub.core.seedfiles import Loc, SeedModel
from hub.vocabularies.seedrows import PartialDate

Title = Annotated[Line, StringConstraints(max_length=300)]
Place = Annotated[Line, StringConstraints(max_length=160)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class AdaptationRow(SeedModel):
    """What a document says of a city that took up a practice: a case of the hub, or one that the hub does not hold."""

    key: ClassVar[str | None] = "id"
    id: Slug
    city: Slug
    origin: Slug | None = None  # the id of a case
    origin_city: Slug | None = None
    origin_title: Title | None = None
    origin_place: Place | None = None
    origin_url: WebAddress | None = None
    own_case: Slug | None = None
    state: Literal["considering", "adapting", "running", "stopped"]
    since: PartialDate | None = None
    language: Language
    changed: Words | None = None
    reason: Words | None = None
    source_title: Line
    source_url: WebAddress

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield a practice that is named twice, or not at all, and a stop without its reason."""
        if self.origin is not None and (self.origin_title or self.origin_city or self.origin_place or self.origin_url):
            yield ("origin",), "says already which practice it is; leave the other fields of the origin out"
        if self.origin is None and self.origin_title is None:
            yield ("origin_title",), "should name the practice, where origin names no case"
        if self.origin is None and self.origin_city is None and self.origin_place is None:
            yield ("origin_city",), "should say whose practice it is, or origin_place where no city is on record"
        if self.origin_city == self.city:
            yield ("origin_city",), "should be another city"
        if self.state == "stopped" and self.reason is None:
            yield ("reason",), "should say why it was stopped"

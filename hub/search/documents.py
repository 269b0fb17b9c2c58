"""What the index is told about one thing that can be found."""

from dataclasses import dataclass, field
from datetime import datetime

from hub.search.facets import rolled_up


@dataclass(frozen=True, slots=True)
class Translation:
    """The same words once more in another language."""

    language: str
    title: str
    summary: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One findable thing; facets are codes, year is the one in which it began, translations are found beside it.

    A clause code also counts for its principle: ("GP8.2",) becomes ("GP8.2", "GP8"). confirmed_at is when its city
    last said that it is still so.
    """

    kind: str
    id: int
    language: str
    title: str
    summary: str = ""
    body: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None
    published_at: datetime | None = None
    confirmed_at: datetime | None = None
    translations: tuple[Translation, ...] = ()

    def __post_init__(self) -> None:
        given = {"language": (self.language,), **self.facets}
        object.__setattr__(self, "facets", {name: rolled_up(name, codes) for name, codes in given.items()})

    @property
    def texts(self) -> tuple[Translation, ...]:
        """What can be read of it: the original first, then its translations."""
        return (Translation(self.language, self.title, self.summary, self.body), *self.translations)

    @property
    def key(self) -> str:
        """The document's name in the index: "case:12"."""
        return f"{self.kind}:{self.id}"

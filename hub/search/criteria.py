"""What the address of a result says: checked, canonical, and easy to change by one step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from hub.core.errors import Invalid
from hub.search.facets import FACET_NAMES, natural
from hub.search.language.terms import clean

SORTS = ("relevance", "newest", "confirmed", "oldest", "title", "city")
VIEWS = ("list", "map", "matrix")
PER_PAGE = 20
FARTHEST = 10_000  # hits that can be paged through: an index works for every hit before the page asked for
LONGEST_QUERY = 500
MOST_VALUES = 50
LONGEST_VALUE = 100


@dataclass(frozen=True, slots=True)
class Criteria:
    """One state of the case list; values of one facet widen the result, facets narrow each other."""

    q: str = ""
    principle: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    commitment: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    sort: str = "relevance"
    view: str = "list"
    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def build(cls, data: Mapping[str, object]) -> Self:
        """Give the criteria for plain values (texts, numbers, lists of texts); names it does not know are left alone.

        Raises Invalid naming the field for a value that makes no sense; a facet code nobody knows is no mistake, it
        finds nothing.
        """
        values: dict[str, Any] = {}
        for name in FACET_NAMES:
            values[name] = _codes(name, data.get(name))
        query = data.get("q")
        values["q"] = " ".join(clean(_text("q", query, LONGEST_QUERY)).split())
        for name, low, high in (("year_from", 1000, 2100), ("year_to", 1000, 2100)):
            values[name] = _number(name, data.get(name), low, high)
        values["per_page"] = _number("per_page", data.get("per_page"), 1, 100) or PER_PAGE
        values["page"] = page_number(data.get("page"), values["per_page"])
        values["sort"] = _choice("sort", data.get("sort"), SORTS)
        values["view"] = _choice("view", data.get("view"), VIEWS)
        first, last = values["year_from"], values["year_to"]
        if first is not None and last is not None and first > last:
            raise Invalid("year_to", "The last year must not be before the first.")
        return cls(**values)

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The selected codes of every facet that has any."""
        return {name: getattr(self, name) for name in FACET_NAMES if getattr(self, name)}

    @property
    def years(self) -> tuple[int | None, int | None]:
        """The years between which the practice began, both included; None leaves that end open."""
        return self.year_from, self.year_to

    @property
    def offset(self) -> int:
        """How many hits come before this page."""
        return (self.page - 1) * self.per_page

    def to_pairs(self) -> list[tuple[str, str]]:
        """Give the query string in its one canonical spelling, without what is the default anyway."""
        pairs: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                pairs += [(field.name, code) for code in value]
            elif value != field.default:
                pairs.append((field.name, str(value)))
        return pairs

    def chips(self) -> list[tuple[str, str]]:
        """Give what narrows the result, one pair per removable chip; the same for every order, page and view of it."""
        return [(name, value) for name, value in self.to_pairs() if name not in ("sort", "view", "page", "per_page")]

    def with_(self, name: str, value: str | int) -> Self:
        """Give the criteria with a facet code added or another field set; any step but paging begins at page 1."""
        if name in FACET_NAMES:
            codes = {*getattr(self, name), str(value)}
            return self._changed(name, tuple(sorted(codes, key=natural)))
        return self._changed(name, value)

    def without(self, name: str, value: str | int | None = None) -> Self:
        """Give the criteria without one facet code, or with a whole field as if it had not been given; at page 1."""
        if name in FACET_NAMES and value is not None:
            return self._changed(name, tuple(code for code in getattr(self, name) if code != str(value)))
        return self._changed(name, next(field.default for field in fields(self) if field.name == name))

    def _changed(self, name: str, value: object) -> Self:
        change: dict[str, Any] = {"page": 1, name: value}
        return replace(self, **change)

    def only_words(self) -> Self:
        """Give the criteria with every filter removed and the words kept."""
        return type(self)(q=self.q, sort=self.sort, view=self.view, per_page=self.per_page)


def page_number(value: object, per_page: int) -> int:
    """Return the page asked for, 1 when none is; raises Invalid for one that does not exist or lies too far."""
    page = _number("page", value, 1, FARTHEST) or 1
    if page * per_page > FARTHEST:
        raise Invalid(
            "page", "The first %(count)s can be paged through. Narrow the search, or take all as CSV.", count=FARTHEST
        )
    return page


def _choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    chosen = _text(name, value, LONGEST_VALUE) or choices[0]
    if chosen not in choices:
        raise Invalid(name, "Choose one of: %(choices)s.", choices=", ".join(choices))
    return chosen


def _text(name: str, value: object, longest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(name, "This must be text.")
    if len(value) > longest:
        raise Invalid(name, "Use at most %(count)s characters.", count=longest)
    return value.strip()


def _codes(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    given: Iterable[object] = [value] if isinstance(value, str) else value if isinstance(value, Iterable) else [value]
    codes = {clean(_text(name, code, LONGEST_VALUE)).strip() for code in given} - {""}
    if len(codes) > MOST_VALUES:
        raise Invalid(name, "Choose at most %(count)s.", count=MOST_VALUES)
    return tuple(sorted(codes, key=natural))


def _number(name: str, value: object, low: int, high: int) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Invalid(name, "Give a number from %(low)s to %(high)s.", low=low, high=high)
    return value

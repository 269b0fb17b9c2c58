"""What the address of the news asks for, and what else could be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from hub.core.errors import Invalid
from hub.core.text import folded
from hub.feeds import queries
from hub.feeds.queries import NewsFilter, Survey
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language_name
from hub.web.params import read_query

PER_PAGE = 20
LONGEST_QUESTION = 200
MOST_WORDS = 8
MOST_SOURCES = 100  # to choose from
NARROWING = ("principle", "year", "city", "language", "source")
PARAMETERS = {"q", *NARROWING, "page", "per_page"}


class Chip(NamedTuple):
    """A filter in use, with the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Choice:
    """A value that a filter can take, with how many stories are left then."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class NewsAsked:
    """What the address of the news asks for; `q` as it was typed."""

    narrowed: NewsFilter
    q: str
    page: int
    per_page: int

    def address(self, suffix: str = "/", page: int = 1, without: str = "") -> str:
        """Return the address of the same question in another format, on another page, or without one filter."""
        pairs = {"q": self.q} | {name: getattr(self.narrowed, name) for name in NARROWING}
        known = [(name, value) for name, value in pairs.items() if value and name != without]
        known += [("page", page)] if page > 1 else []
        known += [("per_page", self.per_page)] if self.per_page != PER_PAGE and suffix in ("/", ".json") else []
        return f"/news{suffix}" + (f"?{urlencode(known)}" if known else "")


def asked_news(words: Vocabulary, *, with_hidden: bool = False) -> NewsAsked:
    """Read the question from the address; raises Invalid naming the parameter."""
    query = read_query(allowed=PARAMETERS)
    code = query.text("principle", 40)
    known = words.find("gwangju", code.upper())
    q = query.text("q", LONGEST_QUESTION)
    wanted = tuple(dict.fromkeys(folded(q).split()))
    if len(wanted) > MOST_WORDS:
        raise Invalid("q", "Search with at most %(limit)s words.", limit=MOST_WORDS)
    narrowed = NewsFilter(
        principle=known.code if known else code,
        year=query.integer("year", None, 1900, 2100),
        source=query.text("source", 80),
        city=query.text("city", 80),
        language=query.text("language", 20),
        words=wanted,
        with_hidden=with_hidden,
    )
    page = query.integer("page", 1) or 1
    return NewsAsked(narrowed, q, page, query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE)


def choices_of(narrowed: NewsFilter, found: Survey, words: Vocabulary) -> dict[str, list[Choice]]:
    """Return for each filter the values it can take, in the words of the current language, with their counts.

    Of sources, those with most stories: a list bears no more, and every source has its own by its address.
    """
    terms = words.top("gwangju")
    principles = found.facets["principle"]
    years = sorted(found.facets["year"].items(), reverse=True)
    sources = sorted(found.facets["source"].items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_SOURCES]
    return {
        "principle": [Choice(term.code, in_language(term.labels), principles.get(term.code, 0)) for term in terms],
        "year": [Choice(str(year), str(year), count) for year, count in years],
        "city": _named(found.facets["city"], queries.city_names([*found.facets["city"], narrowed.city])),
        "language": _named(found.facets["language"], {code: language_name(code) for code in found.facets["language"]}),
        "source": _named(dict(sources), queries.source_names()),
    }


def _named(counts: dict[Any, int], names: dict[str, str]) -> list[Choice]:
    found = [Choice(code, names[code], count) for code, count in counts.items() if code in names]
    return sorted(found, key=lambda choice: (choice.label.casefold(), choice.code))


def offered(narrowed: NewsFilter, choices: dict[str, list[Choice]]) -> dict[str, list[Choice]]:
    """Return the choices as a page offers them: always with what is chosen, though nothing has it."""
    shown = dict(choices)
    for name in NARROWING:
        chosen = str(getattr(narrowed, name) or "")
        if chosen and chosen not in {choice.code for choice in shown[name]}:
            shown[name] = [*shown[name], Choice(chosen, label_of(name, chosen, choices), 0)]
    return shown


def label_of(name: str, code: str, choices: dict[str, list[Choice]]) -> str:
    """Return what a value of a filter is called; one that nothing has is shown as it was typed."""
    found = next((choice.label for choice in choices[name] if choice.code == code), "")
    if found or name in ("principle", "year"):
        return found or code
    if name == "language":
        return language_name(code)
    names = queries.city_names([code]) if name == "city" else queries.source_names()
    return names.get(code, code)


def news_chips(asked: NewsAsked, choices: dict[str, list[Choice]], words: Vocabulary) -> list[Chip]:
    """Return the filters in use."""
    chips = [Chip(_("“%(words)s”", words=asked.q), asked.address(without="q"))] if asked.q else []
    for name in NARROWING:
        code = str(getattr(asked.narrowed, name) or "")
        if not code:
            continue
        term = words.find("gwangju", code) if name == "principle" else None
        label = f"{term.code} {in_language(term.labels)}" if term else label_of(name, code, choices)
        chips.append(Chip(label, asked.address(without=name)))
    return chips


def facets_of(choices: dict[str, list[Choice]]) -> dict[str, list[dict[str, Any]]]:
    """Return the choices as programs are given them."""
    return {name: _items(each) for name, each in choices.items()}


def _items(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    return [asdict(choice) for choice in choices]

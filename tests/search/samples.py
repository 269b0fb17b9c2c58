"""Documents to search, and a plain reading of what should be found among them."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.search.documents import SearchDocument
from hub.search.facets import FACET_NAMES
from hub.search.follow import rebuild
from hub.search.index.store import Index
from hub.search.language.syntax import parse

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("housing", "water", "budget", "council", "ombudsman", "school", "charter", "youth", "street", "harbour")
CODES = {
    "principle": ("GP1.1", "GP1.2", "GP8.1", "GP8.2", "GP10.1", "DT-LAW", "US3"),
    "country": ("AT", "KR", "US"),
    "region": ("europe", "asia"),
    "city": ("graz", "gwangju", "seoul", "eugene"),
    "group": ("children", "elderly"),
    "type": ("charter", "ombuds"),
    "commitment": ("C1.1", "C2.1", "R1"),
}


def case(number: int, title: str = "", body: str = "", **more: Any) -> SearchDocument:
    """A case study in English, unless told otherwise."""
    return SearchDocument(
        **{"kind": "case", "id": number, "language": "en", "title": title or f"Case {number}", "body": body, **more}
    )


def random_cases(seed: int, count: int) -> list[SearchDocument]:
    """As many cases with random words, codes and years; the same for the same seed."""
    chance = random.Random(seed)
    return [
        case(
            number,
            body=" ".join(chance.choices(WORDS, k=5)),
            language=chance.choice(("en", "es")),
            facets={
                name: tuple(chance.sample(codes, chance.randint(0, min(3, len(codes)))))
                for name, codes in CODES.items()
            },
            year=chance.choice((None, *range(2000, 2010))),
            published_at=START + timedelta(days=chance.randint(0, 30)),
        )
        for number in range(1, count + 1)
    ]


def index_of(folder: Path, documents: Iterable[SearchDocument], position: int = 0, log: str = "log") -> Index:
    """An index that holds the documents."""
    rebuild(folder, documents, position, log)
    return Index.open(folder)


def found(index: Index, text: str, **more: Any) -> set[int]:
    """The ids of what a query as typed finds."""
    return {int(key.partition(":")[2]) for key in index.search(parse(text).tree, limit=1000, **more).keys}


def matching(
    documents: Iterable[SearchDocument],
    filters: dict[str, Sequence[str]],
    years: tuple[int | None, int | None] = (None, None),
    word: str = "",
) -> list[SearchDocument]:
    """What the filters and a word should find, read off the documents one by one."""
    low, high = years
    return [
        given
        for given in documents
        if all(set(codes) & set(given.facets.get(name, ())) for name, codes in filters.items() if codes)
        and ((low, high) == (None, None) or (given.year is not None and (low or 0) <= given.year <= (high or 9999)))
        and (not word or word in given.body.split())
    ]


def counted(
    documents: Sequence[SearchDocument],
    filters: dict[str, Sequence[str]],
    years: tuple[int | None, int | None] = (None, None),
    word: str = "",
) -> dict[str, dict[str, int]]:
    """The counts of every facet: for each code, what one gets by taking it alone in its facet."""
    counts: dict[str, dict[str, int]] = {}
    for name in FACET_NAMES:
        codes = {code for given in documents for code in given.facets.get(name, ())}
        totals = {code: len(matching(documents, {**filters, name: (code,)}, years, word)) for code in codes}
        counts[name] = {code: total for code, total in totals.items() if total}
    return counts

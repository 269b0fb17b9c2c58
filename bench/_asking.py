"""What the search is asked when it is measured: classes of ordinary questions, and the worst a stranger can send."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import urlencode

from bench._words import ENDINGS, vocabulary
from hub.search.language.terms import folded

Pairs = list[tuple[str, str]]
TIMES = 40
_FOUR: Pairs = [("principle", "GP8"), ("region", "europe"), ("group", "all_inhabitants"), ("type", "participation")]
_LABELS = ("human rights education", "인권교육", "derecho a la ciudad", "égalité", "참여예산")


def warm_up() -> list[Pairs]:
    """Return questions that come in no class: after them every thread has its connection and its caches."""
    return [[("q", word)] for word in vocabulary("en")[20_000:20_030]]


def classes() -> dict[str, list[Pairs]]:
    """Return for each class its questions, as the parameters of a list of cases; the same every time.

    No question comes twice: the index keeps what it has counted as long as nothing changes.
    """
    chance = random.Random(1)
    every = {folded(word) for given in map(vocabulary, ENDINGS) for word in given}

    def some(make: Callable[[], str], *more: tuple[str, str]) -> list[Pairs]:
        texts: dict[str, None] = {}
        while len(texts) < TIMES:
            texts[make()] = None
        return [[("q", text), *more] for text in texts]

    def word(language: str, low: int, high: int) -> str:
        return chance.choice(vocabulary(language)[low:high])

    def common() -> str:
        return word("en", 0, 60)

    def two() -> str:
        return f"{word('en', 50, 400)} {word('en', 50, 400)}"

    def typo() -> str:
        while True:
            right = word("en", 50, 2000)
            at = chance.randrange(1, len(right) - 1)
            wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
            if len(right) > 5 and wrong not in every:
                return wrong

    accented = [right for right in vocabulary("fr")[20:2000] if folded(right) != right]
    # A year that nearly all lie after makes the same words another question.
    return {
        "common": some(common),
        "rare": some(lambda: word("en", 8000, 20000)),
        "AND": some(two),
        "phrase": some(lambda: f'"{word("en", 0, 30)} {word("en", 0, 30)}"'),
        "prefix": some(lambda: word("en", 50, 2000)[:3] + "*"),
        "typo": some(typo),
        "Korean": some(lambda: word("ko", 0, 200)),
        "accent": some(lambda: folded(chance.choice(accented))),
        "filter": some(common, ("principle", "GP8")),
        "4 facets": some(common, *_FOUR),
        "full page": [
            [("q", text), ("principle", "GP8"), ("country", "KR")]
            for ((_, one),), ((_, other),) in zip(some(common), some(two), strict=True)
            for text in (one, other)
        ][:TIMES],
        "no words": [
            [("principle", f"GP{number % 10 + 1}"), ("year_from", f"{1990 + number}")] for number in range(20)
        ],
        "page 500": some(common, ("page", "500"), ("year_from", "1991")),
        "map": some(common, ("view", "map"), ("year_from", "1992")),
        "matrix": some(common, ("view", "matrix"), ("year_from", "1993")),
        "label": [[("q", label), ("year_from", f"{1990 + number}")] for label in _LABELS for number in range(8)],
    }


def hostile() -> dict[str, str]:
    """Return the worst addresses by name."""
    chance = random.Random(2)
    common = [*dict.fromkeys(vocabulary("en")[:200])]
    letters = "bcdfglmnprstvaeiou"

    def q(text: str, *more: tuple[str, str], at: str = "/cases/") -> str:
        return f"{at}?{urlencode([('q', text), *more])}"

    wrong = ["".join(chance.choices(letters, k=8)) for _ in range(32)]
    many = [(name, f"x{number}") for name in ("principle", "city", "country", "type") for number in range(1500)]
    fifty = [(name, f"GP{n}.{m}") for name in ("principle", "group") for n in range(1, 6) for m in range(1, 11)]
    return {
        "w*": q("w*"),
        "b*, most words": q("b*"),
        "*": q("*"),
        "***": q("***"),
        "18 one-letter prefixes": q(" OR ".join(f"{letter}*" for letter in letters)),
        "18 prefixes, all": q(" ".join(f"{letter}*" for letter in letters)),
        "phrase, then prefix": q(f'"{common[0]} {common[1]} b*"'),
        "32 common words, any": q(" OR ".join(common[:32])),
        "32 common words, all": q(" ".join(common[:32])),
        "phrase of 32": q('"' + " ".join(common[:32]) + '"'),
        "24 phrases": q(" OR ".join(f'"{a} {b}"' for a, b in pairwise(sorted(common[:80], key=len)[:25]))),
        "10,000 words": q(" ".join(chance.choices(common, k=10_000))),
        "all but a word": q(f"-{common[0]}"),
        "all but 30 words": q(" ".join(f"-{word}" for word in common[:30])),
        "NOT NOT NOT": q("NOT " * 100 + common[0]),
        "unbalanced": q('"' * 31 + "(" * 31 + common[0]),
        "brackets": q("(" * 240 + common[0] + ")" * 240),
        "32 misspelt words": q(" ".join(wrong)),
        "one long word": q("".join(chance.choices(letters, k=480))),
        "title:*": q("title:*"),
        "title:b* principle:G*": q("title:b* principle:G*"),
        "year:0..9999": q("year:0..9999"),
        "Hangul prefix": q("가*"),
        "500 Hangul": q("가" * 500),
        "every script": q("aб가ñ日ا한אกကΩ🙂 " * 20),
        "NUL": "/cases/?q=a%00b",
        "lone surrogate": "/cases/?q=%ED%A0%80",
        "page -1": q(common[0], ("page", "-1")),
        "page 10^20": q(common[0], ("page", "1" + "0" * 20)),
        "deepest page": q(common[0], ("page", "100"), ("per_page", "100")),
        "6,000 filters": f"/cases/?{urlencode(many)}",
        "100 filters": f"/cases/?{urlencode(fifty)}",
        "json, 100 of b*": q("b*", ("per_page", "100"), at="/cases.json"),
        "atom of b*": q("b*", at="/cases.atom"),
        "everything, w*": q("w*", at="/search"),
        "everything, common": q(common[0], at="/search"),
        "map of all": "/cases/?view=map",
        "matrix of all": "/cases/?view=matrix",
        "suggest b": q("b", at="/search/suggest.json"),
        "suggest a phrase": q(f"{common[0]} {common[1][:2]}", at="/search/suggest.json"),
    }

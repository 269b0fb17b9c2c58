"""Made-up words of four languages, as often as words of a language are: Zipf's law, fixed seeds."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

VOCABULARY = 30_000
LANGUAGES = ("en",) * 65 + ("ko",) * 15 + ("es",) * 10 + ("fr",) * 10
ENDINGS = {
    "en": ("", "s", "ing", "ed"),
    "es": ("", "s", "ción", "ado"),
    "fr": ("", "s", "tion", "é"),
    "ko": ("", "의", "를", "에서"),
}
_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


@cache
def vocabulary(language: str) -> list[str]:
    """Return made-up words of a language, the most frequent first."""
    chance = random.Random(language)
    letters = [*_SYLLABLES] if language == "ko" else [c + v for c in "bcdfglmnprstv" for v in "aeiou"]
    sizes = (2, 4) if language == "ko" else (2, 5)
    return [
        "".join(chance.choices(letters, k=chance.randint(*sizes))) + chance.choice(ENDINGS[language])
        for _ in range(VOCABULARY)
    ]


_WEIGHTS = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))


def words(language: str, count: int, chance: random.Random) -> list[str]:
    """Return so many words of a text in that language."""
    return chance.choices(vocabulary(language), cum_weights=_WEIGHTS, k=count)


def sentences(given: list[str]) -> str:
    """Return the words as sentences of fourteen."""
    return " ".join(" ".join(given[at : at + 14]).capitalize() + "." for at in range(0, len(given), 14))

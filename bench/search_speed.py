"""How quick the index is: build, update, and p50/p95 of each class of question on a made-up network.

    python bench/search_speed.py [CASES]        (10,000 unless told otherwise)

Fixed seed: 65 % English, 15 % Korean, 10 % Spanish, 10 % French; Zipf words; 800-word bodies. Words are random, so
times are realistic and relevance is not (see search_relevance.py). Measures the index and the language part, not pages.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

from hub.search.documents import SearchDocument
from hub.search.facets import FACET_NAMES
from hub.search.follow import rebuild
from hub.search.index.store import Index
from hub.search.language.marking import fragment
from hub.search.language.syntax import parse
from hub.search.query import needles

VOCABULARY = 30_000
BODY = 800
START = datetime(2020, 1, 1, tzinfo=UTC)
SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"
ENDINGS = {
    "en": ("", "s", "ing", "ed"),
    "es": ("", "s", "ción", "ado"),
    "fr": ("", "s", "tion", "é"),
    "ko": ("", "의", "를", "에서"),
}
LANGUAGES = ("en",) * 65 + ("ko",) * 15 + ("es",) * 10 + ("fr",) * 10


def vocabulary(language: str) -> list[str]:
    """Give made-up words of a language, the most frequent first."""
    chance = random.Random(language)
    letters = [*SYLLABLES] if language == "ko" else [c + v for c in "bcdfglmnprstv" for v in "aeiou"]
    sizes = (2, 4) if language == "ko" else (2, 5)
    return [
        "".join(chance.choices(letters, k=chance.randint(*sizes))) + chance.choice(ENDINGS[language])
        for _ in range(VOCABULARY)
    ]


WORDS = {language: vocabulary(language) for language in ENDINGS}
ZIPF = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))


def documents(count: int) -> Iterator[SearchDocument]:
    """Give the cases, the same for the same count."""
    chance = random.Random(7)
    for number in range(1, count + 1):
        language = chance.choice(LANGUAGES)
        words = chance.choices(WORDS[language], cum_weights=ZIPF, k=BODY + 48)
        principles = chance.sample([f"GP{n}.{m}" for n in range(1, 11) for m in (1, 2)], 3)
        yield SearchDocument(
            "case",
            number,
            language,
            " ".join(words[:8]),
            " ".join(words[8:48]),
            ". ".join(" ".join(words[at : at + 14]) for at in range(48, BODY + 48, 14)),
            {
                "principle": tuple(principles),
                "country": (f"C{chance.randint(1, 60)}",),
                "region": (f"r{chance.randint(1, 7)}",),
                "city": (f"city-{int(chance.paretovariate(0.8)) % 1500}",),
                "group": (f"g{chance.randint(1, 20)}",),
                "type": (f"t{chance.randint(1, 25)}",),
                "commitment": (f"C{chance.randint(1, 5)}.{chance.randint(1, 4)}",),
            },
            chance.randint(1990, 2026),
            START + timedelta(minutes=chance.randint(0, 3_000_000)),
        )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give the milliseconds on the clock and on the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000


def report(name: str, times: list[tuple[float, float]]) -> None:
    """Print p50 and p95 of a class."""
    walls, processors = (sorted(values) for values in zip(*times, strict=True))
    middle, high = len(times) // 2, min(len(times) - 1, int(len(times) * 0.95))
    print(f"  {name:<18} {walls[middle]:7.2f} {walls[high]:7.2f}   {processors[middle]:7.2f} {processors[high]:7.2f}")


def questions(chance: random.Random) -> dict[str, list[str]]:
    """Give twenty questions of each class."""

    def words(language: str, low: int, high: int, k: int = 1) -> str:
        return " ".join(chance.choices(WORDS[language][low:high], k=k))

    return {
        "common": [words("en", 0, 12) for _ in range(20)],
        "rare": [words("en", 8000, 20000) for _ in range(20)],
        "two words": [words("en", 50, 400, 2) for _ in range(20)],
        "three, any": [" OR ".join(words("en", 50, 400, 3).split()) for _ in range(20)],
        "phrase": [f'"{words("en", 0, 30, 2)}"' for _ in range(20)],
        "prefix": [words("en", 50, 2000)[:3] + "*" for _ in range(20)],
        "one letter*": [f"{letter}*" for letter in "bcdfglmnprstvbcdfglm"],
        "Korean": [words("ko", 0, 200) for _ in range(20)],
        "accent": [words("fr", 50, 400) for _ in range(20)],
        "not": [f"-{words('en', 0, 12)}" for _ in range(20)],
    }


def main() -> None:
    """Build, ask, update; print what it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    sample = list(documents(min(count, 400)))
    made = timed(lambda: list(documents(min(count, 1000))))[1] / min(count, 1000) * count
    with tempfile.TemporaryDirectory() as folder:
        wall, processor = timed(lambda: rebuild(Path(folder), documents(count), 0, "bench"))
        index = Index.open(folder)
        health = index.health()
        print(
            f"{count} cases built in {wall / 1000:.0f} s, {processor / 1000:.0f} s CPU ({made / 1000:.0f} making texts)"
        )
        print(f"{health.bytes / 1e6:.0f} MB in {health.segments} segments")
        print(f"  {'ms':<18} {'p50':>7} {'p95':>7}   {'CPU p50':>7} {'CPU p95':>7}")
        asked = questions(random.Random(1))
        ways: dict[str, Callable[[str], object]] = {name: lambda text: index.search(parse(text).tree) for name in asked}
        picked = {"principle": ("GP8",), "region": ("r1", "r2"), "type": ("t1", "t2", "t3")}
        ways |= {
            "filter": lambda text: index.search(parse(text).tree, filters={"principle": ("GP8",)}),
            "8 facets": lambda text: index.search(parse(text).tree, facets=FACET_NAMES),
            "8 facets, no words": lambda text: index.search(facets=FACET_NAMES),
            "3 filters, facets": lambda text: index.search(parse(text).tree, filters=picked, facets=FACET_NAMES),
            "page 500": lambda text: index.search(parse(text).tree, offset=9980),
            "by title": lambda text: index.search(parse(text).tree, sort="title"),
            "all ids": lambda text: index.ids(parse(text).tree, kind="case"),
            "20 fragments": lambda text: [
                fragment(given.body, needles(parse(text).tree), given.language) for given in sample[:20]
            ],
        }
        for name, way in ways.items():
            texts = asked.get(name, asked["common"])
            way(texts[0])
            report(name, [timed(partial(way, text)) for text in texts])
        report("update", [timed(partial(index.write, [given], [], 1, "bench")) for given in sample[:24]])
        index.close()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, building included")


if __name__ == "__main__":
    main()

"""What cities are called in other languages than their own and English: Viena, Vienne and 비엔나 are Vienna."""

from __future__ import annotations

import csv
from functools import lru_cache

from hub.core.paths import SEEDS


@lru_cache(maxsize=1)
def city_names() -> tuple[tuple[str, str, str], ...]:
    """Return names of cities in other languages: the city's slug, the language, the name."""
    with (SEEDS / "city_names.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["city"], row["language"], row["name"]) for row in csv.DictReader(file))

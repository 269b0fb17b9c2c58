"""Cities and case studies that a person may want to follow, each with its reason; at most four of each.

What she follows, her own cities and what they take up already are left out. The sums only put suggestions in order;
they are shown nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from hub.follows.models import CASE, CITY
from hub.site.desk import Work
from hub.site.suggestions.cases import suggest_cases
from hub.site.suggestions.cities import suggest_cities
from hub.site.suggestions.homes import nearest, read_homes
from hub.site.suggestions.lines import Offer
from hub.vocabularies.queries import Vocabulary

__all__ = ["MOST", "Offer", "Suggestions", "suggestions_for"]

MOST = 4


class Suggestions(NamedTuple):
    """What a person may want to follow."""

    cities: list[Offer]
    cases: list[Offer]


def suggestions_for(
    works: Sequence[Work], follows: Collection[tuple[str, str]], terms: Vocabulary, today: date
) -> Suggestions:
    """Return what may be of use to the cities that a person writes for, in a bounded number of reads.

    `follows` are kind and key of what she follows.
    """
    if all(work.is_suspended for work in works):
        return Suggestions([], [])
    homes, others = read_homes(works, terms, today)
    near = nearest(homes, others)
    cities = {key for kind, key in follows if kind == CITY}
    cases = {key for kind, key in follows if kind == CASE}
    return Suggestions(suggest_cities(homes, near, cities, MOST), suggest_cases(homes, near, cases, terms, MOST))

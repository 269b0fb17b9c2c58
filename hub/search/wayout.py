"""What a page offers where nothing, or hardly anything, was found."""

from __future__ import annotations

from dataclasses import dataclass

from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES
from hub.search.index.store import Index
from hub.search.labels import Labels, facet_name
from hub.search.links import list_url
from hub.search.queries import better_words, count_cases, count_each, near_cases
from hub.search.results import CaseResults, Near

VERY_LITTLE = 3  # cases or fewer: then other spellings are worth a look
NEAR = 5
MOST_TRIED = 12


@dataclass(frozen=True, slots=True)
class WayOut:
    """A wider result, and how much it holds."""

    label: str
    url: str
    count: int


def ways_out(index: Index, criteria: Criteria, labels: Labels) -> list[WayOut]:
    """Name, for a list that came out empty, each filter without which something is found, and how much.

    Where very many are in use, a filter is left out with all its values.
    """
    chips = criteria.chips()
    wider = [(labels.chip(*chip), criteria.without(*chip)) for chip in chips]
    if len(chips) > MOST_TRIED:
        fields = dict(chips)  # the last value of each, in their order
        wider = [
            (facet_name(name) if name in FACET_NAMES else labels.chip(name, value), criteria.without(name))
            for name, value in fields.items()
        ]
    counts = count_each(index, [each for _, each in wider])
    return [WayOut(label, list_url(each), count) for (label, each), count in zip(wider, counts, strict=True) if count]


def did_you_mean(index: Index, criteria: Criteria, results: CaseResults) -> WayOut | None:
    """Return the search in other spelling where it finds more than the one typed, within the filters or without."""
    if not criteria.q or results.total > VERY_LITTLE or not results.is_indexed:
        return None
    words = better_words(index, criteria.q)
    if not words or words == criteria.q:
        return None
    for wider in (criteria, criteria.only_words()):
        meant = wider.with_("q", words)
        if (count := count_cases(index, meant)) > results.total:
            return WayOut(words, list_url(meant), count)
    return None


def nearest(index: Index, criteria: Criteria, results: CaseResults) -> Near | None:
    """Return cases worth reading where nothing was found at all, and the nearest where hardly anything was."""
    if results.total > VERY_LITTLE or (results.total and not criteria.q):
        return None
    near = near_cases(index, criteria, NEAR, [case.id for case in results.cases])
    return near if near.is_near or not results.total else None

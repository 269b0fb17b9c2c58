"""What a search gives back, wherever it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.cases.listed import ListedCase
from hub.search.language.analysis import Needle

Tag = tuple[str, str]  # a facet and one of its codes


@dataclass(frozen=True)
class CaseResults:
    """One page of cases that match, with the counts of every facet and what to mark in the texts."""

    cases: list[ListedCase]
    total: int
    facets: dict[str, dict[str, int]]
    needles: tuple[Needle, ...] = ()
    note: str = ""  # how the words were read: "", cut, plain, unbalanced, empty
    understood: str = ""  # the words in the one spelling of what is searched; empty while nothing need be said
    tags: tuple[Tag, ...] = ()  # whose label the words name: such cases are among them
    found_by: dict[int, tuple[Tag, ...]] = field(default_factory=dict)  # by case id: found by its tags alone
    is_indexed: bool = True  # without an index, filters and titles are searched and no texts


@dataclass(frozen=True)
class Near:
    """Cases to offer where none matches; near are those that hold some of the words, or carry a tag these name."""

    results: CaseResults
    is_near: bool = False


@dataclass(frozen=True)
class Found:
    """What was found of one kind besides cases."""

    kind: str
    total: int
    rows: list[object] = field(default_factory=list)

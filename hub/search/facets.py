"""The facets of the case list as data: their names, their order, and how codes roll up."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest

CHARTERS = ("GP", "DT", "US")
_PARTS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """One facet: the query parameter, whether its codes have an order of their own, whether GP8.2 counts for GP8."""

    name: str
    in_code_order: bool = False
    rolls_up: bool = False


@dataclass(slots=True)  # not frozen: of cities there are a thousand, and freezing takes most of the time
class FacetValue:
    """One line of a facet: the total one gets by taking this code alone, and whether it is taken."""

    code: str
    count: int
    is_selected: bool


FACETS = (
    FacetSpec("principle", in_code_order=True, rolls_up=True),
    FacetSpec("country"),
    FacetSpec("region"),
    FacetSpec("city"),
    FacetSpec("language"),
    FacetSpec("group"),
    FacetSpec("type"),
    FacetSpec("commitment", in_code_order=True),
)
FACET_NAMES = tuple(spec.name for spec in FACETS)
TOP_PRINCIPLE = "principle_top"  # principles without their clauses: counted in half the time
_ROLLING = frozenset(spec.name for spec in FACETS if spec.rolls_up)


@lru_cache(maxsize=1 << 13)
def natural(code: str) -> tuple[tuple[int, str], ...]:
    """Give the key that sorts GP2 before GP10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _PARTS.split(code))


def charter(code: str) -> str:
    """Give the charter a principle code belongs to: "GP", "DT" or "US"; "" for no known code."""
    return code[:2] if re.match(r"(GP\d|DT-|US\d)", code) else ""


@lru_cache(maxsize=1 << 10)
def _in_order(code: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    known = charter(code)
    return CHARTERS.index(known) if known else len(CHARTERS), natural(code)


def parent(code: str) -> str:
    """Give the principle of a clause ("GP8" for "GP8.2"), or the code itself."""
    return code.partition(".")[0]


def rolled_up(facet: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Give the codes a document is found under, without doubles."""
    given = tuple(codes)
    if facet in _ROLLING:
        given += tuple(parent(code) for code in given)
    return tuple(dict.fromkeys(code for code in given if code))


def lines(
    spec: FacetSpec, counts: Mapping[str, int], selected: Iterable[str], most: int | None = None
) -> list[FacetValue]:
    """Give the facet's lines in the order they are shown; what is selected stays even when it finds nothing.

    With `most`, only so many from the top, and what is selected after them.
    """
    taken = frozenset(selected)
    numbers = {**dict.fromkeys(taken, 0), **counts}
    if spec.in_code_order:
        codes = sorted(numbers, key=_in_order)
    else:
        ranked = ((-number, natural(code), code) for code, number in numbers.items())
        codes = [code for _, _, code in (sorted(ranked) if most is None else nsmallest(most, ranked))]
    shown = codes[:most]
    if most is not None and not taken.issubset(shown):
        shown += sorted(taken.difference(shown), key=natural)
    return [FacetValue(code, numbers[code], code in taken) for code in shown]

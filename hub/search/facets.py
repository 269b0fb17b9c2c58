"""The facets of the case list as data: their names, their order, and how codes roll up."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

CHARTERS = ("GP", "DT", "US")
_PARTS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """One facet: the query parameter, whether its codes have an order of their own, whether GP8.2 counts for GP8."""

    name: str
    in_code_order: bool = False
    rolls_up: bool = False


@dataclass(frozen=True, slots=True)
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


def lines(spec: FacetSpec, counts: Mapping[str, int], selected: Iterable[str]) -> list[FacetValue]:
    """Give the facet's lines in the order they are shown; what is selected stays even when it finds nothing."""
    taken = frozenset(selected)
    found = [FacetValue(code, counts.get(code, 0), code in taken) for code in {*counts, *taken}]
    if spec.in_code_order:
        return sorted(found, key=lambda line: _in_order(line.code))
    return sorted(found, key=lambda line: (-line.count, natural(line.code)))

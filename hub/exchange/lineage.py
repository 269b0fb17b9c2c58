"""Who learned a practice from whom, as the page of a case tells it: a list, and the same as a small drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from hub.cases.models import CaseStudy
from hub.cases.rows import case_path, city_label
from hub.core.text import excerpt
from hub.exchange import queries
from hub.exchange.models import RUNNING, STOPPED
from hub.exchange.policy import adapting_cities, can_be_taken_up
from hub.exchange.queries import Branch
from hub.exchange.rows import AdaptationRow, adaptation_row
from hub.people.models import User
from hub.web.locale import country_name, ngettext
from hub.web.locale import gettext as _

MOST_LISTED = 30  # lines of a list, and of a drawing
STEP, ROW, LEFT, TOP = 26, 30, 12, 18  # of the drawing: pixels to the right a level, down a line, and around
WIDTH, LONGEST_LABEL = 400, 46  # pixels; characters


class Told(NamedTuple):
    """Who took it up, and who took it up from them."""

    row: AdaptationRow
    branches: list[Told]


class Dot(NamedTuple):
    """A city in the drawing."""

    x: int
    y: int
    label: str
    kind: str  # origin, here, or the state of an adaptation


class Edge(NamedTuple):
    """A line from one dot to who learned there."""

    path: str
    state: str


@dataclass(frozen=True)
class Drawing:
    """The lineage as a picture: its size in pixels, what is in it, and what it says in a sentence."""

    height: int
    dots: list[Dot]
    edges: list[Edge]
    description: str
    width: int = WIDTH


@dataclass(frozen=True)
class Act:
    """What a person can do about a case for one of her cities."""

    url: str
    label: str


@dataclass(frozen=True)
class LineageShown:
    """What the page of a case says of who took it up."""

    origins: list[AdaptationRow]
    here: str  # whose practice the case tells
    branches: list[Told]
    runs_today: list[str]  # names of the cities that run it
    more: int  # adaptations that are not listed
    drawing: Drawing | None
    acts: list[Act]


def lineage_shown(case: CaseStudy, me: User | None) -> LineageShown:
    """Return the lineage of a case in the words of this reader, with what she can do about it."""
    found = queries.lineage(case.id)
    here = city_label(case.city) if case.city else country_name(case.country)
    told = [_told(branch) for branch in found.branches[:MOST_LISTED]]
    origins = [adaptation_row(each) for each in found.origins[:MOST_LISTED]]
    return LineageShown(
        origins=origins,
        here=here,
        branches=told,
        runs_today=[city_label(each.city) for each in found.adaptations if each.state == RUNNING],
        more=max(0, len(found.branches) - MOST_LISTED),
        drawing=_drawing(origins, here, told) if told or origins else None,
        acts=_acts(case, me, {each.city_id for each in found.adaptations}),
    )


def _told(branch: Branch) -> Told:
    below = branch.branches[:MOST_LISTED]
    return Told(adaptation_row(branch.adaptation), [_told(each) for each in below])


def _acts(case: CaseStudy, me: User | None, begun: set[int]) -> list[Act]:
    acts = []
    for city in adapting_cities(me, case):
        if not can_be_taken_up(case, is_begun=city.id in begun):
            continue
        words = _("Say how far %(city)s has come", city=city_label(city))
        if city.id not in begun:
            words = _("Record that %(city)s takes it up", city=city_label(city))
        acts.append(Act(f"{case_path(case.slug)}/adapt?city={quote(city.slug)}", words))
    return acts


def _drawing(origins: list[AdaptationRow], here: str, told: list[Told]) -> Drawing:
    """Return the picture: where it came from above, this case, then who took it up, a level further right each."""
    dots: list[Dot] = []
    edges: list[Edge] = []
    above = origins[:4]
    for origin in above:
        dots.append(Dot(LEFT, TOP + ROW * len(dots), excerpt(origin.from_name or origin.practice.title, LONGEST_LABEL),
                        "origin"))  # fmt: skip
    level = 1 if above else 0
    root = Dot(LEFT + STEP * level, TOP + ROW * len(dots), excerpt(here, LONGEST_LABEL), "here")
    edges += [Edge(_path(dot, root), origin.state) for dot, origin in zip(dots, above, strict=True)]
    dots.append(root)
    for parent, row, depth in _walk(told, root, level + 1, dots):
        dot = Dot(LEFT + STEP * depth, TOP + ROW * len(dots), _label(row, depth), row.state)
        edges.append(Edge(_path(parent, dot), row.state))
        dots.append(dot)
    cities = len(dots) - len(above) - 1
    said = ngettext("%(num)d city took it up from %(city)s.", "%(num)d cities took it up from %(city)s.", cities,
                    city=here) if cities else ""  # fmt: skip
    return Drawing(TOP + ROW * (len(dots) - 1) + TOP, dots, edges, said)


def _walk(told: list[Told], root: Dot, depth: int, dots: list[Dot]) -> Iterator[tuple[Dot, AdaptationRow, int]]:
    """Yield every line below a dot with the dot that it hangs on, depth first, until the drawing is full."""
    for each in told:
        if len(dots) > MOST_LISTED:
            return
        yield root, each.row, depth
        yield from _walk(each.branches, dots[-1], depth + 1, dots)


def _path(start: Dot, end: Dot) -> str:
    """Return a line that goes down from one dot and turns to another, further right."""
    return f"M{start.x} {start.y}V{end.y - 10}Q{start.x} {end.y} {start.x + 10} {end.y}H{end.x}"


def _label(row: AdaptationRow, depth: int) -> str:
    words = f"{row.city_name} · {row.state_label if row.state == STOPPED else row.state_since}"
    return excerpt(words, LONGEST_LABEL - 3 * depth)

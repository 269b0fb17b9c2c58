"""Who learned from whom, drawn: where dots, lines and arrowheads stand, in viewBox units. Pure geometry, no words.

Two drawings of the same thing: a ring for wide screens, a column of names with arcs beside it for narrow ones. Places
come in the order given, group by group; the name of a group stands where its places begin.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import atan2, cos, degrees, hypot, pi, sin
from typing import NamedTuple

LONGEST = 24  # letters of a name that are drawn, those of double width counted twice
LETTER = 7.0  # how wide one is at the most, on average
DOT = 5.0
LEAST_RADIUS, SPACING = 170.0, 16.0  # of the ring; between two names that stand like spokes
TARGET = 24.0  # what is to be touched is as large at least
LEVEL, APART = 20, 60.0  # so many names at the most stand level around a ring, so far apart; more stand like spokes
COLUMN, ROW, DOTS_AT = 340.0, 28.0, 206.0
THICKEST = 6.0
HEAD = 9.0  # the length of an arrowhead

Point = tuple[float, float]


class Place(NamedTuple):
    """A place to draw; `words` say what the picture shows of it."""

    key: str
    label: str
    url: str  # empty where it has no page
    group: str
    words: str = ""


class Link(NamedTuple):
    """A line from one place to another that learned from it; `practices` make it thick, `state` how it is drawn."""

    source: str
    target: str
    practices: int
    state: str
    words: str = ""


class Line(NamedTuple):
    """A line as drawn: its path, the triangle at its end, and how thick it is."""

    path: str
    head: str
    width: float
    state: str
    words: str


class Name(NamedTuple):
    """A name as drawn; `turn` is an SVG transform, empty for a level one."""

    x: float
    y: float
    anchor: str  # start, middle, end
    turn: str
    text: str


@dataclass(frozen=True)
class Dot:
    """A place as drawn, with the lines that leave it."""

    x: float
    y: float
    place: Place
    name: Name
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Drawing:
    """All of a picture; `is_linked` tells whether its names are far enough apart to be touched one by one."""

    width: float
    height: float
    dots: list[Dot]
    groups: list[Name]
    is_linked: bool = True


def shortened(text: str) -> str:
    """Return a name as long as it may be drawn; what stands in brackets goes first, then its end.

    Letters of double width, such as Hangul, count twice.
    """
    if width_of(text) > LONGEST:
        text = text.split(" (")[0]
    for at in range(len(text)):
        if width_of(text[: at + 1]) > LONGEST:
            return text[: max(1, at - 1)].rstrip() + "…"
    return text


def width_of(text: str) -> int:
    """Return how wide a text is in letters, those of double width counted twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def thickness(practices: int) -> float:
    """Return how thick a line is that stands for so many practices."""
    return min(THICKEST, 1.0 + 0.75 * practices)


def ring(places: Sequence[Place], links: Iterable[Link]) -> Drawing:
    """Return the places around a ring, clockwise from its top, lines bent inwards; a line to itself is left out."""
    slots = _slots(places)
    is_level = len(slots) <= LEVEL
    radius = max(LEAST_RADIUS, (APART if is_level else SPACING) * len(slots) / (2 * pi))
    step = 2 * pi / max(1, len(slots))
    names = [_drawn(slot, is_level) for slot in slots]
    margin = LETTER * max(map(width_of, names), default=0) + 24
    half = (radius + margin, radius + (40 if is_level else margin))
    angles: dict[str, float] = {}
    groups, dots = [], []
    for number, slot in enumerate(slots):
        angle = (number + 0.5) * step - pi / 2
        if isinstance(slot, str):
            groups.append(_name(names[number], angle, radius, half, is_level))
            continue
        angles[slot.key] = angle
        x, y = half[0] + radius * cos(angle), half[1] + radius * sin(angle)
        dots.append(Dot(round(x, 1), round(y, 1), slot, _name(names[number], angle, radius, half, is_level)))
    by_key = {dot.place.key: dot for dot in dots}
    for link in links:
        if link.source != link.target and link.source in by_key and link.target in by_key:
            bend = _inwards(angles[link.source], angles[link.target], radius, half)
            by_key[link.source].lines.append(_quadratic(by_key[link.source], by_key[link.target], bend, link))
    return Drawing(2 * half[0], 2 * half[1], dots, groups, is_linked=step * radius >= TARGET)


def column(places: Sequence[Place], links: Iterable[Link]) -> Drawing:
    """Return the places under one another with arcs at their side; a line to itself is left out."""
    groups, dots = [], []
    slots = _slots(places)
    for number, slot in enumerate(slots):
        y = (number + 0.5) * ROW
        if isinstance(slot, str):
            groups.append(Name(0, round(y + 6, 1), "start", "", slot))
        else:
            name = Name(DOTS_AT - DOT - 7, round(y, 1), "end", "", shortened(slot.label))
            dots.append(Dot(DOTS_AT, round(y, 1), slot, name))
    by_key = {dot.place.key: dot for dot in dots}
    room = COLUMN - DOTS_AT - 20  # a head and half a line are left
    farthest = max(1.0, (len(slots) - 1) * ROW)
    for link in links:
        if link.source != link.target and link.source in by_key and link.target in by_key:
            source, target = by_key[link.source], by_key[link.target]
            reach = 4 / 3 * room * (0.22 + 0.78 * abs(source.y - target.y) / farthest)
            reach *= 1.0 if target.y > source.y else 0.86  # there and back are two lines
            source.lines.append(_arc(source, target, reach, link))
    return Drawing(COLUMN, max(ROW, len(slots) * ROW), dots, groups)


def _slots(places: Sequence[Place]) -> list[Place | str]:
    """Return the places with the name of each group before it; one group needs no name."""
    found: list[Place | str] = []
    last, several = None, len({place.group for place in places}) > 1
    for place in places:
        if several and place.group != last:
            found.append(place.group)
        last = place.group
        found.append(place)
    return found


def _drawn(slot: Place | str, is_level: bool) -> str:
    """Return a name as it is drawn around a ring; the few groups of a small one are not shortened."""
    if isinstance(slot, str):
        return slot if is_level else shortened(slot)
    return shortened(slot.label)


def _name(text: str, angle: float, radius: float, half: Point, is_level: bool) -> Name:
    away = radius + DOT + 8
    x, y = round(half[0] + away * cos(angle), 1), round(half[1] + away * sin(angle), 1)
    on_right = cos(angle) >= 0
    if is_level:
        anchor = "middle" if abs(cos(angle)) < 0.05 else "start" if on_right else "end"
        return Name(x, y, anchor, "", text)
    turn = degrees(angle) + (0 if on_right else 180)
    return Name(x, y, "start" if on_right else "end", f"rotate({turn:.1f} {x} {y})", text)


def _inwards(source: float, target: float, radius: float, half: Point) -> Point:
    """Return the point that a line on the ring is drawn towards: deeper the farther apart, a little to its right."""
    apart = abs((target - source + pi) % (2 * pi) - pi)
    middle = atan2(sin(source) + sin(target), cos(source) + cos(target)) if apart < pi - 0.01 else source + pi / 2
    depth = radius * max(0.05, cos(apart / 2) - 1.3 * sin(apart / 2))
    x, y = depth * cos(middle), depth * sin(middle)
    along = (cos(target) - cos(source), sin(target) - sin(source))
    side = 0.09 * radius
    return half[0] + x - side * along[1], half[1] + y + side * along[0]


def _quadratic(source: Dot, target: Dot, bend: Point, link: Link) -> Line:
    start = _towards((source.x, source.y), bend, DOT + 1)
    tip = _towards((target.x, target.y), bend, DOT + 1)
    width = thickness(link.practices)
    base = _towards(tip, bend, _head_length(width) - 1)
    path = f"M{_xy(start)}Q{bend[0]:.0f} {bend[1]:.0f} {_xy(base)}"
    return Line(path, _head(tip, bend, width), width, link.state, link.words)


def _arc(source: Dot, target: Dot, reach: float, link: Link) -> Line:
    width = thickness(link.practices)
    start = (source.x + DOT + 1, source.y)
    tip = (target.x + DOT + 1, target.y)
    base = (tip[0] + _head_length(width) - 1, tip[1])
    path = f"M{_xy(start)}C{start[0] + reach:.0f} {start[1]:.0f} {base[0] + reach:.0f} {base[1]:.0f} {_xy(base)}"
    return Line(path, _head(tip, (tip[0] + 10, tip[1]), width), width, link.state, link.words)


def _head_length(width: float) -> float:
    return HEAD + width


def _head(tip: Point, back: Point, width: float) -> str:
    """Return the triangle of an arrow that ends at `tip` and comes from `back`."""
    long, wide = _head_length(width), (HEAD + width) * 0.42
    base = _towards(tip, back, long)
    away = hypot(back[0] - tip[0], back[1] - tip[1]) or 1.0
    across = (-(back[1] - tip[1]) / away * wide, (back[0] - tip[0]) / away * wide)
    left, right = (base[0] + across[0], base[1] + across[1]), (base[0] - across[0], base[1] - across[1])
    return f"M{_xy(tip)}L{_xy(left)} {_xy(right)}z"


def _towards(point: Point, other: Point, length: float) -> Point:
    away = hypot(other[0] - point[0], other[1] - point[1]) or 1.0
    return point[0] + (other[0] - point[0]) / away * length, point[1] + (other[1] - point[1]) / away * length


def _xy(point: Point) -> str:
    return f"{round(point[0], 1):g} {round(point[1], 1):g}"

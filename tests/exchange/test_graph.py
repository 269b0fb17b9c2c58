"""The picture of who learned from whom: everything is in it, apart from each other, and points the right way."""

from __future__ import annotations

import re
from itertools import pairwise
from math import comb, dist

from hub.exchange.graph import (
    COLUMN,
    LONGEST,
    TARGET,
    THICKEST,
    Drawing,
    Link,
    Place,
    column,
    ring,
    shortened,
    thickness,
    width_of,
)


def places(number: int, groups: int = 1) -> list[Place]:
    return [
        Place(str(each), f"City {each}", f"/cities/{each}", f"Region {each * groups // number}")
        for each in range(number)
    ]


def numbers(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?[\d.]+", path)]


def curve(along: list[float]) -> list[tuple[float, float]]:
    """Return points of a curve of Bézier's, of the second or third degree."""
    points = list(zip(along[::2], along[1::2], strict=True))
    degree = len(points) - 1
    weights = [
        [comb(degree, k) * (t / 10) ** k * (1 - t / 10) ** (degree - k) for k in range(degree + 1)] for t in range(11)
    ]
    return [
        (
            sum(w * x for w, (x, _y) in zip(row, points, strict=True)),
            sum(w * y for w, (_x, y) in zip(row, points, strict=True)),
        )
        for row in weights
    ]


def check(drawn: Drawing, links: list[Link]) -> None:
    """Everything stands inside the picture; each arrow ends at the place that learned and begins at the other."""
    at = {dot.place.key: (dot.x, dot.y) for dot in drawn.dots}
    assert sum(len(dot.lines) for dot in drawn.dots) == len(links)
    for dot in drawn.dots:
        assert 0 < dot.x < drawn.width
        assert 0 < dot.y < drawn.height
        for line, link in zip(dot.lines, [each for each in links if each.source == dot.place.key], strict=True):
            assert line.words == link.words
            along = numbers(line.path)
            assert dist(along[:2], at[link.source]) < 8
            assert dist(numbers(line.head)[:2], at[link.target]) < 8
            assert dist(numbers(line.head)[:2], at[link.source]) > 8
            for x, y in curve(along):
                assert line.width / 2 < x < drawn.width - line.width / 2
                assert line.width / 2 < y < drawn.height - line.width / 2


def test_both_drawings_hold_every_place_and_line_at_every_size() -> None:
    for number, groups in ((1, 1), (2, 1), (2, 2), (7, 3), (19, 4), (60, 5), (130, 7)):
        given = places(number, groups)
        links = [
            Link(str(one), str(other), 1 + one % 9, "running", f"{one} to {other}")
            for one in range(number)
            for other in {(one + 1) % number, (one + number // 2) % number, (one * 7 + 3) % number}
            if one != other
        ]
        for drawn in (ring(given, links), column(given, links)):
            check(drawn, links)
            assert [name.text for name in drawn.groups] == (
                [f"Region {each}" for each in range(groups)] if groups > 1 else []
            )
            apart = [dist((one.x, one.y), (other.x, other.y)) for one, other in pairwise(drawn.dots)]
            assert min(apart, default=99) >= (TARGET - 0.5 if drawn.is_linked else 15)
    assert ring(places(60), []).is_linked is False
    assert column(places(130), []).is_linked is True
    assert column(places(9), []).width == COLUMN, "as narrow as a phone"


def test_there_and_back_are_two_lines() -> None:
    links = [Link("0", "1", 1, "running"), Link("1", "0", 1, "running")]
    for drawn in (ring(places(2), links), column(places(2), links)):
        there, back = numbers(drawn.dots[0].lines[0].path), numbers(drawn.dots[1].lines[0].path)
        assert abs(there[2] - back[2]) + abs(there[3] - back[3]) > 4


def test_what_cannot_be_drawn_is_left_out() -> None:
    links = [Link("0", "0", 1, "running"), Link("0", "gone", 1, "running"), Link("gone", "0", 1, "running")]
    for drawn in (ring(places(3), links), column(places(3), links)):
        assert [dot.lines for dot in drawn.dots] == [[], [], []]
    assert ring([], []).dots == column([], []).dots == []


def test_names_and_lines_have_their_limits() -> None:
    assert shortened("Graz") == "Graz"
    assert shortened("Penang Island (George Town)") == "Penang Island"
    assert shortened("Llanfairpwllgwyngyllgogerychwyrndrobwll").endswith("…")
    for name in ("a" * 500, "광주광역시 " * 20, "(" * 40, " (" * 40, "", "🏙" * 40):
        assert width_of(shortened(name)) <= LONGEST
    assert thickness(1) < thickness(2) < thickness(4)
    assert thickness(500) == THICKEST

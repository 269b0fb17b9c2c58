"""hub/web/maps.py: projection, locator boxes and clusters, checked against the outlines in static/."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.maps import HEIGHT, VIEW_BOX, WIDTH, cluster, locator_box, project

STATIC = Path(__file__).parents[2] / "static"
inside = st.tuples(
    st.floats(0, WIDTH, allow_nan=False).map(lambda x: round(x, 1)),
    st.floats(0, HEIGHT, allow_nan=False).map(lambda y: round(y, 1)),
)


def rings(name: str) -> list[list[tuple[float, float]]]:
    """Read the closed rings of an outline written as M x y l dx dy ... z."""
    path = re.search(r' d="([^"]+)"', (STATIC / name).read_text(encoding="utf-8"))
    assert path
    found = []
    for part in path[1].split("z")[:-1]:
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", part)]
        x, y = numbers[0], numbers[1]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        found.append(ring)
    return found


def on_land(point: tuple[float, float], outline: list[list[tuple[float, float]]]) -> bool:
    """Count the edges a ray to the right crosses: odd means inside."""
    x, y = point
    crossings = 0
    for ring in outline:
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (0, 11, (597.7, 314.9)),
        (35.1547, 126.9156, (981.0, 148.9)),  # Gwangju
        (37.7749, -122.4194, (163.0, 137.5)),  # San Francisco
        (-37.814, 144.9633, (1034.1, 492.4)),  # Melbourne
        (-18.1416, 178.4415, (1190.5, 402.8)),  # Suva, near the antimeridian
    ],
)
def test_known_places_stand_where_the_drawn_map_has_them(lat, lon, expected):
    assert project(lat, lon) == pytest.approx(expected, abs=0.15)


def test_the_map_splits_in_the_bering_strait():
    chukotka, alaska = project(66.0, -172.0), project(65.6, -168.0)
    assert chukotka[0] > WIDTH * 0.7
    assert alaska[0] < WIDTH * 0.3
    assert project(10, 180) == project(10, -180)


def test_north_is_up_and_the_equator_is_level():
    assert project(60, 20)[1] < project(0, 20)[1] < project(-30, 20)[1]
    assert {project(0, lon)[1] for lon in range(-180, 181, 15)} == {314.9}


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-91, 0), (0, 180.5), (0, -200), (float("nan"), 0)])
def test_impossible_degrees_are_refused(lat, lon):
    with pytest.raises(ValueError, match="not between"):
        project(lat, lon)


@pytest.mark.parametrize("name", ["land.svg", "land-detail.svg"])
def test_outline_and_points_share_one_box(name):
    text = (STATIC / name).read_text(encoding="utf-8")
    assert f'viewBox="{VIEW_BOX}"' in text
    assert 'id="land"' in text
    outline = rings(name)
    for lat, lon in [(36.5, 127.9), (48.0, 2.0), (39.0, -98.0), (-25.0, 134.0), (66.2, -171.5), (0.0, 25.0)]:
        assert on_land(project(lat, lon), outline), (lat, lon)
    for lat, lon in [(30.0, -40.0), (0.0, -140.0), (37.5, 132.0), (-40.0, 80.0)]:
        assert not on_land(project(lat, lon), outline), (lat, lon)


def box(text: str) -> list[float]:
    return [float(part) for part in text.split()]


def test_a_locator_is_centred_on_its_place():
    x, y = project(48.2, 16.4)
    left, top, width, height = box(locator_box(48.2, 16.4, lon_span=30))
    assert left + width / 2 == pytest.approx(x, abs=0.2)
    assert top + height / 2 == pytest.approx(y, abs=0.2)
    assert width / height == pytest.approx(1.5, abs=0.01)


@given(st.floats(-55, 83), st.floats(-168, 180), st.floats(1, 360))
def test_a_locator_never_leaves_the_map_and_holds_its_place(lat, lon, span):
    x, y = project(lat, lon)
    left, top, width, height = box(locator_box(lat, lon, lon_span=span))
    assert left >= 0
    assert top >= 0
    assert left + width <= WIDTH + 0.2
    assert top + height <= HEIGHT + 0.2
    if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
        assert left - 0.1 <= x <= left + width + 0.1
        assert top - 0.1 <= y <= top + height + 0.1


@pytest.mark.parametrize("span", [0, 0.5, 361, float("nan")])
def test_a_locator_refuses_an_absurd_span(span):
    with pytest.raises(ValueError, match="span"):
        locator_box(0, 0, lon_span=span)


def test_near_points_merge_and_far_ones_stay():
    found = cluster([(100, 100), (500, 300), (104, 100), (102, 103)], radius=8)
    assert [(c.members, c.count) for c in found] == [((0, 2, 3), 3), ((1,), 1)]
    assert (found[0].x, found[0].y) == (102.0, 101.0)
    assert (found[1].x, found[1].y) == (500.0, 300.0)


def test_clusters_of_nothing_and_of_one():
    assert cluster([], 10) == []
    assert [c.members for c in cluster([(3, 4)], 10)] == [(0,)]
    assert len(cluster([(3, 4), (3, 4)], 0)) == 2
    with pytest.raises(ValueError, match="negative"):
        cluster([], -1)


@given(st.lists(inside, max_size=40, unique=True), st.floats(1, 200), st.randoms(use_true_random=False))
def test_clusters_keep_every_point_stand_apart_and_ignore_order(points, radius, random):
    found = cluster(points, radius)
    assert sorted(index for c in found for index in c.members) == list(range(len(points)))
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            assert ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 >= radius - 0.2
    shuffled = list(points)
    random.shuffle(shuffled)
    again = cluster(shuffled, radius)
    assert [(c.x, c.y, {points[i] for i in c.members}) for c in found] == [
        (c.x, c.y, {shuffled[i] for i in c.members}) for c in again
    ]

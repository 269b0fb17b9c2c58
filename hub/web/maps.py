"""Map geometry: places a latitude and longitude on the land outlines of static/land.svg and static/land-detail.svg."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, dist, fsum, radians, sin, sqrt

WIDTH = 1200
HEIGHT = 563
VIEW_BOX = f"0 0 {WIDTH} {HEIGHT}"

# The outlines were drawn with these figures, so that land between 84° N and 56° S fills the box. The central
# meridian runs through 11° E: the map then splits in the Bering Strait, where it cuts no land.
CENTRAL_MERIDIAN = 11.0
SCALE = 241.21
ORIGIN_X = 597.70
ORIGIN_Y = 314.885

# Equal Earth coefficients: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection" (2018).
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


Group = tuple[list[int], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Points that stand too near to each other to be drawn apart, in viewBox units."""

    x: float
    y: float
    members: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of points merged here."""
        return len(self.members)


def project(lat: float, lon: float) -> tuple[float, float]:
    """Turn degrees into viewBox units, x rightwards and y downwards.

    Raises ValueError for a latitude outside -90..90 or a longitude outside -180..180.
    """
    if not -90 <= lat <= 90:
        raise ValueError(f"latitude {lat} is not between -90 and 90")
    if not -180 <= lon <= 180:
        raise ValueError(f"longitude {lon} is not between -180 and 180")
    theta = asin(sqrt(3) / 2 * sin(radians(lat)))
    square = theta * theta
    sixth = square**3
    east = (lon - CENTRAL_MERIDIAN + 180) % 360 - 180
    stretch = 9 * A4 * square * sixth + 7 * A3 * sixth + 3 * A2 * square + A1
    x = 2 * sqrt(3) * radians(east) * cos(theta) / (3 * stretch)
    y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return round(ORIGIN_X + SCALE * x, 1), round(ORIGIN_Y - SCALE * y, 1)


def locator_box(lat: float, lon: float, lon_span: float = 60.0, ratio: float = 1.5) -> str:
    """Give the viewBox of a small map around a place, `lon_span` degrees of the equator wide and `ratio` times as
    wide as high.

    The box is moved inwards where it would leave the world map. Raises ValueError as `project` does, and for a
    span outside 1..360 degrees.
    """
    if not 1 <= lon_span <= 360:
        raise ValueError(f"longitude span {lon_span} is not between 1 and 360")
    x, y = project(lat, lon)
    width = min(WIDTH, lon_span * _units_per_degree())
    height = min(HEIGHT, width / ratio)
    left = min(max(x - width / 2, 0), WIDTH - width)
    top = min(max(y - height / 2, 0), HEIGHT - height)
    return f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"


def cluster(points: Sequence[tuple[float, float]], radius: float) -> list[Cluster]:
    """Merge points until no two clusters are nearer than `radius` viewBox units; each stands at its members' mean.

    Members are indexes into `points`, ascending. Clusters come from west to east, then north to south, and do not
    depend on the order of the points. Raises ValueError for a negative radius.
    """
    if radius < 0:
        raise ValueError(f"radius {radius} is negative")
    order = sorted(range(len(points)), key=lambda index: points[index])
    groups = [([index], points[index]) for index in order]
    while True:
        merged = _merge_once(points, groups, radius)
        if len(merged) == len(groups):
            return [Cluster(round(x, 1), round(y, 1), tuple(sorted(members))) for members, (x, y) in merged]
        groups = merged


def _merge_once(points: Sequence[tuple[float, float]], groups: list[Group], radius: float) -> list[Group]:
    """Let each group, from west to east, join the nearest group kept so far whose centre is within the radius."""
    kept: list[Group] = []
    # What is within the radius stands in the same square or in one of the eight around it.
    squares: dict[tuple[int, int], list[int]] = {}
    side = max(radius, 1.0)
    for members, centre in groups:
        column, row = int(centre[0] // side), int(centre[1] // side)
        near = [
            (away, i)
            for across in (column - 1, column, column + 1)
            for down in (row - 1, row, row + 1)
            for i in squares.get((across, down), ())
            if (away := dist(centre, kept[i][1])) < radius
        ]
        if near:
            kept[min(near)[1]][0].extend(members)
        else:
            squares.setdefault((column, row), []).append(len(kept))
            kept.append((list(members), centre))
    return sorted(((members, _mean(points, members)) for members, _ in kept), key=lambda group: group[1])


def _mean(points: Sequence[tuple[float, float]], members: list[int]) -> tuple[float, float]:
    return (
        fsum(points[i][0] for i in members) / len(members),
        fsum(points[i][1] for i in members) / len(members),
    )


def _units_per_degree() -> float:
    return radians(1) * 2 * SCALE / (sqrt(3) * A1)

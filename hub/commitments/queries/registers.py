"""Reading published lists of members: the lists, their lines beside what is on record, and who is missing on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from hub.cities import queries as cities
from hub.cities.citynames import city_names
from hub.cities.coalitions import coalition_for
from hub.cities.queries import CityLine
from hub.commitments.models import PROPOSED, REJECTED, UNKNOWN, RegisterList, RegisterRow
from hub.commitments.queries.lines import item_states
from hub.commitments.registers import EXACT, NEAR, Names
from hub.commitments.states import MET, StatusLine
from hub.core.db import db
from hub.core.errors import NotFound

ICCAR = "C4.1"  # its lists speak of one coalition each
PLAIN, NEW, OTHER, NOBODY = "plain", "new", "other", "nobody"


class ListLine(NamedTuple):
    """A list as organizers see it among others: whose members, of which day, how many lines, how many wait."""

    id: int
    item_code: str
    title: str
    source_url: str
    as_of: date
    is_complete: bool
    added_at: datetime
    lines: int
    waiting: int


class RowLine(NamedTuple):
    """A line of a list, the city it may be, and what is on record there; `case` says what accepting it would do."""

    id: int
    line: int
    name: str
    country: str | None
    since_text: str
    status_text: str
    match: str
    state: str
    city: CityLine | None
    status: StatusLine | None
    case: str  # plain: confirms what is on record; new: nothing is; other: something else is; nobody: no city

    @property
    def is_sure(self) -> bool:
        """Whether it can be accepted together with others: a city found without doubt, that says the same."""
        return self.state == PROPOSED and self.match == EXACT and self.case in (PLAIN, NEW)


def list_registers() -> list[ListLine]:
    """Return the lists brought in, the newest first."""
    waiting = func.count(RegisterRow.id).filter(RegisterRow.state == PROPOSED)
    wanted = (
        select(
            RegisterList.id, RegisterList.item_code, RegisterList.title, RegisterList.source_url, RegisterList.as_of,
            RegisterList.is_complete, RegisterList.added_at, func.count(RegisterRow.id), waiting,
        )
        .outerjoin(RegisterRow, RegisterRow.list_id == RegisterList.id)
        .group_by(RegisterList.id)
        .order_by(RegisterList.id.desc())
    )  # fmt: skip
    return [ListLine(*row) for row in db.session.execute(wanted)]


def get_register(list_id: int) -> ListLine:
    """Return a list; raises NotFound."""
    for each in list_registers():
        if each.id == list_id:
            return each
    raise NotFound(f"no register {list_id}")


def list_rows(list_id: int, item_code: str, today: date) -> list[RowLine]:
    """Return the lines of a list in its order, each with what is on record of its city today."""
    rows = list(
        db.session.scalars(select(RegisterRow).where(RegisterRow.list_id == list_id).order_by(RegisterRow.line))
    )
    by_id = {city.id: city for city in cities.list_cities()}
    states = {city_id: line for (city_id, _item), line in item_states(item_code, today).items()}
    return [row_line(row, by_id.get(row.city_id or 0), states.get(row.city_id or 0)) for row in rows]


def get_row(list_id: int, row_id: int) -> RegisterRow:
    """Return a line of a list; raises NotFound."""
    wanted = select(RegisterRow).where(RegisterRow.id == row_id, RegisterRow.list_id == list_id)
    row = db.session.scalar(wanted)
    if row is None:
        raise NotFound(f"no line {row_id} on list {list_id}")
    return row


def row_line(row: RegisterRow, city: CityLine | None, status: StatusLine | None) -> RowLine:
    """Return a line with a city it may be, and what is on record of that city."""
    return RowLine(
        row.id, row.line, row.name, row.country, row.since_text, row.status_text, row.match, row.state, city, status,
        NOBODY if city is None else case_of(status),
    )  # fmt: skip


def case_of(status: StatusLine | None) -> str:
    """Return what a membership means beside what is on record: the same, the first word, or another word."""
    if status is None or status.status == UNKNOWN:
        return NEW
    return PLAIN if status.status in MET else OTHER


def not_on_list(register: ListLine, rows: Iterable[RowLine], today: date) -> list[tuple[CityLine, StatusLine]]:
    """Return the cities that stand at adopted or above and are not on a list that says it is complete, by name.

    A list of ICCAR speaks of one coalition: only cities of those found on it without doubt are missed there.
    """
    if not register.is_complete:
        return []
    kept = [row for row in rows if row.city is not None and row.state != REJECTED]
    found = {row.city.id for row in kept if row.city is not None}
    coalitions = {_coalition(row.city) for row in kept if row.city is not None and row.match != NEAR}
    missing = []
    states = item_states(register.item_code, today)
    for city in cities.by_name(cities.list_cities()):
        line = states.get((city.id, register.item_code))
        if city.id in found or line is None or line.status not in MET:
            continue
        if register.item_code != ICCAR or _coalition(city) in coalitions:
            missing.append((city, line))
    return missing


def names_of_cities() -> list[Names]:
    """Return what every city on record is called, for finding it on a list."""
    others: dict[str, list[str]] = {}
    for slug, _language, name in city_names():
        others.setdefault(slug, []).append(name)
    return [
        Names(city.id, city.country, (city.name, city.name_native or ""), tuple(others.get(city.slug, ())))
        for city in cities.list_cities()
    ]


def has_file(item_code: str, sha256: str) -> bool:
    """Tell whether this very file was brought in for an item already."""
    wanted = select(RegisterList.id).where(RegisterList.item_code == item_code, RegisterList.sha256 == sha256)
    return db.session.scalar(wanted.limit(1)) is not None


def count_waiting_rows() -> int:
    """Return how many lines of lists that may be a city here wait for an organizer."""
    wanted = select(func.count()).select_from(RegisterRow).where(RegisterRow.state == PROPOSED)
    return db.session.scalar(wanted) or 0


def _coalition(city: CityLine) -> str | None:
    return coalition_for(city.coalition, city.country, city.region)

"""What the first page shows: the map, four figures with their small drawings, what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from hub.commitments.models import LADDER
from hub.core.text import excerpt
from hub.site import queries
from hub.site.queries import Move, Place
from hub.vocabularies.queries import Vocabulary, vocabulary
from hub.web.dates import machine_date, partial_date
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language, ngettext
from hub.web.maps import project

FIRST_YEAR = 1990  # where the small drawings begin; what is older is in their first value
FIRST_FORUM = 2011
NOTE_LIMIT = 140

project_once = lru_cache(maxsize=4096)(project)


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and the small drawing beside it."""

    number: int
    words: str
    values: list[int]
    title: str
    kind: str  # line or columns


class MoveRow(NamedTuple):
    """A status that took effect lately."""

    machine_date: str
    date_text: str
    city: str
    city_url: str
    item: str
    item_url: str
    status_code: str
    status: str
    note: str
    note_language: str  # of the editors' notes; empty where it is not known
    is_demo: bool


def map_points(cities: Sequence[Place]) -> Markup:
    """Return the circles of the cities that have a place on the map, those with a case last so that they lie on top.

    Numbers and two class names only; made here because a hundred rounds of a template loop cost more than the page.
    """
    shapes: tuple[list[str], list[str]] = ([], [])
    for lat, lon, _region, number in cities:
        if lat is not None and lon is not None:
            x, y = project_once(lat, lon)
            shape, radius = ("on", 7) if number else ("off", 5)
            shapes[number > 0].append(f'<circle class="{shape}" cx="{x}" cy="{y}" r="{radius}"/>')
    return Markup("".join([*shapes[False], *shapes[True]]))  # noqa: S704  # nosec B704  # numbers only


def figures(cities: Sequence[Place], words: Vocabulary, today: date) -> list[Figure]:
    """Return the four figures of the first page, counted from the record."""
    return [
        _practices(queries.case_years(), today.year),
        _cities(cities, words),
        _records(queries.record_years(), today.year),
        _forums(queries.forum_years(), today.year),
    ]


def _practices(years: dict[int | None, int], last: int) -> Figure:
    total = sum(years.values())
    return Figure(
        number=total,
        words=ngettext(
            "case study, by the year the practice began", "case studies, by the year the practice began", total
        ),
        values=queries.running_total(years, FIRST_YEAR, last),
        title=_("Practices begun, running total %(first)d to %(last)d", first=FIRST_YEAR, last=last) + _undrawn(years),
        kind="line",
    )


def _records(years: dict[int | None, int], last: int) -> Figure:
    total = sum(years.values())
    return Figure(
        number=total,
        words=ngettext(
            "commitment record, by the year it took effect", "commitment records, by the year they took effect", total
        ),
        values=queries.running_total(years, FIRST_YEAR, last),
        title=_("Commitments in effect, running total %(first)d to %(last)d", first=FIRST_YEAR, last=last)
        + _undrawn(years),
        kind="line",
    )


def _undrawn(years: dict[int | None, int]) -> str:
    unknown = years.get(None, 0)
    if not unknown:
        return ""
    return " " + ngettext("(%(num)d without a year is not drawn)", "(%(num)d without a year are not drawn)", unknown)


def _cities(cities: Sequence[Place], words: Vocabulary) -> Figure:
    regions = queries.count_regions(cities, words)
    names = words.schemes.get("regions", {})
    told = [
        f"{in_language(names[code].labels) if code in names else code} {number}" for code, number in regions.items()
    ]
    total = sum(regions.values())
    return Figure(
        number=total,
        words=ngettext("city with a case, by world region", "cities with a case, by world region", total),
        values=list(regions.values()),
        title=", ".join(told) or _("No city has a case yet"),
        kind="columns",
    )


def _forums(people: dict[int, int], last: int) -> Figure:
    counted = [_("%(people)d in %(year)d", people=number, year=year) for year, number in people.items() if number]
    return Figure(
        number=len(people),
        words=ngettext(
            "forum since %(first)d; people taking part where counted",
            "forums since %(first)d; people taking part where counted",
            len(people),
            first=min(people, default=FIRST_FORUM),
        ),
        values=[people.get(year, 0) for year in range(min(people, default=last), last + 1)],
        title=_("People taking part, as reported: %(list)s", list=", ".join(counted)),
        kind="columns",
    )


def move_rows(moves: Sequence[Move], words: Vocabulary) -> list[MoveRow]:
    """Return statuses that took effect lately in the words of the current language."""
    rows = []
    for move in moves:
        item = words.find_item(move.item_code)
        status = words.find("statuses", move.status)
        is_native = bool(move.city_native and (move.native_language or "").split("-")[0] == language())
        rows.append(
            MoveRow(
                machine_date=machine_date(move.effective_text),
                date_text=partial_date(move.effective_text, "medium"),
                city=(move.city_native if is_native else move.city_name) or move.city_name,
                city_url=f"/cities/{move.city_slug}/commitments",
                item=in_language(item.labels) if item else move.item_code,
                item_url=f"/commitments/{move.item_code}",
                status_code=move.status,
                status=in_language(status.labels) if status else move.status,
                note=excerpt(move.note, NOTE_LIMIT),
                note_language="en" if move.is_compiled else "",
                is_demo=move.is_demo,
            )
        )
    return rows


def status_meanings() -> list[dict[str, str]]:
    """Return the statuses with what each means: the ladder first, then what stands beside it."""
    meanings = {
        "not_started": _("The city says, or its record shows, that nothing was done yet."),
        "pledged": _("Announced or signed as an intent. A claim without evidence stays here."),
        "adopted": _("Decided by the body that can decide it: enacted, ratified, joined."),
        "resourced": _("People and money are assigned to it."),
        "operating": _("It works: someone can use it or see it work."),
        "reported": _("It works, and the city reports on it in public."),
        "lapsed": _("It was in place and is not any more: suspended, not renewed, or repealed."),
        "withdrawn": _("The city took it back or left."),
        "outside_competence": _("The law gives this to another level of government. The reason is named."),
        "unknown": _("Nothing is on record. This is not a no."),
    }
    names = {term.code: in_language(term.labels) for term in vocabulary().scheme("statuses")} | {
        "unknown": _("Unknown")
    }
    order = [*LADDER, *(code for code in meanings if code not in LADDER)]
    return [{"code": code, "label": names.get(code, code), "meaning": meanings[code]} for code in order]

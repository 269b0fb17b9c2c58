"""What is new at a desk, as its lines: at most three of a kind, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func

from hub.cases.rows import is_current_language
from hub.cities.models import City
from hub.cities.queries import label_of
from hub.core.db import db
from hub.vocabularies.queries import vocabulary
from hub.web.locale import in_language, language

Rows = Select[*tuple[Any, ...]]

SHOWN = 3
LONGEST = 110  # characters of a text that names itself by its beginning
NAMED = (City.name.label("city"), City.name_native, City.native_language)  # what `named` reads


@dataclass(frozen=True)
class World:
    """Whose world it is, and since when: her cities, what is near to them, and the cities that she follows."""

    user_id: int
    since: datetime
    ids: tuple[int, ...]
    slugs: tuple[str, ...]
    countries: frozenset[str]  # of her cities, and those that she follows
    regions: frozenset[str]
    followed: frozenset[str]  # slugs


class Piece(NamedTuple):
    """One thing that is new: what is linked, where it leads, what it is, and when it came."""

    title: str
    url: str
    words: str
    at: datetime
    language: str = ""  # of the title, where it is not that of the page
    is_demo: bool = False
    code: str = ""


class Part(NamedTuple):
    """What is new of one kind: how many there are, the newest of them, and where all stand."""

    words: str
    total: int
    pieces: list[Piece]
    url: str


def newest(words: str, query: Rows, url: str, piece: Callable[[Any], Piece]) -> Part:
    """Return the part of the rows of a query, which puts the newest first; they are counted in the same read."""
    rows = db.session.execute(query.add_columns(func.count().over().label("total")).limit(SHOWN)).all()
    return Part(words, rows[0].total if rows else 0, [piece(row) for row in rows], url)


def named(row: Any) -> str:
    """Return what readers of the current language call the city of a row, empty where it has none."""
    return label_of(row.city, row.name_native, row.native_language, language()) if row.city else ""


def foreign(code: str | None) -> str:
    """Return the language of a text where it is not that of the page, else nothing."""
    return "" if not code or is_current_language(code) else code


def item_label(code: str) -> str:
    """Return what a commitment item is called in short; its code where nothing is known of it any more."""
    item = vocabulary().find_item(code)
    return in_language(item.short or item.labels) if item else code


def joined(parts: Iterable[str]) -> str:
    """Return what is said of a thing in one line, without what is empty."""
    return " · ".join(part for part in parts if part)

"""Notifications of one thing together, under its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from hub.cases.models import CaseStudy
from hub.cases.rows import case_path, city_label
from hub.cities.models import City
from hub.core.db import db
from hub.exchange.models import Question
from hub.feeds.models import FeedSource
from hub.follows.models import CASE, CITY, KINDS, QUESTION, SOURCE
from hub.follows.policy import can_follow_case
from hub.follows.targets import Target
from hub.follows.thingkeys import STATUS, item_target
from hub.follows.things import Thing
from hub.follows.told.commitments import item_label
from hub.follows.told.exchange import may_read, question_path
from hub.follows.told.lines import Line
from hub.follows.told.newsroom import source_path
from hub.people.models import User
from hub.web.locale import gettext as _


class Head(NamedTuple):
    """What several notifications are about: its name, where it stands, and what is muted to hear nothing of it."""

    label: str
    url: str
    language: str = ""  # of the label, where it is not that of the page
    mute: Target | None = None


class Said(NamedTuple):
    """What was told once or several times in the same words: the newest line, how often, whether all of it is read."""

    line: Line
    times: int
    is_read: bool


@dataclass
class Group:
    """What is new of one thing, the newest line first."""

    thing: str
    head: Head
    lines: list[Line] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        """Whether all of it is read."""
        return all(line.is_read for line in self.lines)

    @property
    def number(self) -> int:
        """The number of its newest notification, by which all of it is opened."""
        return self.lines[0].id

    @property
    def said(self) -> list[Said]:
        """Its lines, the same words once."""
        same: dict[str, list[Line]] = {}
        for line in self.lines:
            same.setdefault(line.news.text if line.news is not None else "", []).append(line)
        return [Said(lines[0], len(lines), all(line.is_read for line in lines)) for lines in same.values()]

    @property
    def can_mute(self) -> bool:
        """Whether she could hear nothing more of it: her work reaches her anyway."""
        return self.head.mute is not None and any(line.because.kind in KINDS for line in self.lines)

    @property
    def causes(self) -> list[tuple[Thing, bool]]:
        """Why she is told, each reason once, and whether she follows it still."""
        return list(
            {(each.because.kind, each.because.key): (each.because, each.is_followed) for each in self.lines}.values()
        )


def group_lines(lines: Sequence[Line], heads: Mapping[str, Head]) -> list[Group]:
    """Return lines by what they are about, the thing with the newest line first; without a thing one stands alone.

    `heads` is what `name_heads` says of their things; where it has no name, the news has.
    """
    groups: dict[str, Group] = {}
    for line in lines:
        key = line.thing or f"line:{line.id}"
        group = groups.setdefault(key, Group(key, heads.get(key) or _of_news(line)))
        group.lines.append(line)
        if not group.head.label:
            group.head = _of_news(line)
    return list(groups.values())


def name_heads(keys: Iterable[str], viewer: User | None) -> dict[str, Head]:
    """Return the names of things by the keys under which people are told of them, one query for each kind.

    Those that are gone or closed to this person are left out, and those that have no name of their own.
    """
    wanted: dict[str, dict[str, int]] = {}
    for key in keys:
        kind, _colon, rest = key.partition(":")
        said = rest.partition(":")[0]
        if kind in _HEADS and said.isdigit():
            wanted.setdefault(kind, {})[key] = int(said)
    heads = {}
    for kind, numbers in wanted.items():
        model, name = _HEADS[kind]
        query = select(model).where(model.id.in_(set(numbers.values())))
        query = query.options(lazyload(CaseStudy.tags)) if model is CaseStudy else query
        rows = {row.id: row for row in db.session.scalars(query)}
        for key, number in numbers.items():
            head = name(rows[number], key, viewer) if number in rows else None
            if head is not None:
                heads[key] = head
    return heads


def _of_case(case: CaseStudy, _key: str, viewer: User | None) -> Head | None:
    if not can_follow_case(viewer, case):
        return None
    return Head(case.title, case_path(case.slug), case.language, (CASE, case.slug))


def _of_question(question: Question, _key: str, viewer: User | None) -> Head | None:
    if not may_read(question, viewer):
        return None
    label = _("A question about “%(title)s”", title=question.case.title)
    return Head(label, question_path(question), "", (QUESTION, str(question.id)))


def _of_city(city: City, _key: str, _viewer: User | None) -> Head:
    return Head(city_label(city), f"/cities/{city.slug}", "", (CITY, city.slug))


def _of_item(city: City, key: str, _viewer: User | None) -> Head:
    code = key.split(":")[2]
    label = _("%(item)s, %(city)s", item=item_label(code), city=city_label(city))
    return Head(label, f"/cities/{city.slug}/commitments#{code}", "", item_target(city.id, code))


def _of_source(source: FeedSource, _key: str, _viewer: User | None) -> Head:
    return Head(source.title, source_path(source), "", (SOURCE, source.slug))


_HEADS: dict[str, tuple[type[Any], Callable[[Any, str, User | None], Head | None]]] = {
    CASE: (CaseStudy, _of_case),
    QUESTION: (Question, _of_question),
    CITY: (City, _of_city),
    STATUS: (City, _of_item),
    SOURCE: (FeedSource, _of_source),
}


def _of_news(line: Line) -> Head:
    """Return the name that the news of a line gives; nothing where it is no longer public."""
    return Head(line.news.title, line.news.url, line.news.language) if line.news is not None else Head("", "")

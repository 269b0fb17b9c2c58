"""What is followed, by name, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cases.rows import case_path
from hub.cities.models import City
from hub.cities.queries import label_of
from hub.core.db import db
from hub.core.text import excerpt
from hub.exchange.models import Question
from hub.feeds.models import FeedSource
from hub.follows.models import (
    ASKER,
    CASE,
    CITY,
    COMMITMENT,
    COUNTRY,
    OFFICE,
    ORGANIZERS,
    PRINCIPLE,
    QUESTION,
    SEARCH,
    SOURCE,
)
from hub.follows.policy import can_follow_case, can_follow_question
from hub.follows.queries import is_country, is_number, search_queries
from hub.follows.searches import find_search, list_path
from hub.follows.targets import Target
from hub.people.models import User
from hub.search.criteria import Criteria
from hub.search.labels import Labels
from hub.vocabularies.queries import vocabulary
from hub.web.locale import country_name, in_language, language
from hub.web.locale import gettext as _

LONGEST_QUESTION = 80  # characters of a question that name it


@dataclass(frozen=True)
class Thing:
    """A thing one may follow; without `url` it is gone or no longer public, and its name is not told."""

    kind: str
    key: str
    label: str
    short: str  # the code of a principle or commitment, else the label
    url: str = ""
    language: str = ""  # of the label, where it is not that of the page

    @property
    def feed(self) -> str:
        """The path of the feed that carries what a follower of this is told."""
        if self.kind == SEARCH:
            return self.url.replace("/cases/", "/cases.atom", 1)
        return feed_path(self.kind, self.key)


def feed_path(kind: str, key: str) -> str:
    """Return the path of the feed of a thing."""
    return "/follow.atom?" + urlencode({"kind": kind, "id": key})


def name_things(wanted: Iterable[Target], viewer: User | None) -> dict[Target, Thing]:
    """Return the things named by kind and key, those that are gone or closed to this person without their names.

    Without a `viewer`, as for a subscriber, what is not for everyone is closed.
    """
    targets = set(wanted)
    found = {target: _of_vocabulary(target) for target in targets if target[0] in (PRINCIPLE, COMMITMENT)}
    found |= _cities([key for kind, key in targets if kind == CITY])
    found |= _works([key for kind, key in targets if kind == OFFICE])
    found |= _searches([key for kind, key in targets if kind == SEARCH])
    found |= _cases([key for kind, key in targets if kind == CASE], viewer)
    found |= _sources([key for kind, key in targets if kind == SOURCE])
    found |= {(COUNTRY, key): _country(key) for kind, key in targets if kind == COUNTRY and is_country(key)}
    found |= _questions([target for target in targets if target[0] in (QUESTION, ASKER)], viewer)
    return {target: found.get(target) or _gone(target) for target in targets}


def _gone(target: Target) -> Thing:
    if target[0] == ORGANIZERS:
        return Thing(ORGANIZERS, target[1], _("For organizers"), _("For organizers"), "/organizers")
    words = _("a search") if target[0] == SEARCH else _("something that is no longer public")
    return Thing(target[0], target[1], words, words)


def _of_vocabulary(target: Target) -> Thing:
    kind, code = target
    if kind == PRINCIPLE:
        term = vocabulary().find_principle(code)
        return (
            Thing(kind, code, f"{code} {in_language(term.labels)}", code, f"/principles/{code}")
            if term
            else _gone(target)
        )
    item = vocabulary().find_item(code)
    return (
        Thing(kind, code, f"{code} {in_language(item.labels)}", code, f"/commitments/{code}") if item else _gone(target)
    )


def _cities(slugs: list[str]) -> dict[Target, Thing]:
    if not slugs:
        return {}
    wanted = select(City.slug, City.name, City.name_native, City.native_language).where(City.slug.in_(slugs))
    found = {}
    for slug, name, native, native_language in db.session.execute(wanted):
        label = label_of(name, native, native_language, language())
        found[CITY, slug] = Thing(CITY, slug, label, label, f"/cities/{slug}")
    return found


def _works(slugs: list[str]) -> dict[Target, Thing]:
    """Return the work for cities, each by the name of its city."""
    return {
        (OFFICE, slug): Thing(OFFICE, slug, thing.label, thing.short, f"/cities/{slug}/commitments")
        for (_kind, slug), thing in _cities(slugs).items()
    }


def _searches(keys: list[str]) -> dict[Target, Thing]:
    if not keys:
        return {}
    queries = search_queries(keys)
    read = {key: criteria for key, query in queries.items() if (criteria := find_search(query)) is not None}
    labels = search_labels(read)
    return {(SEARCH, key): Thing(SEARCH, key, labels[key], labels[key], list_path(queries[key])) for key in read}


def search_labels(searches: Mapping[str, Criteria]) -> dict[str, str]:
    """Return the names of searches: their words in quotes, their filters by label, in the current language."""
    cities = {slug: 0 for criteria in searches.values() for slug in criteria.city}
    labels = Labels({"city": cities}, Criteria())
    return {key: " · ".join(labels.chip(*chip) for chip in criteria.chips()) for key, criteria in searches.items()}


def _cases(slugs: list[str], viewer: User | None) -> dict[Target, Thing]:
    if not slugs:
        return {}
    return {
        (CASE, case.slug): Thing(CASE, case.slug, case.title, case.title, case_path(case.slug), case.language)
        for case in db.session.scalars(select(CaseStudy).where(CaseStudy.slug.in_(slugs)))
        if can_follow_case(viewer, case)
    }


def _sources(slugs: list[str]) -> dict[Target, Thing]:
    if not slugs:
        return {}
    wanted = select(FeedSource.slug, FeedSource.title, FeedSource.language).where(FeedSource.slug.in_(slugs))
    return {
        (SOURCE, slug): Thing(SOURCE, slug, title, title, source_path(slug), spoken or "")
        for slug, title, spoken in db.session.execute(wanted)
    }


def source_path(slug: str) -> str:
    """Return the address of the news of a source."""
    return "/news/?" + urlencode({"source": slug})


def _country(code: str) -> Thing:
    label = country_name(code)
    return Thing(COUNTRY, code, label, label, country_path(code))


def country_path(code: str) -> str:
    """Return the address of the cities of a country."""
    return "/cities/?" + urlencode({"country": code})


def _questions(targets: list[Target], viewer: User | None) -> dict[Target, Thing]:
    """Return questions, each by how it begins; who asked may always know which it was."""
    wanted: dict[int, set[Target]] = {}
    for kind, key in targets:
        if is_number(key):
            wanted.setdefault(int(key), set()).add((kind, key))
    found = {}
    for question in db.session.scalars(select(Question).where(Question.id.in_(wanted))) if wanted else ():
        is_hers = viewer is not None and question.asked_by == viewer.id and question.removed_at is None
        for kind, key in wanted[question.id]:
            if can_follow_question(viewer, question) or (kind == ASKER and is_hers):
                label = question_label(question)
                found[kind, key] = Thing(kind, key, label, label, question_path(question.id), question.language)
    return found


def question_label(question: Question) -> str:
    """Return how a question begins, as its name."""
    return excerpt(question.text, LONGEST_QUESTION)


def question_path(question_id: int) -> str:
    """Return the address of a question."""
    return f"/exchange/questions/{question_id}"

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
from hub.follows.models import CASE, CITY, COMMITMENT, OFFICE, ORGANIZERS, PRINCIPLE, SEARCH
from hub.follows.policy import can_follow_case
from hub.follows.queries import search_queries
from hub.follows.searches import find_search, list_path
from hub.follows.targets import Target
from hub.people.models import User
from hub.search.criteria import Criteria
from hub.search.labels import Labels
from hub.vocabularies.queries import vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language


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


def name_things(wanted: Iterable[Target], viewer: User) -> dict[Target, Thing]:
    """Return the things named by kind and key, those that are gone or closed to this person without their names."""
    targets = set(wanted)
    found = {target: _of_vocabulary(target) for target in targets if target[0] in (PRINCIPLE, COMMITMENT)}
    found |= _cities([key for kind, key in targets if kind == CITY])
    found |= _works([key for kind, key in targets if kind == OFFICE])
    found |= _searches([key for kind, key in targets if kind == SEARCH])
    found |= _cases([key for kind, key in targets if kind == CASE], viewer)
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


def _cases(slugs: list[str], viewer: User) -> dict[Target, Thing]:
    if not slugs:
        return {}
    return {
        (CASE, case.slug): Thing(CASE, case.slug, case.title, case.title, case_path(case.slug), case.language)
        for case in db.session.scalars(select(CaseStudy).where(CaseStudy.slug.in_(slugs)))
        if can_follow_case(viewer, case)
    }

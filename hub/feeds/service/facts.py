"""What is asked of whoever says something of a source: who it is, and whether what is said can be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from hub.cities.models import City, Organisation
from hub.core.addresses import NotFetched, check_address
from hub.core.db import db
from hub.core.errors import Forbidden, Invalid
from hub.core.text import N_, excerpt, has_control_characters
from hub.feeds.models import FeedSource
from hub.feeds.policy import can_run_sources
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

MAX_TITLE = 200
FACTS = ("title", "language", "principle_codes", "city_slugs", "organisation_slug")
KNOWN = N_("This address is here already, as “%(title)s”.")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class SourceFacts:
    """What an organizer says of a source: its name, its language (none: as its feed says), what it is tied to."""

    title: str
    language: str | None = None
    principle_codes: tuple[str, ...] = ()
    city_slugs: tuple[str, ...] = ()
    organisation_slug: str | None = None  # whose news these are, where it is one of the organisations on record


def ask_policy(by: User | None) -> None:
    """Raise Forbidden unless the person may run the sources."""
    if not can_run_sources(by):
        raise Forbidden("organizers run the sources")


def checked_facts(facts: SourceFacts) -> SourceFacts:
    """Return the facts as they are stored; raises Invalid naming the field that holds what cannot be."""
    title = excerpt(facts.title, MAX_TITLE)
    if not title or has_control_characters(title):
        raise Invalid("title", "Give the source a name.")
    if facts.language and not _LANGUAGE.fullmatch(facts.language):
        raise Invalid("language", "Choose one of the list.")
    known = {term.code for term in vocabulary().top("gwangju")}
    codes = _in_order(facts.principle_codes)
    if not known.issuperset(codes):
        raise Invalid("principles", "One of these cannot be chosen here.")
    slugs = _in_order(facts.city_slugs)
    if slugs and len(set(db.session.scalars(select(City.slug).where(City.slug.in_(slugs))))) != len(slugs):
        raise Invalid("cities", "One of these cannot be chosen here.")
    whose = facts.organisation_slug or None
    if whose and db.session.scalar(select(Organisation.id).where(Organisation.slug == whose)) is None:
        raise Invalid("organisation", "Choose one of the list.")
    return replace(
        facts, title=title, language=facts.language or None, principle_codes=codes, city_slugs=slugs,
        organisation_slug=whose,
    )  # fmt: skip


def check_allowed(address: str, allow: frozenset[str]) -> None:
    """Raise Invalid, saying why, for an address that the hub may not ask."""
    try:
        check_address(address, allow)
    except NotFetched as refused:
        raise Invalid("address", refused.reason) from None


def refuse_known(key: str, *, besides: int = 0) -> None:
    """Raise Invalid, naming it, when a source other than `besides` has the address with this key."""
    query = select(FeedSource.title).where(FeedSource.address_key == key, FeedSource.id != besides)
    if (title := db.session.scalar(query)) is not None:
        raise Invalid("address", KNOWN, title=title)


def _in_order(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))

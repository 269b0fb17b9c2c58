"""Adding, changing, pausing and resuming sources of news."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hub.cities.models import City
from hub.core.addresses import MAX_ADDRESS, NotFetched, check_address
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.core.log import differing, record, state_of
from hub.core.text import excerpt, has_control_characters, safe_url, slugify
from hub.feeds import queries
from hub.feeds.events import SourceAdded, SourceChanged, SourcePaused, SourceResumed
from hub.feeds.identity import address_key
from hub.feeds.models import ACTIVE, GONE, NEW, PAUSED, FeedEntry, FeedSource
from hub.feeds.policy import can_run_sources
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

MAX_TITLE = 200
FACTS = ("title", "language", "principle_codes", "city_slugs")
SCHEDULE = ("state", "next_check_at")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class SourceFacts:
    """What an organizer says of a source: its name, its language (none: as its feed says), what it is tied to."""

    title: str
    language: str | None = None
    principle_codes: tuple[str, ...] = ()
    city_slugs: tuple[str, ...] = ()


def add_source(
    address: str, facts: SourceFacts, *, homepage: str = "", allow: frozenset[str], by: User | None, now: datetime
) -> FeedSource:
    """Add a source that is checked from now on, inside `transaction()`.

    Raises Forbidden; Invalid naming the field, also when the address is known already.
    """
    _ask_policy(by)
    try:
        check_address(address, allow)
    except NotFetched as refused:
        raise Invalid("address", refused.reason) from None
    facts = _checked(facts)
    key = address_key(address)
    for _attempt in range(5):
        _refuse_known(key)
        source = FeedSource(
            slug=_free_slug(facts.title),
            title=facts.title,
            address=address,
            address_key=key,
            homepage=safe_url(homepage)[:MAX_ADDRESS] or None,
            state=NEW,
            language=facts.language,
            principle_codes=list(facts.principle_codes),
            city_slugs=list(facts.city_slugs),
            added_by=by.id if by else None,
            added_at=now,
            next_check_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(source)
        except IntegrityError:  # someone else added this address, or one of this name, at the same moment
            continue
        changes = differing({}, state_of(source, ("address", "homepage", *FACTS)))
        record(SourceAdded(source.id), by=by.id if by else None, now=now, changes=changes)
        return source
    raise Conflict("other sources are being added at the same time")


def change_source(slug: str, facts: SourceFacts, *, expected: int, by: User | None, now: datetime) -> FeedSource:
    """Change name, language and ties of a source, and tie its entries anew, inside `transaction()`.

    Raises Forbidden, also for the source of the hub's own files; NotFound, Conflict when it was changed meanwhile,
    Invalid naming the field.
    """
    _ask_policy(by)
    source = queries.get_source(slug)
    if source.address is None:
        raise Forbidden("the seed files say what this source is")
    if source.version != expected:
        raise Conflict(f"source {slug} was changed meanwhile")
    facts = _checked(facts)
    ties = list(facts.principle_codes), list(facts.city_slugs)
    if (source.title, source.language, source.principle_codes, source.city_slugs) == (
        facts.title, facts.language, *ties
    ):  # fmt: skip
        return source
    before = state_of(source, FACTS)
    values: dict[str, object] = {"principle_codes": ties[0], "city_slugs": ties[1]}
    if facts.language:
        values["language"] = facts.language
    db.session.execute(update(FeedEntry).where(FeedEntry.source_id == source.id).values(**values))
    source.title, source.language, (source.principle_codes, source.city_slugs) = facts.title, facts.language, ties
    source.version += 1
    changes = differing(before, state_of(source, FACTS))
    record(SourceChanged(source.id), by=by.id if by else None, now=now, changes=changes)
    return source


def pause_source(slug: str, *, by: User | None, now: datetime) -> FeedSource:
    """Let a source rest, inside `transaction()`; its entries stay. Raises Forbidden, NotFound."""
    _ask_policy(by)
    source = queries.get_source(slug)
    if source.address is not None and source.state != PAUSED:
        before = state_of(source, SCHEDULE)
        source.state, source.next_check_at = PAUSED, None
        source.version += 1
        changes = differing(before, state_of(source, SCHEDULE))
        record(SourcePaused(source.id), by=by.id if by else None, now=now, changes=changes)
    return source


def resume_source(slug: str, *, by: User | None, now: datetime) -> FeedSource:
    """Check a source again from now on, inside `transaction()`. Raises Forbidden, NotFound."""
    _ask_policy(by)
    source = queries.get_source(slug)
    if source.address is not None and source.state in (PAUSED, GONE):
        before = state_of(source, SCHEDULE)
        source.state, source.next_check_at = ACTIVE if source.succeeded_at else NEW, now
        source.failures, source.failing_since, source.error = 0, None, ""
        source.version += 1
        changes = differing(before, state_of(source, SCHEDULE))
        record(SourceResumed(source.id), by=by.id if by else None, now=now, changes=changes)
    return source


def _ask_policy(by: User | None) -> None:
    if not can_run_sources(by):
        raise Forbidden("organizers run the sources")


def _checked(facts: SourceFacts) -> SourceFacts:
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
    return SourceFacts(title, facts.language or None, codes, slugs)


def _in_order(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _refuse_known(key: str) -> None:
    title = db.session.scalar(select(FeedSource.title).where(FeedSource.address_key == key))
    if title is not None:
        raise Invalid("address", "This address is here already, as “%(title)s”.", title=title)


def _free_slug(title: str) -> str:
    slug = slugify(title)[:74].strip("-")
    taken = set(db.session.scalars(select(FeedSource.slug).where(FeedSource.slug.startswith(slug, autoescape=True))))
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)

"""Changing, moving, pausing and resuming sources of news."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from hub.core.addresses import MAX_ADDRESS
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.core.log import differing, record, state_of
from hub.core.text import safe_url
from hub.feeds import queries
from hub.feeds.events import SourceChanged, SourcePaused, SourceResumed
from hub.feeds.identity import address_key
from hub.feeds.models import ACTIVE, GONE, NEW, PAUSED, FeedEntry, FeedSource
from hub.feeds.service.facts import (
    FACTS,
    KNOWN,
    SourceFacts,
    ask_policy,
    check_allowed,
    checked_facts,
    refuse_known,
)
from hub.people.models import User

SCHEDULE = ("state", "next_check_at")
PLACE = ("address", "homepage", *SCHEDULE)


def change_source(slug: str, facts: SourceFacts, *, expected: int, by: User | None, now: datetime) -> FeedSource:
    """Change name, language and ties of a source, and tie its entries anew, inside `transaction()`.

    Entries that someone tied by hand keep their ties. Raises Forbidden, also for the source of the hub's own files;
    NotFound, Conflict when it was changed meanwhile, Invalid naming the field.
    """
    source = _own(slug, expected, by)
    facts = checked_facts(facts)
    before = state_of(source, FACTS)
    values = {name: getattr(facts, name) for name in FACTS}
    ties = {"principle_codes": list(facts.principle_codes), "city_slugs": list(facts.city_slugs)}
    for name, value in (values | ties).items():
        setattr(source, name, value)
    changes = differing(before, state_of(source, FACTS))
    if not changes:
        return source
    entries = update(FeedEntry).where(FeedEntry.source_id == source.id)
    if changes.keys() & ties.keys():
        db.session.execute(entries.where(FeedEntry.is_tied_by_hand.is_(False)).values(**ties))
    if facts.language:
        db.session.execute(entries.values(language=facts.language))
    source.version += 1
    record(SourceChanged(source.id), by=by.id if by else None, now=now, changes=changes)
    return source


def move_source(
    slug: str, address: str, *, homepage: str = "", expected: int, allow: frozenset[str], by: User | None, now: datetime
) -> FeedSource:
    """Let a source be read from another address from now on, inside `transaction()`; its stories stay.

    What is being read from the old address meanwhile is not stored any more. Raises as `change_source` does.
    """
    source = _own(slug, expected, by)
    check_allowed(address, allow)
    key = address_key(address)
    refuse_known(key, besides=source.id)
    if address == source.address:
        return source
    before = state_of(source, PLACE)
    source.address, source.address_key = address, key
    source.homepage = safe_url(homepage)[:MAX_ADDRESS] or source.homepage
    source.etag = source.last_modified = source.content_hash = source.read_at = None
    source.moved_to = source.moved_since = source.moved_at = None
    source.moved_times = 0
    source.lease_owner = source.lease_until = None
    if source.state != PAUSED:
        _begin_anew(source, now)
    source.version += 1
    changes = differing(before, state_of(source, PLACE))
    try:
        db.session.flush()
    except IntegrityError:  # someone else gave another source this address at the same moment
        raise Invalid("address", KNOWN, title=address) from None
    record(SourceChanged(source.id), by=by.id if by else None, now=now, changes=changes)
    return source


def pause_source(slug: str, *, by: User | None, now: datetime) -> FeedSource:
    """Let a source rest, inside `transaction()`; its entries stay. Raises Forbidden, NotFound."""
    ask_policy(by)
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
    ask_policy(by)
    source = queries.get_source(slug)
    if source.address is not None and source.state in (PAUSED, GONE):
        before = state_of(source, SCHEDULE)
        _begin_anew(source, now)
        source.version += 1
        changes = differing(before, state_of(source, SCHEDULE))
        record(SourceResumed(source.id), by=by.id if by else None, now=now, changes=changes)
    return source


def _own(slug: str, expected: int, by: User | None) -> FeedSource:
    """Return a source that people change, as it was on someone's screen."""
    ask_policy(by)
    source = queries.get_source(slug)
    if source.address is None:
        raise Forbidden("the seed files say what this source is")
    if source.version != expected:
        raise Conflict(f"source {slug} was changed meanwhile")
    return source


def _begin_anew(source: FeedSource, now: datetime) -> None:
    source.state, source.next_check_at = ACTIVE if source.succeeded_at else NEW, now
    source.failures, source.failing_since, source.error = 0, None, ""

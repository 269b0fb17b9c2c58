"""What organizers decide about stories: which stand first, which are not shown, what they are about, which must go.

A story that several sources brought is one story: what is decided about it holds for all its entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select

from hub.cities.models import City
from hub.core.chain import erase_personal
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, LogEntry, differing, record, state_of
from hub.feeds import queries
from hub.feeds.events import EntryStored, StoryHidden, StoryPinned, StoryShown, StoryTakenOut, StoryTied, StoryUnpinned
from hub.feeds.models import FeedEntry
from hub.feeds.policy import can_decide_stories
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

TIES = ("principle_codes", "city_slugs", "is_tied_by_hand")
TEXTS = ("title", "summary_html", "body_html", "words")


def pin_story(number: int, *, by: User, now: datetime) -> FeedEntry:
    """Put a story first, inside `transaction()`; beyond three, the one that stood there longest makes room.

    Raises Forbidden, NotFound, Conflict for a story that is hidden.
    """
    entry = _story(number, by)
    if entry.hidden_at is not None:
        raise Conflict("a hidden story cannot stand first")
    if entry.pinned_at is None:
        pinned = db.session.scalars(
            select(FeedEntry).where(FeedEntry.pinned_at.is_not(None)).order_by(FeedEntry.pinned_at.desc(), FeedEntry.id)
        ).all()
        gone = pinned[queries.MOST_PINS - 1 :]
        for each in gone:
            each.pinned_at = None
        entry.pinned_at = now
        event = StoryPinned(entry.id, [each.id for each in gone])
        record(event, by=by.id, now=now, changes={"pinned_at": (None, now)})
    return entry


def unpin_story(number: int, *, by: User, now: datetime) -> FeedEntry:
    """Let a story go back to its place by date, inside `transaction()`. Raises Forbidden, NotFound."""
    entry = _story(number, by)
    if entry.pinned_at is not None:
        before, entry.pinned_at = entry.pinned_at, None
        record(StoryUnpinned(entry.id), by=by.id, now=now, changes={"pinned_at": (before, None)})
    return entry


def hide_story(number: int, *, by: User, now: datetime) -> FeedEntry:
    """Keep a story from all public pages, inside `transaction()`, until shown again. Raises Forbidden, NotFound."""
    entry = _story(number, by)
    shown = [each for each in queries.list_copies(entry) if each.hidden_at is None]
    if shown:
        before = state_of(entry, ("hidden_at", "pinned_at"))
        for each in shown:
            each.hidden_at, each.pinned_at = now, None
        changes = differing(before, state_of(entry, ("hidden_at", "pinned_at")))
        record(StoryHidden(entry.id, _others(entry, shown)), by=by.id, now=now, changes=changes)
    return entry


def show_story(number: int, *, by: User, now: datetime) -> FeedEntry:
    """Show a hidden story again, inside `transaction()`. Raises Forbidden, NotFound."""
    entry = _story(number, by)
    hidden = [each for each in queries.list_copies(entry) if each.hidden_at is not None]
    if hidden:
        before = entry.hidden_at
        for each in hidden:
            each.hidden_at = None
        record(StoryShown(entry.id, _others(entry, hidden)), by=by.id, now=now, changes={"hidden_at": (before, None)})
    return entry


def tie_story(
    number: int, principles: Iterable[str], cities: Iterable[str], *, expected: int, by: User, now: datetime
) -> FeedEntry:
    """Say which principles and cities a story is about, inside `transaction()`; its source does not change that again.

    Raises Forbidden; NotFound; Conflict when someone else said so since the version `expected`; Invalid naming the
    field.
    """
    entry = _story(number, by)
    if entry.version != expected:
        raise Conflict(f"story {number} was tied meanwhile")
    codes, slugs = list(dict.fromkeys(principles)), list(dict.fromkeys(cities))
    _check_codes(codes, entry.principle_codes)
    _check_cities(slugs, entry.city_slugs)
    if (entry.principle_codes, entry.city_slugs) == (codes, slugs):
        return entry
    before, copies = state_of(entry, TIES), queries.list_copies(entry)
    for each in copies:
        each.principle_codes, each.city_slugs, each.is_tied_by_hand = list(codes), list(slugs), True
        each.version += 1
    changes = differing(before, state_of(entry, TIES))
    record(StoryTied(entry.id, _others(entry, copies)), by=by.id, now=now, changes=changes)
    return entry


def take_story_out(number: int, *, by: User, now: datetime) -> None:
    """Empty a story for good, inside `transaction()`, here and in what the log kept of it.

    Its names and address stay, so that a later check knows it and does not bring it back. Raises Forbidden, NotFound.
    """
    entry = _story(number, by)
    copies = queries.list_copies(entry)
    for each in copies:
        for field in TEXTS:
            setattr(each, field, "")
        each.enclosures, each.principle_codes, each.city_slugs, each.date_text = [], [], [], None
        each.removed_at, each.pinned_at = now, None
        each.version += 1
    db.session.flush()
    positions = _entries_about({each.id for each in copies})
    if positions:
        erase_personal(parts=(CHANGES,), reason="taken_out", by=by.id, now=now, positions=positions)
    event = StoryTakenOut(entry.id, _others(entry, copies))
    record(event, by=by.id, now=now, changes={"removed_at": (None, now)})


def _story(number: int, by: User) -> FeedEntry:
    """Return a story to be changed, locked until the commit."""
    if not can_decide_stories(by):
        raise Forbidden("organizers decide about stories")
    if not 0 < number <= queries.HIGHEST:
        raise NotFound(f"no story {number}")
    query = select(FeedEntry).where(FeedEntry.id == number, FeedEntry.removed_at.is_(None))
    query = query.with_for_update(of=FeedEntry).execution_options(populate_existing=True)
    entry = db.session.scalar(query)
    if entry is None:
        raise NotFound(f"no story {number}")
    return entry


def _others(entry: FeedEntry, copies: Iterable[FeedEntry]) -> list[int]:
    return [each.id for each in copies if each.id != entry.id]


def _check_codes(codes: Collection[str], held: Collection[str]) -> None:
    known = {term.code for term in vocabulary().top("gwangju")}
    if not known.union(held).issuperset(codes):
        raise Invalid("principles", "One of these cannot be chosen here.")


def _check_cities(slugs: Collection[str], held: Collection[str]) -> None:
    new = set(slugs).difference(held)
    if new and set(db.session.scalars(select(City.slug).where(City.slug.in_(new)))) != new:
        raise Invalid("cities", "One of these cannot be chosen here.")


def _entries_about(ids: Collection[int]) -> list[int]:
    """Return the entries of the log that say what stood in these stories."""
    query = select(LogEntry.position).where(
        LogEntry.kind == EntryStored.__name__, LogEntry.payload["entry_id"].as_integer().in_(ids)
    )
    return list(db.session.scalars(query))

"""Checking a source: who does it until when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from hub.core.db import db
from hub.core.leases import is_due, is_free
from hub.core.log import differing, record, state_of
from hub.feeds.events import EntryStored, SourceChanged, SourceChecked
from hub.feeds.identity import address_key, content_key, second_key, words_of
from hub.feeds.models import ACTIVE, BACKOFF, FAILING, GONE, LONGEST, PAUSED, STORY, FeedEntry, FeedSource, FeedSync
from hub.feeds.parse import ParsedEntry, ParsedFeed
from hub.people.models import User

LEASE = timedelta(minutes=5)
BASE = timedelta(minutes=60)
SHORTEST_WAIT = timedelta(minutes=5)  # whatever a site that asks for patience says
FAILING_AFTER, FAILING_FOR = 10, timedelta(days=7)
SYNCS_KEPT = timedelta(days=30)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
STORED, UNCHANGED, FAILED = "stored", "unchanged", "failed"
MAX_VALIDATOR = 200
SHOWN = ("state", "homepage", "error", "failures", "next_check_at")


@dataclass(frozen=True)
class Claim:
    """The right to check a source for a while, with what is needed for it."""

    source_id: int
    slug: str
    title: str
    address: str
    etag: str | None
    last_modified: str | None
    content_hash: str | None
    owner: str
    started_at: datetime


@dataclass(frozen=True)
class Answer:
    """What a check brought: a feed, the word that nothing changed, or what went wrong in plain English."""

    status: int | None = None
    feed: ParsedFeed | None = None
    error: str = ""
    note: str = ""  # what organizers should know although all went well
    is_gone: bool = False
    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    wait: timedelta = timedelta(0)  # how long the site says its answer holds, or asks us to stay away


@dataclass(frozen=True)
class Stored:
    """What came of one check."""

    outcome: str
    added: int = 0
    changed: int = 0
    error: str = ""


def claim_source(source_id: int, *, owner: str, now: datetime, is_asked: bool = False) -> Claim | None:
    """Take the right to check a source, inside `transaction()`; None while it is not due or someone else has it.

    A person who asks need not wait until it is due, and may ask for one that its site called gone.
    """
    free = is_free(FeedSource.lease_until, now, LEASE)
    conditions = [FeedSource.id == source_id, FeedSource.address.is_not(None), FeedSource.state != PAUSED, free]
    if not is_asked:
        conditions += [FeedSource.state != GONE, is_due(FeedSource.next_check_at, now, LONGEST)]
    taken = db.session.execute(
        update(FeedSource)
        .where(*conditions)
        .values(lease_owner=owner, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    if int(getattr(taken, "rowcount", 0)) != 1:
        return None
    source = db.session.scalars(
        select(FeedSource).where(FeedSource.id == source_id).execution_options(populate_existing=True)
    ).one()
    return Claim(
        source.id, source.slug, source.title, source.address or "", source.etag, source.last_modified,
        source.content_hash, owner, now,
    )  # fmt: skip


def store_answer(claim: Claim, answer: Answer, now: datetime, by: User | None = None) -> Stored | None:
    """Write what a check brought and when the next is due, inside `transaction()`; `by` asked for the check.

    None when the right to check went to someone else meanwhile: then nothing is written.
    """
    source = db.session.get(FeedSource, claim.source_id, with_for_update=True)
    if source is None or source.lease_owner != claim.owner:
        return None
    before = state_of(source, SHOWN)
    stored = _failed(source, answer, now) if answer.error else _succeeded(source, answer, now)
    changes = differing(before, state_of(source, SHOWN))
    if by is not None:
        record(SourceChecked(source.id), by=by.id, now=now, changes=changes)
    elif "homepage" in changes and stored.outcome != STORED:  # stories that are here already lead to it
        record(SourceChanged(source.id), by=None, now=now, changes={"homepage": changes["homepage"]})
    source.checked_at, source.lease_owner, source.lease_until = now, None, None
    db.session.add(
        FeedSync(
            source_id=source.id,
            started_at=claim.started_at,
            ended_at=now,
            outcome=stored.outcome,
            status=answer.status,
            added=stored.added,
            changed=stored.changed,
            error=answer.error or answer.note,
        )
    )
    db.session.execute(delete(FeedSync).where(FeedSync.source_id == source.id, FeedSync.started_at < now - SYNCS_KEPT))
    return stored


def _failed(source: FeedSource, answer: Answer, now: datetime) -> Stored:
    source.failures += 1
    source.failing_since = source.failing_since or now
    source.error = answer.error
    if source.state == PAUSED:
        return Stored(FAILED, error=answer.error)
    if answer.is_gone:
        source.state, source.next_check_at = GONE, None
        return Stored(FAILED, error=answer.error)
    is_failing = source.failures >= FAILING_AFTER or now - source.failing_since >= FAILING_FOR
    source.state = FAILING if is_failing else BACKOFF
    wait = max(answer.wait, SHORTEST_WAIT) if answer.wait else BASE * 2 ** min(source.failures, 10)
    source.next_check_at = now + min(wait, LONGEST)
    return Stored(FAILED, error=answer.error)


def _succeeded(source: FeedSource, answer: Answer, now: datetime) -> Stored:
    source.failures, source.failing_since, source.error, source.succeeded_at = 0, None, "", now
    if source.state != PAUSED:
        source.state = ACTIVE
        source.next_check_at = now + min(max(BASE, answer.wait), LONGEST)
    if answer.feed is None:
        return Stored(UNCHANGED)
    source.etag, source.last_modified = _validator(answer.etag), _validator(answer.last_modified)
    source.content_hash = answer.content_hash
    source.homepage = source.homepage or answer.feed.homepage or None
    added, changed = store_entries(source, answer.feed, now)
    return Stored(STORED if added or changed else UNCHANGED, added, changed)


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else None


def store_entries(source: FeedSource, feed: ParsedFeed, now: datetime) -> tuple[int, int]:
    """Bring the entries of a source to what its feed says and return how many are new and how many were edited.

    What is no longer in the feed stays.
    """
    guids = [entry.guid for entry in feed.entries]
    found = db.session.scalars(
        select(FeedEntry).where(FeedEntry.source_id == source.id, FeedEntry.guid.in_(guids))
    ).unique()  # fmt: skip
    known: Mapping[str, FeedEntry] = {entry.guid: entry for entry in found}
    fresh: list[FeedEntry] = []
    edited: list[FeedEntry] = []
    before: dict[str, dict[str, Any]] = {}
    for parsed in feed.entries:
        entry, digest = known.get(parsed.guid), content_key(parsed)
        if entry is not None and entry.content_hash == digest:
            continue
        before[parsed.guid] = state_of(entry, STORY) if entry is not None else {}
        if entry is None:
            entry = FeedEntry(source_id=source.id, guid=parsed.guid, first_seen_at=now, updated_at=now)
            entry.principle_codes, entry.city_slugs = list(source.principle_codes), list(source.city_slugs)
            db.session.add(entry)
            fresh.append(entry)
        else:
            edited.append(entry)
        _fill(entry, parsed, source, now)
        entry.content_hash = digest
    db.session.flush()  # the log entries name the entries' ids
    for entry in (*fresh, *edited):
        changes = differing(before[entry.guid], state_of(entry, STORY))
        record(EntryStored(entry.id), by=None, now=now, changes=changes)
    return len(fresh), len(edited)


def _fill(entry: FeedEntry, parsed: ParsedEntry, source: FeedSource, now: datetime) -> None:
    first_seen = entry.first_seen_at or now
    entry.url, entry.title, entry.summary_html = parsed.url, parsed.title, parsed.summary_html
    entry.url_key = address_key(parsed.url) if parsed.url else None
    entry.guid_alt, entry.words = second_key(entry.guid), words_of(entry.title, entry.summary_html)
    entry.language = source.language or (parsed.language or "").split("-")[0].lower() or None
    said = parsed.published_at or parsed.updated_at
    is_believable = said is not None and EARLIEST <= said <= now + LONGEST
    entry.published_at = said if said is not None and is_believable else first_seen
    entry.date_text = None if is_believable else parsed.date_text or None
    entry.updated_at = entry.published_at if entry.id is None and entry.published_at <= now else now

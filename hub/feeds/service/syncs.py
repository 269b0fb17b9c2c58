"""Checking a source: who does it until when, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, update

from hub.core.addresses import pair_of
from hub.core.db import db
from hub.core.leases import is_due, is_free
from hub.core.log import Changes, differing, record, state_of
from hub.feeds.events import SourceChanged, SourceChecked
from hub.feeds.models import ACTIVE, BACKOFF, FAILING, GONE, LONGEST, PAUSED, FeedSource, FeedSync
from hub.feeds.parse import ParsedFeed
from hub.feeds.schedule import USUAL, next_wait, pace_of, wait_after_failure
from hub.feeds.service.hosts import held_until, hold_host, leave_host, take_host
from hub.feeds.service.moves import follow_move
from hub.feeds.service.stories import believable_moments, store_entries
from hub.people.models import User

LEASE = timedelta(minutes=5)
FAILING_AFTER, FAILING_FOR = 10, timedelta(days=7)
SYNCS_KEPT = timedelta(days=30)
TRUSTED = timedelta(days=8)  # a site that says "nothing new" for longer is asked for the whole once more
STORED, UNCHANGED, FAILED = "stored", "unchanged", "failed"
MAX_VALIDATOR = 200
PLACE = ("address", "homepage")
SHOWN = ("state", "error", "failures", "next_check_at", *PLACE)
_CLAIMED = (
    FeedSource.id, FeedSource.slug, FeedSource.title, FeedSource.address, FeedSource.etag, FeedSource.last_modified,
    FeedSource.content_hash, FeedSource.read_at,
)  # fmt: skip


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
    pair: str = ""  # the host whose turn this is; empty when nobody need wait for it


class Refusal(Enum):
    """Why a source is not checked now."""

    NOT_NOW = "not now"  # it is not due, it is paused, or someone else checks it
    HOST_BUSY = "host busy"  # its host is being asked, or has its rest: try again in a moment
    HOST_HELD = "host held"  # its host asked for patience


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
    held_host: str = ""  # the host that must be let alone for so long
    moved_to: str = ""  # where the site says that the feed is for good

    @property
    def is_whole(self) -> bool:
        """Whether the site gave its content, not just the word that nothing changed."""
        return self.status == 200


@dataclass(frozen=True)
class Stored:
    """What came of one check."""

    outcome: str
    added: int = 0
    changed: int = 0
    error: str = ""


def claim_source(
    source_id: int, *, owner: str, now: datetime, allow: frozenset[str] = frozenset(), is_asked: bool = False
) -> Claim | None:
    """Do as `try_claim` does; None for every refusal."""
    claim = try_claim(source_id, owner=owner, now=now, allow=allow, is_asked=is_asked)
    return None if isinstance(claim, Refusal) else claim


def try_claim(
    source_id: int, *, owner: str, now: datetime, allow: frozenset[str] = frozenset(), is_asked: bool = False
) -> Claim | Refusal:
    """Take the right to check a source and to ask its host, inside `transaction()`, or say why not.

    A person who asks need not wait until it is due, and may ask for one that its site called gone; what the host asked
    for binds her too. Hosts of pairs in `allow` may be asked by many at once.
    """
    free = is_free(FeedSource.lease_until, now, LEASE)
    conditions = [FeedSource.id == source_id, FeedSource.address.is_not(None), FeedSource.state != PAUSED, free]
    if not is_asked:
        conditions += [FeedSource.state != GONE, is_due(FeedSource.next_check_at, now, LONGEST)]
    lease = update(FeedSource).where(*conditions).values(lease_owner=owner, lease_until=now + LEASE)
    row = db.session.execute(
        lease.returning(*_CLAIMED).execution_options(synchronize_session=False)
    ).one_or_none()  # fmt: skip
    if row is None:
        return Refusal.NOT_NOW
    pair = host_of(row.address or "")
    until = held_until(pair, now)
    if until is not None:
        _give_back(source_id, until)
        return Refusal.HOST_HELD
    if pair in allow:
        pair = ""
    elif not take_host(pair, owner, now):
        _give_back(source_id)
        return Refusal.HOST_BUSY
    is_trusted = row.read_at is not None and now - row.read_at <= TRUSTED
    etag, last_modified = (row.etag, row.last_modified) if is_trusted else (None, None)
    return Claim(
        row.id, row.slug, row.title, row.address or "", etag, last_modified, row.content_hash, owner, now, pair
    )  # fmt: skip


def host_of(address: str) -> str:
    """Return the host and port that an address leads to, as they stand in the table of hosts."""
    try:
        return pair_of(urlsplit(address))[:260]
    except ValueError:
        return ""


def _give_back(source_id: int, until: datetime | None = None) -> None:
    row = update(FeedSource).where(FeedSource.id == source_id).execution_options(synchronize_session=False)
    db.session.execute(row.values(lease_owner=None, lease_until=None))
    if until is not None:
        db.session.execute(row.where(FeedSource.next_check_at < until).values(next_check_at=until))


def store_answer(
    claim: Claim, answer: Answer, now: datetime, by: User | None = None, jitter: float = 0.0
) -> Stored | None:
    """Write what a check brought and when the next is due, inside `transaction()`; `by` asked for the check.

    None when the right to check went to someone else meanwhile: then nothing is written. `jitter` is a part between
    -0.1 and 0.1 by which the wait is stretched.
    """
    source = db.session.get(FeedSource, claim.source_id, with_for_update=True)
    if claim.pair:
        leave_host(claim.pair, claim.owner, now)
    if answer.held_host:
        hold_host(answer.held_host, now + answer.wait)
    if source is None or source.lease_owner != claim.owner:
        return None
    before, note = state_of(source, SHOWN), answer.note
    if answer.error:
        stored = _failed(source, answer, now, jitter)
    else:
        moved = follow_move(source, answer.moved_to, now)
        note = note or moved
        stored = _succeeded(source, answer, now, jitter)
    source.checked_at, source.lease_owner, source.lease_until = now, None, None
    _record(source, differing(before, state_of(source, SHOWN)), stored, now, by)
    values = {
        "source_id": source.id, "started_at": claim.started_at, "ended_at": now, "outcome": stored.outcome,
        "status": answer.status, "added": stored.added, "changed": stored.changed, "error": answer.error or note,
    }  # fmt: skip
    db.session.execute(insert(FeedSync.__table__), values)  # type: ignore[arg-type]
    old = delete(FeedSync).where(FeedSync.source_id == source.id, FeedSync.started_at < now - SYNCS_KEPT)
    db.session.execute(old.execution_options(synchronize_session=False))
    return stored


def _record(source: FeedSource, changes: Changes, stored: Stored, now: datetime, by: User | None) -> None:
    """Say who had it checked, and what of it pages show: where it is read; that it was read at all is no change."""
    place = {name: pair for name, pair in changes.items() if name in PLACE}
    if by is not None:
        record(SourceChecked(source.id), by=by.id, now=now, changes=changes)
    if "address" in place or ("homepage" in place and by is None and stored.outcome != STORED):
        record(SourceChanged(source.id), by=None, now=now, changes=place)


def _failed(source: FeedSource, answer: Answer, now: datetime, jitter: float) -> Stored:
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
    source.next_check_at = now + (answer.wait or wait_after_failure(_pace(source), source.failures, jitter))
    return Stored(FAILED, error=answer.error)


def _succeeded(source: FeedSource, answer: Answer, now: datetime, jitter: float) -> Stored:
    source.failures, source.failing_since, source.error, source.succeeded_at = 0, None, "", now
    if answer.is_whole:
        source.read_at, source.content_hash = now, answer.content_hash
        source.etag, source.last_modified = _validator(answer.etag), _validator(answer.last_modified)
    if answer.feed is not None:
        source.pace_minutes = _pace_minutes(answer.feed, now)
        source.homepage = source.homepage or answer.feed.homepage or None
    if source.state != PAUSED:
        source.state = ACTIVE
        source.next_check_at = now + next_wait(_pace(source), answer.wait, jitter)
    if answer.feed is None:
        return Stored(UNCHANGED)
    added, changed = store_entries(source, answer.feed, now)
    return Stored(STORED if added or changed else UNCHANGED, added, changed)


def _pace(source: FeedSource) -> timedelta | None:
    return timedelta(minutes=source.pace_minutes) if source.pace_minutes is not None else None


def _pace_minutes(feed: ParsedFeed, now: datetime) -> int | None:
    """Return how long a feed suggests to wait: by its stories, and never less than it asks for."""
    own = pace_of(believable_moments(feed.entries, now), now)
    asked = max(feed.ttl_minutes or 0, feed.period_minutes or 0)
    if own is None and not asked:
        return None
    longest = int(LONGEST.total_seconds() // 60)
    return min(max(int((own or USUAL).total_seconds() // 60), asked), longest)


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else None

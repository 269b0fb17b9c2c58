"""Checking sources: claim in a short transaction, fetch and parse with none open, store all in one."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import structlog

from hub.core.addresses import pair_of
from hub.core.db import db, transaction
from hub.core.fetch import DEFAULT_LIMITS, Fetched, Limits, NotFetched, fetch
from hub.core.text import N_
from hub.feeds.models import FeedSource
from hub.feeds.parse import WEB_PAGE, UnreadableFeed
from hub.feeds.parsing import Parser, Parsers, WebPage
from hub.feeds.service import Answer, Claim, Stored, claim_source, store_answer
from hub.people.models import User

ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"
AT_ONCE, PARSERS = 4, 2
REST_SECONDS = 1.0  # between two questions to one host
MOST_WAIT = 24 * 3600
BUSY = "busy"
log = structlog.get_logger()

STATUS_WORDS = {
    401: N_("The site does not let programs read this address."),
    403: N_("The site does not let programs read this address."),
    404: N_("The site says that nothing is at this address."),
    410: N_("The site says that this feed is gone for good."),
    429: N_("The site asks the hub to come less often."),
}
SITE_FAULT = N_("The site has a fault of its own at the moment.")
ODD_ANSWER = N_("The site gave an answer that the hub cannot use.")
OUR_FAULT = N_("The hub could not read this feed. The fault is on our side; it was noted.")
MANY = N_("The feed holds more than 500 stories; the first 500 were read.")
NO_STORIES = N_("The feed holds no story at the moment.")


@dataclass(frozen=True)
class Reach:
    """What a check may do outside: the private pairs it may reach, and whom sites can write to."""

    allow: frozenset[str]
    contact: str
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True)
class Checked:
    """One source that was checked, and what came of it."""

    source_id: int
    slug: str
    title: str
    stored: Stored


def check(claim: Claim, reach: Reach, parser: Parser | Parsers, now: datetime) -> Answer:
    """Fetch and parse a source; whatever goes wrong is in the answer. Touches no database."""
    try:
        fetched = fetch(
            claim.address, allow=reach.allow, contact=reach.contact, etag=claim.etag,
            last_modified=claim.last_modified, accept=ACCEPT, limits=reach.limits,
        )  # fmt: skip
        return _read(claim, fetched, parser, now)
    except NotFetched as error:
        return Answer(error=error.reason)
    except Exception as error:  # one source must not stop the others
        log.error("feed", source=claim.slug, exc_info=error)
        return Answer(error=OUR_FAULT)


def _read(claim: Claim, fetched: Fetched, parser: Parser | Parsers, now: datetime) -> Answer:
    status, wait_for = fetched.status, _max_age(fetched)
    if status == 304:
        return Answer(status, wait=wait_for)
    if status != 200:
        asked = _retry_after(fetched, now) if status in (429, 503) else timedelta(0)
        return Answer(status, error=words_of(status), is_gone=status == 410, wait=asked)
    digest = hashlib.sha256(fetched.content).hexdigest()
    if digest == claim.content_hash:
        return Answer(status, wait=wait_for)
    try:
        feed = parser.read(fetched.content, fetched.headers.get("Content-Type", ""), fetched.url)
    except UnreadableFeed as error:
        return Answer(status, error=str(error))
    if isinstance(feed, WebPage):
        return Answer(status, error=WEB_PAGE)
    wait_for = max(wait_for, timedelta(minutes=min(feed.ttl_minutes or 0, 24 * 60)))
    note = MANY if feed.is_capped else "" if feed.entries else NO_STORIES
    return Answer(
        status, feed, note=note, wait=wait_for, content_hash=digest, etag=fetched.headers.get("ETag"),
        last_modified=fetched.headers.get("Last-Modified"),
    )  # fmt: skip


def words_of(status: int) -> str:
    """Return what a status other than 200 means, in plain English."""
    return STATUS_WORDS.get(status) or (SITE_FAULT if status >= 500 else ODD_ANSWER)


def _max_age(fetched: Fetched) -> timedelta:
    for directive in fetched.headers.get("Cache-Control", "")[:500].lower().split(","):
        name, _equals, value = directive.strip().partition("=")
        if name == "max-age":
            return _seconds(value.strip('" '))
    return timedelta(0)


def _retry_after(fetched: Fetched, now: datetime) -> timedelta:
    value = fetched.headers.get("Retry-After", "").strip()
    if value[:1].isdigit():
        return _seconds(value)
    try:
        until = parsedate_to_datetime(value)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return _seconds(str(max(int((until - now).total_seconds()), 0)))
    except (ValueError, TypeError, OverflowError, IndexError):
        return timedelta(0)


def _seconds(value: str) -> timedelta:
    is_number = value.isascii() and value.isdigit() and len(value) < 12
    return timedelta(seconds=min(int(value), MOST_WAIT) if is_number else 0)


def sync_one(
    source_id: int, reach: Reach, owner: str, clock: Callable[[], datetime], by: User | None = None
) -> Checked | None:
    """Check one source at once, due or not; None while another worker checks it, or when it is paused.

    `by` asked for it, which the log then says; whom nobody asked, the clock did.
    """
    with transaction():
        claim = claim_source(source_id, owner=owner, now=clock(), is_asked=True)
    if claim is None:
        return None
    with Parser() as parser:
        answer = check(claim, reach, parser, clock())
    return _store(claim, answer, clock, by)


def _store(claim: Claim, answer: Answer, clock: Callable[[], datetime], by: User | None = None) -> Checked:
    try:
        with transaction():
            stored = store_answer(claim, answer, clock(), by)
    except Exception as error:  # the lease ends by itself, and the check is done again
        log.error("feed", source=claim.slug, exc_info=error)
        stored = Stored("failed", error=OUR_FAULT)
    return Checked(claim.source_id, claim.slug, claim.title, stored or Stored(BUSY))


def sync_many(
    sources: Iterable[tuple[int, str]],
    reach: Reach,
    owner: str,
    clock: Callable[[], datetime],
    *,
    is_asked: bool = False,
    seconds: float | None = None,
) -> list[Checked]:
    """Check sources given as (id, address), four at a time, one of a host at a time, and return what came of each.

    After `seconds` no further check is begun. The database is touched by this thread alone.
    """
    waiting = deque((source_id, _host(address, reach)) for source_id, address in sources)
    busy: dict[Future[Answer], tuple[Claim, str]] = {}
    free_at: dict[str, float] = {}
    done: list[Checked] = []
    end = None if seconds is None else time.monotonic() + seconds
    with Parsers(PARSERS) as parsers, ThreadPoolExecutor(AT_ONCE) as pool:
        while waiting or busy:
            if end is not None and time.monotonic() > end:
                waiting.clear()
            for _turn in range(len(waiting)):
                source_id, host = waiting.popleft()
                taken = {other for _claim, other in busy.values() if other}
                if len(busy) >= AT_ONCE or host in taken or free_at.get(host, 0) > time.monotonic():
                    waiting.append((source_id, host))
                    continue
                with transaction():
                    claim = claim_source(source_id, owner=owner, now=clock(), is_asked=is_asked)
                if claim is None:
                    done += _busy(source_id) if is_asked else []
                    continue
                busy[pool.submit(check, claim, reach, parsers, clock())] = claim, host
            if not busy:
                time.sleep(0.05)
                continue
            finished, _others = wait(busy, timeout=0.25 if waiting else None, return_when=FIRST_COMPLETED)
            for future in finished:
                claim, host = busy.pop(future)
                if host:
                    free_at[host] = time.monotonic() + REST_SECONDS
                done.append(_store(claim, future.result(), clock))
    return done


def _busy(source_id: int) -> list[Checked]:
    source = db.session.get(FeedSource, source_id)
    found = [Checked(source_id, source.slug, source.title, Stored(BUSY))] if source else []
    db.session.rollback()  # nothing stays open while feeds are fetched
    return found


def _host(address: str, reach: Reach) -> str:
    """Return the host that must not be asked twice at once; none for a pair that the operator allowed."""
    try:
        parts = urlsplit(address)
        return "" if pair_of(parts) in reach.allow else parts.hostname or ""
    except ValueError:
        return ""

"""Checking sources: claim in a short transaction, fetch and parse with none open, store all in one."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.core.fetch import DEFAULT_LIMITS, Fetched, Limits, NotFetched, fetch
from hub.core.text import N_
from hub.feeds.models import FeedSource
from hub.feeds.parse import WEB_PAGE, UnreadableFeed
from hub.feeds.parsing import Parser, Parsers, WebPage
from hub.feeds.schedule import JITTER, PATIENCE, freshness, retry_after
from hub.feeds.service import Answer, Claim, Stored, store_answer
from hub.feeds.service.hosts import REST
from hub.feeds.service.syncs import Refusal, host_of, try_claim
from hub.feeds.turns import choose, in_turns
from hub.people.models import User

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.5"
)
AT_ONCE, PARSERS = 8, 2
PATIENT_FOR = 10.0  # seconds that a person waits for a host that is being asked
BUSY, HELD = "busy", "held"
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
MANY = N_("The feed holds more than 500 stories; the newest 500 were read.")
NO_STORIES = N_("The feed holds no story at the moment.")
HOST_HELD = N_("The site asked the hub to stay away for a while, so it was not asked.")


@dataclass(frozen=True)
class Reach:
    """What a check may do outside: the private pairs it may reach, and whom sites can write to."""

    allow: frozenset[str]
    contact: str
    limits: Limits = DEFAULT_LIMITS
    jitter: Callable[[], float] = lambda: 0.0  # by which part the next wait is stretched


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
    status, fresh_for = fetched.status, freshness(fetched.headers)
    moved_to = fetched.url if fetched.moved_for_good else ""
    if status == 304:
        return Answer(status, wait=fresh_for, moved_to=moved_to)
    if status != 200:
        return _refused(fetched, now)
    etag, last_modified = fetched.headers.get("ETag"), fetched.headers.get("Last-Modified")
    digest = hashlib.sha256(fetched.content).hexdigest()
    if digest == claim.content_hash:
        return Answer(
            status, wait=fresh_for, moved_to=moved_to, content_hash=digest, etag=etag, last_modified=last_modified
        )  # fmt: skip
    try:
        feed = parser.read(fetched.content, fetched.headers.get("Content-Type", ""), fetched.url)
    except UnreadableFeed as error:
        return Answer(status, error=str(error))
    if isinstance(feed, WebPage):
        return Answer(status, error=WEB_PAGE)
    note = feed.warning or (MANY if feed.is_capped else "" if feed.entries else NO_STORIES)
    return Answer(
        status, feed, note=note, wait=fresh_for, moved_to=moved_to, content_hash=digest, etag=etag,
        last_modified=last_modified,
    )  # fmt: skip


def _refused(fetched: Fetched, now: datetime) -> Answer:
    """Return what a status other than 200 and 304 comes to; one that asks for patience is given it."""
    status, asked = fetched.status, retry_after(fetched.headers, now)
    error = words_of(status)
    if status == 429:
        return Answer(status, error=error, wait=asked or PATIENCE, held_host=host_of(fetched.url))
    return Answer(
        status, error=error, is_gone=status == 410, wait=(asked or timedelta(0)) if status == 503 else timedelta(0)
    )  # fmt: skip


def words_of(status: int) -> str:
    """Return what a status other than 200 means, in plain English."""
    return STATUS_WORDS.get(status) or (SITE_FAULT if status >= 500 else ODD_ANSWER)


def sync_one(
    source_id: int,
    reach: Reach,
    owner: str,
    clock: Callable[[], datetime],
    by: User | None = None,
    parser: Parser | None = None,
) -> Checked | None:
    """Check one source at once, due or not; None while another worker checks it or it is paused, or its host is held.

    `by` asked for it, which the log then says; whom nobody asked, the clock did. `parser` is one that runs already.
    """
    end = time.monotonic() + PATIENT_FOR
    while True:
        with transaction():
            claim = try_claim(source_id, owner=owner, now=clock(), allow=reach.allow, is_asked=True)
        if claim is not Refusal.HOST_BUSY or time.monotonic() > end:
            break
        time.sleep(0.5)
    if isinstance(claim, Refusal):
        return None
    with Parser() if parser is None else nullcontext(parser) as reading:
        answer = check(claim, reach, reading, clock())
    [done] = _store([(claim, answer)], reach, clock, by)
    return done


def _store(
    answers: list[tuple[Claim, Answer]], reach: Reach, clock: Callable[[], datetime], by: User | None = None
) -> list[Checked]:
    """Store what some checks brought in one transaction; when one of them cannot be stored, each in its own.

    The lease of one that cannot be stored ends by itself, and it is checked again.
    """
    answers.sort(key=lambda each: (each[0].pair, each[0].source_id))  # all processes keep one order
    try:
        with transaction():
            stored = [store_answer(claim, answer, clock(), by, reach.jitter()) for claim, answer in answers]
    except Exception as error:
        if isinstance(error, Unavailable):
            log.warning("feed", error="the record is busy or full")  # no trace: it would hold all stories
        if len(answers) > 1:
            return [done for each in answers for done in _store([each], reach, clock, by)]
        if not isinstance(error, Unavailable):
            log.error("feed", source=answers[0][0].slug, exc_info=error)
        stored = [Stored("failed", error=OUR_FAULT)]
    return [
        Checked(claim.source_id, claim.slug, claim.title, each or Stored(BUSY))
        for (claim, _answer), each in zip(answers, stored, strict=True)
    ]


def sync_many(
    sources: Iterable[tuple[int, str]],
    reach: Reach,
    owner: str,
    clock: Callable[[], datetime],
    *,
    is_asked: bool = False,
    seconds: float | None = None,
    told: Callable[[int, int], None] | None = None,
) -> list[Checked]:
    """Check sources given as (id, address), eight at a time, one of a host at a time, and return what came of each.

    After `seconds` no further check is begun. The database is touched by this thread alone. `told` is called with how
    many are done, and how many there are.
    """
    waiting = in_turns(sources, reach.allow)
    number, done = len(waiting), list[Checked]()
    busy: dict[Future[Answer], tuple[Claim, str]] = {}
    free_at: dict[str, float] = {}
    end = None if seconds is None else time.monotonic() + seconds
    with Parsers(PARSERS) as parsers, ThreadPoolExecutor(AT_ONCE) as pool:
        while waiting or busy:
            if end is not None and time.monotonic() > end:
                waiting.clear()
            chosen = choose(waiting, AT_ONCE - len(busy), {host for _claim, host in busy.values()}, free_at)
            for (source_id, host), claim in _claim(chosen, reach, owner, clock, is_asked=is_asked):
                if isinstance(claim, Claim):
                    busy[pool.submit(check, claim, reach, parsers, clock())] = claim, host
                elif claim is Refusal.HOST_BUSY:  # another process asks it
                    free_at[host] = time.monotonic() + REST.total_seconds()
                    waiting.append((source_id, host))
                else:
                    done += _left_out(source_id, claim) if is_asked else []
            if not busy:
                time.sleep(0.05 if waiting else 0)
                continue
            finished, _others = wait(busy, timeout=0.25 if waiting else None, return_when=FIRST_COMPLETED)
            if finished:
                ended = [(busy.pop(future), future.result()) for future in finished]
                free_at |= {host: time.monotonic() + REST.total_seconds() for (_claim, host), _answer in ended if host}
                done += _store([(claim, answer) for (claim, _host), answer in ended], reach, clock)
                if told is not None:
                    told(len(done), number)
    return done


def _claim(
    chosen: list[tuple[int, str]], reach: Reach, owner: str, clock: Callable[[], datetime], *, is_asked: bool
) -> list[tuple[tuple[int, str], Claim | Refusal]]:
    """Claim sources in one transaction, in an order that all processes keep."""
    if not chosen:
        return []
    with transaction():
        return [
            (each, try_claim(each[0], owner=owner, now=clock(), allow=reach.allow, is_asked=is_asked))
            for each in sorted(chosen, key=lambda each: (each[1], each[0]))
        ]


def _left_out(source_id: int, why: Refusal) -> list[Checked]:
    source = db.session.get(FeedSource, source_id)
    stored = Stored(HELD, error=HOST_HELD) if why is Refusal.HOST_HELD else Stored(BUSY)
    found = [Checked(source_id, source.slug, source.title, stored)] if source else []
    db.session.rollback()  # nothing stays open while feeds are fetched
    return found


def by_chance() -> float:
    """Return a part between -0.1 and 0.1 by which a wait is stretched, so that not all sources come due at once."""
    return random.uniform(-JITTER, JITTER)  # noqa: S311  # nosec B311  # no secret

"""Sources and their checks as organizers see them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from babel.dates import format_timedelta

from hub.core.text import excerpt, plain_text, safe_url
from hub.feeds.health import FILES
from hub.feeds.models import ACTIVE, BACKOFF, FAILING, GONE, NEW, PAUSED, FeedSource, FeedSync
from hub.feeds.parse import ParsedEntry, ParsedFeed
from hub.web.locale import format_date, language
from hub.web.locale import gettext as _

PREVIEWED = 5


class Light(NamedTuple):
    """How something is: a sign (good, warn, bad, off), always with its words."""

    kind: str
    words: str


class Moment(NamedTuple):
    """A moment for `<time>`, and how long ago or ahead it is in words."""

    machine: str
    words: str


class SyncRow(NamedTuple):
    """One check as a line of the list."""

    at: Moment
    light: Light
    status: int | None
    added: int
    changed: int
    error: str


class StoryRow(NamedTuple):
    """One story of a feed that is looked at."""

    title: str
    url: str
    date: str
    summary: str
    language: str


def moment(value: datetime | None, now: datetime) -> Moment | None:
    """Return a moment in words: "3 hours ago", "in 20 minutes"."""
    if value is None:
        return None
    words = format_timedelta(value - now, add_direction=True, locale=language())
    return Moment(value.isoformat(timespec="seconds"), words)


def state_words() -> dict[str, Light]:
    """Return every state of a source in words."""
    return {
        NEW: Light("off", _("New, not checked yet")),
        ACTIVE: Light("good", _("Works")),
        BACKOFF: Light("warn", _("Failed, will be tried again")),
        FAILING: Light("bad", _("Fails again and again")),
        PAUSED: Light("off", _("Paused")),
        GONE: Light("bad", _("Gone for good")),
        FILES: Light("off", _("From the hub’s own files")),
    }


def light_of(source: FeedSource) -> Light:
    """Return in words how a source is."""
    state = source.state if source.address else FILES
    return state_words().get(state, Light("off", state))


def sync_row(sync: FeedSync, now: datetime) -> SyncRow:
    """Return a check in the words of the current language."""
    words = {
        "stored": Light("good", _("Stories came in")),
        "unchanged": Light("good", _("Nothing new")),
        "failed": Light("bad", _("Failed")),
    }
    at = moment(sync.ended_at, now)
    assert at is not None
    light = words.get(sync.outcome, Light("off", sync.outcome))
    return SyncRow(at, light, sync.status, sync.added, sync.changed, _(sync.error) if sync.error else "")


def story_rows(feed: ParsedFeed) -> list[StoryRow]:
    """Return the newest stories of a feed that is looked at; where dates are missing, in the order of the feed."""
    ranked = sorted(enumerate(feed.entries), key=lambda pair: (-_instant(pair[1]), pair[0]))
    return [_story_row(entry) for _place, entry in ranked[:PREVIEWED]]


def _instant(entry: ParsedEntry) -> float:
    said = entry.published_at or entry.updated_at
    return said.timestamp() if said else 0.0


def _story_row(entry: ParsedEntry) -> StoryRow:
    said = entry.published_at or entry.updated_at
    return StoryRow(
        title=entry.title or _("Without a title"),
        url=safe_url(entry.url),
        date=format_date(said, "medium") if said else entry.date_text,
        summary=excerpt(plain_text(entry.summary_html), 240),
        language=entry.language or "",
    )

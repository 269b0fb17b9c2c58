"""What the seed files say of news and of the forum’s editions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from hub.core.db import db
from hub.core.log import canonical, differing, record, state_of
from hub.core.seedfiles import Row
from hub.feeds.events import EditionChanged, EntryStored
from hub.feeds.identity import second_key, words_of
from hub.feeds.models import STORY, FeedEntry, FeedSource, ForumEdition
from hub.feeds.parse import ParsedEntry, ParsedFeed
from hub.feeds.seedrows import EditionRow
from hub.vocabularies.service import Loaded, texts

FORUM_SOURCE = "forum"
EDITION = (
    "year", "city_slug", "starts", "ends", "held", "place", "theme", "theme_status", "outcome", "participation", "note",
    "sources", "confidence",
)  # fmt: skip


def load_editions(rows: Iterable[Row[EditionRow]], now: datetime) -> Loaded:
    """Bring the forum's editions to what the file says, inside `transaction()`."""
    known = {edition.number: edition for edition in db.session.scalars(select(ForumEdition))}
    loaded = Loaded()
    for row in rows:
        value, edition = row.value, known.get(row.value.number)
        if edition is not None and edition.seed_digest == row.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        loaded = loaded.plus(Loaded(changed=1) if edition else Loaded(added=1))
        before = state_of(edition, EDITION) if edition else {}
        edition = edition or ForumEdition(number=value.number)
        edition.year, edition.city_slug, edition.starts, edition.ends = value.year, value.city, value.starts, value.ends
        edition.held, edition.confidence = value.held, value.confidence
        edition.place, edition.theme = texts(value.place), texts(value.theme)
        edition.theme_status, edition.outcome = texts(value.theme_status), texts(value.outcome)
        edition.participation, edition.note = texts(value.participation), texts(value.note)
        edition.sources = [source.model_dump(mode="json") for source in value.sources]
        edition.updated_at, edition.seed_digest = now, row.digest
        db.session.add(edition)
        db.session.flush()  # the log entry names the edition's id
        record(EditionChanged(edition.id), by=None, now=now, changes=differing(before, state_of(edition, EDITION)))
    return loaded


def load_forum_feed(feed: ParsedFeed, now: datetime) -> Loaded:
    """Bring the entries of the hub's own forum feed to what the file says, inside `transaction()`."""
    source = db.session.scalar(select(FeedSource).where(FeedSource.slug == FORUM_SOURCE))
    if source is None:
        source = FeedSource(slug=FORUM_SOURCE, title=feed.title, homepage=feed.homepage)
        db.session.add(source)
        db.session.flush()  # the entries name the source's id
    known = {
        entry.guid: entry for entry in db.session.scalars(select(FeedEntry).where(FeedEntry.source_id == source.id))
    }
    loaded = Loaded()
    for parsed in feed.entries:
        entry, digest = known.get(parsed.guid), _digest(parsed)
        if entry is not None and (entry.seed_digest == digest or entry.removed_at is not None):
            loaded = loaded.plus(Loaded(same=1))
            continue
        loaded = loaded.plus(Loaded(changed=1) if entry else Loaded(added=1))
        before = state_of(entry, STORY) if entry else {}
        entry = entry or FeedEntry(source_id=source.id, guid=parsed.guid)
        entry.url, entry.title, entry.summary_html = parsed.url, parsed.title, parsed.summary_html
        entry.language = parsed.language
        entry.published_at = parsed.published_at or parsed.updated_at or now
        entry.updated_at = parsed.updated_at or entry.published_at
        if not entry.is_tied_by_hand:
            entry.principle_codes = [term for term in parsed.terms if term.startswith("GP")]
            entry.city_slugs = [term.removeprefix("city:") for term in parsed.terms if term.startswith("city:")]
        entry.date_text = next((term.removeprefix("date:") for term in parsed.terms if term.startswith("date:")), None)
        entry.guid_alt, entry.words = second_key(entry.guid), words_of(entry.title, entry.summary_html)
        entry.seed_digest = digest
        db.session.add(entry)
        db.session.flush()  # the log entry names the entry's id
        record(EntryStored(entry.id), by=None, now=now, changes=differing(before, state_of(entry, STORY)))
    return loaded


def _digest(entry: ParsedEntry) -> str:
    parts = [entry.url, entry.title, entry.summary_html, entry.language, str(entry.published_at), list(entry.terms)]
    return hashlib.sha256(canonical(parts)).hexdigest()

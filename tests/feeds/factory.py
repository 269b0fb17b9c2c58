"""Makes news for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from hub.core.db import db, transaction
from hub.feeds.identity import words_of
from hub.feeds.models import FeedEntry, FeedSource

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def make_entry(guid: str = "urn:test:1", *, source: str = "test", **values: Any) -> FeedEntry:
    """Store a story of a source named by its slug, which is made where there is none."""
    given: dict[str, Any] = {
        "url": "https://example.org/story", "title": "A story", "summary_html": "<p>What happened.</p>",
        "language": "en", "published_at": WHEN, "updated_at": WHEN, "principle_codes": ["GP9"], "city_slugs": [],
    }  # fmt: skip
    given |= values
    given.setdefault("words", words_of(given["title"], given["summary_html"]))
    with transaction():
        found = db.session.scalar(select(FeedSource).where(FeedSource.slug == source))
        if found is None:
            title = "A test source" if source == "test" else f"Source {source}"
            found = FeedSource(slug=source, title=title, homepage="https://example.org")
            db.session.add(found)
            db.session.flush()
        entry = FeedEntry(source_id=found.id, guid=guid, **given)
        db.session.add(entry)
    return entry

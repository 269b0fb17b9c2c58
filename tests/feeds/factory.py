"""Makes news for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from hub.core.db import db, transaction
from hub.feeds.models import FeedEntry, FeedSource

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def make_entry(guid: str = "urn:test:1", **values: Any) -> FeedEntry:
    """Store a story of a source of its own."""
    given: dict[str, Any] = {
        "url": "https://example.org/story", "title": "A story", "summary_html": "<p>What happened.</p>",
        "language": "en", "published_at": WHEN, "updated_at": WHEN, "principle_codes": ["GP9"], "city_slugs": [],
    }  # fmt: skip
    with transaction():
        source = db.session.scalar(select(FeedSource).where(FeedSource.slug == "test"))
        if source is None:
            source = FeedSource(slug="test", title="A test source", homepage="https://example.org")
            db.session.add(source)
            db.session.flush()
        entry = FeedEntry(source_id=source.id, guid=guid, **(given | values))
        db.session.add(entry)
    return entry

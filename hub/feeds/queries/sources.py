"""Reads of sources, of their checks, and of the forum's editions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.leases import is_due
from hub.feeds.models import GONE, LONGEST, PAUSED, FeedSource, FeedSync, ForumEdition


def find_source(slug: str) -> FeedSource | None:
    """Return the source of this slug."""
    return db.session.scalar(select(FeedSource).where(FeedSource.slug == slug))


def get_source(slug: str) -> FeedSource:
    """Return the source of this slug; raises NotFound."""
    source = find_source(slug)
    if source is None:
        raise NotFound(f"no source {slug}")
    return source


def source_names() -> dict[str, str]:
    """Return what each source is called, by its slug."""
    return {row.slug: row.title for row in db.session.execute(select(FeedSource.slug, FeedSource.title))}


def list_syncs(source_id: int, limit: int = 20) -> list[FeedSync]:
    """Return the newest checks of a source, newest first."""
    query = select(FeedSync).where(FeedSync.source_id == source_id).order_by(FeedSync.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def list_due(now: datetime, limit: int = 500) -> list[tuple[int, str]]:
    """Return id and address of the sources that should be checked now, the longest waiting first."""
    query = select(FeedSource.id, FeedSource.address).where(*_CHECKED, is_due(FeedSource.next_check_at, now, LONGEST))
    rows = db.session.execute(query.order_by(FeedSource.next_check_at, FeedSource.id).limit(limit))
    return [(row.id, row.address or "") for row in rows]


def list_checked() -> list[tuple[int, str]]:
    """Return id and address of all sources that are checked at all."""
    rows = db.session.execute(select(FeedSource.id, FeedSource.address).where(*_CHECKED).order_by(FeedSource.id))
    return [(row.id, row.address or "") for row in rows]


_CHECKED = (FeedSource.address.is_not(None), FeedSource.state.not_in([PAUSED, GONE]))


def list_editions() -> list[ForumEdition]:
    """Return all editions of the forum, newest first."""
    return list(db.session.scalars(select(ForumEdition).order_by(ForumEdition.number.desc())))

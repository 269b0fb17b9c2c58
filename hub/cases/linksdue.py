"""Which addresses of documents are to be asked, and which are known to lead nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select

from hub.cases.models import DRAFT, PUBLISHED, CaseSource, CaseStudy
from hub.cities.models import City
from hub.core.db import db

EVERY = timedelta(days=30)
AGAIN = timedelta(days=1)  # after a failure


class DueLink(NamedTuple):
    """A document whose address is to be asked."""

    source_id: int
    url: str


class BrokenLink(NamedTuple):
    """A document of a city's case that is not found at its address, since when and why."""

    city_slug: str
    case_slug: str
    case_title: str
    title: str
    url: str
    since: datetime
    error: str


def links_due(now: datetime, limit: int) -> list[DueLink]:
    """Return the addresses in published cases to be asked now, at most `limit`; those never asked come first.

    Each is asked every 30 days; one that failed lately, the day after, until it answers or counts as broken.
    """
    is_failing = and_(CaseSource.link_failures > 0, CaseSource.link_broken_at.is_(None))
    wanted = (
        select(CaseSource.id, CaseSource.url)
        .join(CaseStudy, CaseStudy.id == CaseSource.case_id)
        .where(CaseSource.url != "", CaseStudy.state == PUBLISHED)
        .where(
            or_(
                CaseSource.link_checked_at.is_(None),
                CaseSource.link_checked_at <= now - EVERY,
                and_(is_failing, CaseSource.link_checked_at <= now - AGAIN),
                CaseSource.link_checked_at > now + timedelta(days=1),  # by a clock that ran ahead
            )
        )
        .order_by(CaseSource.link_checked_at.asc().nulls_first(), CaseSource.id)
        .limit(limit)
    )
    return [DueLink(*row) for row in db.session.execute(wanted)]


def whole_links(limit: int) -> list[str]:
    """Return addresses that were found when they were asked last, the newest first."""
    asked = func.max(CaseSource.link_checked_at)
    wanted = (
        select(CaseSource.url)
        .where(CaseSource.url != "", CaseSource.link_checked_at.is_not(None), CaseSource.link_failures == 0)
        .where(CaseSource.link_error == "")
        .group_by(CaseSource.url)
        .order_by(asked.desc())
        .limit(limit)
    )
    return list(db.session.scalars(wanted))


def broken_links(city_ids: Collection[int]) -> list[BrokenLink]:
    """Return the documents of these cities' cases that are not found at their addresses, gone longest first."""
    if not city_ids:
        return []
    wanted = (
        select(
            City.slug, CaseStudy.slug, CaseStudy.title, CaseSource.title, CaseSource.url, CaseSource.link_broken_at,
            CaseSource.link_error,
        )
        .join(CaseStudy, CaseStudy.id == CaseSource.case_id)
        .join(City, City.id == CaseStudy.city_id)
        .where(CaseStudy.city_id.in_(city_ids), CaseStudy.state.in_((PUBLISHED, DRAFT)))
        .where(CaseSource.link_broken_at.is_not(None), CaseSource.url != "")
        .order_by(CaseSource.link_broken_at, CaseSource.id)
    )  # fmt: skip
    return [BrokenLink(*tuple(row)) for row in db.session.execute(wanted)]  # type: ignore[arg-type]  # since is not None

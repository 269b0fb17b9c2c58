"""What is new around a person's cities: statuses, practices and members near to them, and news that name them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from hub.cases.models import PUBLISHED, CaseStudy
from hub.cases.rows import case_path
from hub.cities.models import ADMITTED, SUSPENDED, City, CityApplication
from hub.cities.standing import status_label
from hub.commitments.models import StatusRecord
from hub.core.db import db
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.queries.stories import NewsFilter, conditions
from hub.site.since.lines import NAMED, SHOWN, Part, Piece, World, foreign, item_label, joined, named, newest
from hub.vocabularies.queries import vocabulary
from hub.web.locale import country_name
from hub.web.locale import gettext as _

OLD = timedelta(days=60)  # a story so much older than the visit is no news, though its source is new here
MOST_STORIES = 50


def parts(world: World) -> list[Part]:
    """Return what is new around her cities, one read for each kind."""
    return [_statuses(world), _cases(world), _members(world), _stories(world)]


def _statuses(world: World) -> Part:
    """Find the records of other cities; one that was corrected meanwhile is told by its correction."""
    later = aliased(StatusRecord)
    corrected = select(later.replaces_id).where(later.recorded_at > world.since, later.replaces_id.is_not(None))
    query = (
        select(
            StatusRecord.item_code, StatusRecord.status, StatusRecord.recorded_at, StatusRecord.is_demo, City.slug,
            *NAMED,
        )
        .join(City, City.id == StatusRecord.city_id)
        .where(
            StatusRecord.recorded_at > world.since, StatusRecord.id.not_in(corrected), City.id.not_in(world.ids),
            or_(City.country.in_(world.countries), City.slug.in_(world.followed)),
        )
        .order_by(StatusRecord.recorded_at.desc(), StatusRecord.id.desc())
    )  # fmt: skip
    return newest(_("Commitments of your country, and of what you follow"), query, "/commitments/changes", _status)


def _status(row: Any) -> Piece:
    return Piece(
        item_label(row.item_code), f"/cities/{row.slug}/commitments/{row.item_code}",
        joined([named(row), status_label(row.status, vocabulary())]), row.recorded_at,
        is_demo=row.is_demo, code=row.item_code,
    )  # fmt: skip


def _cases(world: World) -> Part:
    query = (
        select(
            CaseStudy.slug, CaseStudy.title, CaseStudy.language, CaseStudy.country, CaseStudy.published_at,
            CaseStudy.is_demo, *NAMED,
        )
        .outerjoin(City, City.id == CaseStudy.city_id)
        .where(
            CaseStudy.state == PUBLISHED, CaseStudy.published_at > world.since,
            or_(CaseStudy.city_id.is_(None), CaseStudy.city_id.not_in(world.ids)),
            or_(CaseStudy.country.in_(world.countries), City.slug.in_(world.followed)),
        )
        .order_by(CaseStudy.published_at.desc(), CaseStudy.id.desc())
    )  # fmt: skip
    narrowed = urlencode([*(("country", code) for code in sorted(world.countries)), ("sort", "newest")])
    return newest(
        _("Case studies of your country, and of what you follow"), query, f"/cases/?{narrowed}",
        lambda row: Piece(
            row.title, case_path(row.slug), named(row) or country_name(row.country), row.published_at,
            foreign(row.language), row.is_demo,
        ),
    )  # fmt: skip


def _members(world: World) -> Part:
    """Find the cities that were admitted in the countries and regions of these cities, or are followed."""
    query = (
        select(City.slug, City.country, CityApplication.decided_at, *NAMED)
        .join(CityApplication, CityApplication.city_id == City.id)
        .where(
            CityApplication.state == ADMITTED, CityApplication.decided_at > world.since, City.membership != SUSPENDED,
            City.id.not_in(world.ids),
            or_(
                City.country.in_(world.countries), City.region.in_(world.regions), City.slug.in_(world.followed)
            ),
        )
        .order_by(CityApplication.decided_at.desc(), City.id.desc())
    )  # fmt: skip
    return newest(
        _("New members near you"), query, "/cities/",
        lambda row: Piece(named(row), f"/cities/{row.slug}", country_name(row.country), row.decided_at),
    )  # fmt: skip


def _stories(world: World) -> Part:
    """Find the news that name these cities, each story once; of very many, the newest fifty are counted."""
    tied = or_(*(and_(*conditions(NewsFilter(city=slug))) for slug in world.slugs))
    query = (
        select(
            FeedEntry.id, FeedEntry.title, FeedEntry.language, FeedEntry.url_key, FeedEntry.first_seen_at,
            FeedSource.title.label("source"),
        )
        .join(FeedSource, FeedSource.id == FeedEntry.source_id)
        .where(FeedEntry.first_seen_at > world.since, FeedEntry.published_at > world.since - OLD, tied)
        .order_by(FeedEntry.first_seen_at.desc(), FeedEntry.id.desc())
        .limit(MOST_STORIES)
    )  # fmt: skip
    once = {row.url_key or row.id: row for row in reversed(db.session.execute(query).all())}
    rows = list(once.values())[::-1]
    pieces = [
        Piece(row.title or row.source, f"/news/{row.id}", row.source, row.first_seen_at, foreign(row.language))
        for row in rows[:SHOWN]
    ]  # fmt: skip
    return Part(_("News that name your city"), len(rows), pieces, f"/news/?city={world.slugs[0]}")

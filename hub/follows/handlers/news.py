"""Telling of new members, of what a source brought, and of stories that stand first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.cities.models import City
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.feeds import queries as feeds
from hub.feeds.models import FeedEntry, FeedSource
from hub.follows import targets
from hub.follows.handlers.subjects import subject
from hub.follows.models import SOURCE
from hub.follows.responsible import tell_organizers
from hub.follows.telling import Told, tell_followers
from hub.follows.thingkeys import of_city, source_key
from hub.vocabularies.queries import vocabulary


def tell_of_admission(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city on record, and of its country, that it joined; and the organizers."""
    city = subject(City, entry, "city_id")
    if city is not None:
        tell_followers(entry, of_city(city), targets.of_place(city), now)
        tell_organizers(entry, of_city(city), now)


def tell_of_stories(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a source that a check of it brought new stories: once for all of them."""
    source = subject(FeedSource, entry, "source_id")
    if source is not None and entry.payload.get("entry_ids"):
        tell_followers(entry, Told(source.id, source_key(source.id)), [(SOURCE, source.slug)], now)


def tell_of_pin(entry: LogEntry, now: datetime) -> None:
    """Tell of a story that stands first: who follows a source that brought it, or a city or principle it is about."""
    story = subject(FeedEntry, entry, "entry_id")
    if story is None or story.pinned_at is None or story.hidden_at is not None or story.removed_at is not None:
        return
    sources = dict.fromkeys(copy.source.slug for copy in feeds.list_copies(story) if copy.hidden_at is None)
    cities = db.session.scalars(select(City).where(City.slug.in_(story.city_slugs)).order_by(City.slug))
    reached = targets.of_story(story, sources, cities, vocabulary())
    tell_followers(entry, Told(story.id, source_key(story.source_id)), reached, now)


HANDLERS: Handlers = {
    "CityAdmitted": (tell_of_admission,),
    "StoriesStored": (tell_of_stories,),
    "StoryPinned": (tell_of_pin,),
}

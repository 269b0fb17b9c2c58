"""New members, and what news sources brought, in words."""

from __future__ import annotations

from urllib.parse import quote

from hub.cases.rows import city_label
from hub.cities.models import City
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.rows import story_path
from hub.follows.told.news import PLACE, News, make_news
from hub.follows.told.subjects import Stories
from hub.web.locale import gettext as _
from hub.web.locale import ngettext


def of_city(city: City) -> News:
    """Return that a city joined."""
    return make_news(_("%(city)s joined the hub", city=PLACE), city_label(city), f"/cities/{city.slug}")


def of_pin(story: FeedEntry) -> News | None:
    """Return that a story stands first; None for one that is shown no more."""
    if story.hidden_at is not None or story.removed_at is not None:
        return None
    sentence = _("Put first in the news: “%(title)s”, from %(source)s", title=PLACE, source=story.source.title)
    return make_news(sentence, story.title, story_path(story.id), story.language or "")


def of_stories(stories: Stories) -> News:
    """Return what a check of a source brought: the story by name where it is one, else how many."""
    source, only = stories.source, stories.only
    if only is not None:
        sentence = _("New in %(source)s: “%(title)s”", source=source.title, title=PLACE)
        return make_news(sentence, only.title, story_path(only.id), only.language or "")
    number = stories.number
    sentence = ngettext("%(num)d new story in %(source)s", "%(num)d new stories in %(source)s", number, source=PLACE)
    return make_news(sentence, source.title, source_path(source))


def source_path(source: FeedSource) -> str:
    """Return where the stories of a source stand."""
    return f"/news/?source={quote(source.slug)}"

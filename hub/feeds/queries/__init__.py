"""Reads of news, its sources and the forum's editions."""

from hub.feeds.agenda import Coming, coming_up
from hub.feeds.queries.sources import (
    find_source,
    get_source,
    list_checked,
    list_due,
    list_editions,
    list_syncs,
    source_names,
)
from hub.feeds.queries.stories import (
    HIGHEST,
    MOST_PINS,
    Copy,
    NewsFilter,
    Story,
    city_names,
    each_story,
    find_story,
    get_story,
    list_copies,
    list_entries,
    list_pinned,
    newest_entries,
    stories,
)
from hub.feeds.queries.survey import Survey, survey

__all__ = [
    "HIGHEST",
    "MOST_PINS",
    "Coming",
    "Copy",
    "NewsFilter",
    "Story",
    "Survey",
    "city_names",
    "coming_up",
    "each_story",
    "find_source",
    "find_story",
    "get_source",
    "get_story",
    "list_checked",
    "list_copies",
    "list_due",
    "list_editions",
    "list_entries",
    "list_pinned",
    "list_syncs",
    "newest_entries",
    "source_names",
    "stories",
    "survey",
]

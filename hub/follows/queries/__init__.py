"""Reads of follows, of what people were told, and of how they want mail."""

from hub.follows.queries.following import (
    LONGEST_KEY,
    count_searches,
    find_follow_id,
    follows_of,
    is_following,
    is_key,
    is_there,
    search_queries,
    searches_followed,
)
from hub.follows.queries.mailing import Waiting, find_mail_choice, frequencies_of, list_waiting, waiting_people
from hub.follows.queries.notifications import (
    count_notifications,
    newest_notifications,
    notifications_by_id,
    unread_count,
)

__all__ = [
    "LONGEST_KEY",
    "Waiting",
    "count_notifications",
    "count_searches",
    "find_follow_id",
    "find_mail_choice",
    "follows_of",
    "frequencies_of",
    "is_following",
    "is_key",
    "is_there",
    "list_waiting",
    "newest_notifications",
    "notifications_by_id",
    "search_queries",
    "searches_followed",
    "unread_count",
    "waiting_people",
]

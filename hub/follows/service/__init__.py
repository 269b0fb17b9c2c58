"""Following, reading, and choosing how to hear of news."""

from hub.follows.service.following import drop_searches, follow, follow_search, unfollow
from hub.follows.service.mailing import choose_mail, forget_unwanted, forget_waiting, mail_choice, note_digest
from hub.follows.service.one import one_at_a_time
from hub.follows.service.reading import mark_all_read
from hub.follows.service.subscribing import drop_subscriber

__all__ = [
    "choose_mail",
    "drop_searches",
    "drop_subscriber",
    "follow",
    "follow_search",
    "forget_unwanted",
    "forget_waiting",
    "mail_choice",
    "mark_all_read",
    "note_digest",
    "one_at_a_time",
    "unfollow",
]

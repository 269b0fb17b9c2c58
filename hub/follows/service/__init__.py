"""Following, reading, and choosing how to hear of news."""

from hub.follows.service.following import MOST_FOLLOWS, drop_searches, follow, follow_search, unfollow
from hub.follows.service.mailing import (
    cancel_digests,
    choose_mail,
    forget_unwanted,
    forget_waiting,
    hold_reader,
    mail_choice,
    note_digest,
    pause_mail,
    resume_mail,
    set_frequencies,
    take_back,
)
from hub.follows.service.muting import MUTABLE, mute, unmute
from hub.follows.service.one import one_at_a_time
from hub.follows.service.reading import mark_all_read, mark_seen, mark_thing_read
from hub.follows.service.stopping import stop_all_mail, stop_one_thing
from hub.follows.service.subscribing import (
    Wish,
    ask_to_subscribe,
    change_subscription,
    confirm_subscription,
    drop_subscriber,
    end_subscription,
    forget_wishes,
    stop_subscription,
)

__all__ = [
    "MOST_FOLLOWS",
    "MUTABLE",
    "Wish",
    "ask_to_subscribe",
    "cancel_digests",
    "change_subscription",
    "choose_mail",
    "confirm_subscription",
    "drop_searches",
    "drop_subscriber",
    "end_subscription",
    "follow",
    "follow_search",
    "forget_unwanted",
    "forget_waiting",
    "forget_wishes",
    "hold_reader",
    "mail_choice",
    "mark_all_read",
    "mark_seen",
    "mark_thing_read",
    "mute",
    "note_digest",
    "one_at_a_time",
    "pause_mail",
    "resume_mail",
    "set_frequencies",
    "stop_all_mail",
    "stop_one_thing",
    "stop_subscription",
    "take_back",
    "unfollow",
    "unmute",
]

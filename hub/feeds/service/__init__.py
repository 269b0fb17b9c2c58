"""Writing news, its sources and the forum's editions."""

from hub.feeds.service.adding import add_source
from hub.feeds.service.deciding import hide_story, pin_story, show_story, take_story_out, tie_story, unpin_story
from hub.feeds.service.facts import SourceFacts
from hub.feeds.service.listing import Ready, Refused, SortedList, add_list, sort_list
from hub.feeds.service.seeds import FORUM_SOURCE, load_editions, load_forum_feed
from hub.feeds.service.sources import change_source, move_source, pause_source, resume_source
from hub.feeds.service.syncs import Answer, Claim, Stored, claim_source, store_answer

__all__ = [
    "FORUM_SOURCE",
    "Answer",
    "Claim",
    "Ready",
    "Refused",
    "SortedList",
    "SourceFacts",
    "Stored",
    "add_list",
    "add_source",
    "change_source",
    "claim_source",
    "hide_story",
    "load_editions",
    "load_forum_feed",
    "move_source",
    "pause_source",
    "pin_story",
    "resume_source",
    "show_story",
    "sort_list",
    "store_answer",
    "take_story_out",
    "tie_story",
    "unpin_story",
]

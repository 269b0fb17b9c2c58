"""Writing news, its sources and the forum's editions."""

from hub.feeds.service.seeds import FORUM_SOURCE, load_editions, load_forum_feed
from hub.feeds.service.sources import SourceFacts, add_source, change_source, pause_source, resume_source
from hub.feeds.service.syncs import Answer, Claim, Stored, claim_source, store_answer

__all__ = [
    "FORUM_SOURCE",
    "Answer",
    "Claim",
    "SourceFacts",
    "Stored",
    "add_source",
    "change_source",
    "claim_source",
    "load_editions",
    "load_forum_feed",
    "pause_source",
    "resume_source",
    "store_answer",
]

"""News and events for everyone, sources for organizers."""

from hub.feeds.views import adding, event_editing, events, lists, moving, news, sources, story
from hub.feeds.views.blueprint import bp

__all__ = ["adding", "bp", "event_editing", "events", "lists", "moving", "news", "sources", "story"]

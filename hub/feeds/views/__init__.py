"""News and events for everyone, sources for organizers."""

from hub.feeds.views import news, sources
from hub.feeds.views.blueprint import bp

__all__ = ["bp", "news", "sources"]

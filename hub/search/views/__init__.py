"""The doors of finding: `/cases/` and `/search`."""

from hub.search.views import cases, everything, formats
from hub.search.views.blueprint import bp

__all__ = ["bp", "cases", "everything", "formats"]

"""Who reads which events: the only place where reactions are declared.

Shared readers keep their place in the database. The search index is not among them: it is each node's own copy and
keeps its place inside itself (`hub search follow`).
"""

from __future__ import annotations

from hub.core.readers import Handlers

SHARED_READERS: dict[str, Handlers] = {}

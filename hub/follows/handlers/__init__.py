"""What is told to whom when something happens; the shared reader "notifications" runs these."""

from __future__ import annotations

from hub.core.readers import Handlers
from hub.follows.handlers.cases import HANDLERS as CASES
from hub.follows.handlers.cases import tell_of_publication
from hub.follows.handlers.commitments import HANDLERS as COMMITMENTS
from hub.follows.handlers.exchange import HANDLERS as EXCHANGE
from hub.follows.handlers.news import HANDLERS as NEWS
from hub.follows.handlers.questions import HANDLERS as QUESTIONS
from hub.follows.reminders import HANDLERS as REMINDERS
from hub.follows.reviews import HANDLERS as REVIEWS

__all__ = ["HANDLERS", "tell_of_publication"]

HANDLERS: Handlers = {**REMINDERS, **REVIEWS, **CASES, **COMMITMENTS, **EXCHANGE, **NEWS, **QUESTIONS}

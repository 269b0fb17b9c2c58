"""What the two cities of an adaptation say to it, for all to read."""

from __future__ import annotations

from datetime import datetime

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.exchange.events import AdaptationCommented, AdaptationCommentRemoved
from hub.exchange.models import Adaptation, AdaptationComment
from hub.exchange.policy import can_remove_comment, speaks_on_adaptation
from hub.exchange.queries import get_comment
from hub.exchange.service.adapting import LONGEST
from hub.people.models import User


def comment_on_adaptation(
    *, by: User, adaptation_id: int, text: str, language: str, now: datetime
) -> AdaptationComment:
    """Say something to an adaptation for one of its two cities, inside `transaction()`.

    Raises NotFound, Forbidden and Invalid naming `text`.
    """
    adaptation = db.session.get(Adaptation, adaptation_id)
    if adaptation is None or adaptation.removed_at is not None:
        raise NotFound(f"no adaptation {adaptation_id}")
    city_id = speaks_on_adaptation(by, adaptation)
    if city_id is None:
        raise Forbidden("coordinators of the two cities comment")
    text = text.strip()
    if not text:
        raise Invalid("text", "This is needed.")
    if len(text) > LONGEST:
        raise Invalid("text", "Write at most %(limit)d characters; it has %(found)d.", limit=LONGEST, found=len(text))
    comment = AdaptationComment(
        adaptation_id=adaptation.id, city_id=city_id, text=text, language=language, author_id=by.id,
        is_demo=by.is_demo, said_at=now,
    )  # fmt: skip
    db.session.add(comment)
    db.session.flush()  # the log entry names its id
    event = AdaptationCommented(comment.id, adaptation.id, city_id, adaptation.origin_id)
    record(event, by=by.id, now=now, changes={"text": (None, text)})
    return comment


def remove_comment(*, by: User, adaptation_id: int, comment_id: int, now: datetime) -> None:
    """Take a comment away, inside `transaction()`: its text is emptied, a dated line stays.

    Raises NotFound and Forbidden.
    """
    adaptation = db.session.get(Adaptation, adaptation_id)
    if adaptation is None or adaptation.removed_at is not None:
        raise NotFound(f"no adaptation {adaptation_id}")
    comment = get_comment(adaptation_id, comment_id)
    if not can_remove_comment(by, comment):
        raise Forbidden("the city that said it, and organizers, take a comment away")
    comment.text, comment.removed_at = "", now
    event = AdaptationCommentRemoved(comment.id, adaptation.id, adaptation.origin_id)
    record(event, by=by.id, now=now)

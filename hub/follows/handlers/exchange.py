"""Telling of what happens between cities: practices taken up, comments, replies."""

from __future__ import annotations

from datetime import datetime

from hub.cases.policy import READABLE
from hub.commitments.models import StatusRecord
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.exchange.models import RELEASED, WAITING, Adaptation, AdaptationComment, AdaptationStep, Reply
from hub.follows import targets
from hub.follows.handlers.subjects import subject
from hub.follows.models import CASE
from hub.follows.responsible import tell_coordinators, tell_organizers
from hub.follows.telling import Told, tell_followers
from hub.follows.thingkeys import adaptation_key, case_key, item_target, of_item, reply_key


def tell_of_adaptation(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators whose practice was taken up, or taken a step further.

    Then the followers of the case, of both cities and of both countries; nobody of one that was entered by mistake.
    """
    adaptation, step = subject(Adaptation, entry, "adaptation_id"), subject(AdaptationStep, entry, "step_id")
    if adaptation is None or step is None or adaptation.removed_at is not None or not _is_public(adaptation):
        return
    told = Told(step.id, adaptation_key(adaptation.id, adaptation.origin_id))
    if adaptation.from_city is not None:
        tell_coordinators(entry, told, adaptation.from_city.id, now)
    tell_followers(entry, told, targets.of_adaptation(adaptation), now)


def tell_of_comment(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of the other city what was said to an adaptation."""
    comment = subject(AdaptationComment, entry, "comment_id")
    adaptation = db.session.get(Adaptation, comment.adaptation_id) if comment is not None else None
    if comment is None or adaptation is None or comment.removed_at is not None or adaptation.removed_at is not None:
        return
    told = Told(comment.id, adaptation_key(adaptation.id, adaptation.origin_id))
    for city in (adaptation.from_city, adaptation.city):
        if city is not None and city.id != comment.city_id:
            tell_coordinators(entry, told, city.id, now)


def tell_of_reply_asked(entry: LogEntry, now: datetime) -> None:
    """Tell the organizers that a reply waits for them."""
    reply = subject(Reply, entry, "reply_id")
    if reply is not None and reply.state == WAITING:
        tell_organizers(entry, Told(reply.id, reply_key(reply.id)), now)


def tell_of_reply(entry: LogEntry, now: datetime) -> None:
    """Tell of a reply that stands beside a case or a status now: the city's coordinators, and who follows it."""
    reply = subject(Reply, entry, "reply_id")
    if reply is None or reply.state != RELEASED or reply.withdrawn_at is not None:
        return
    case, status = reply.case, subject(StatusRecord, entry, "record_id")
    if case is not None:
        told = Told(reply.id, case_key(case.id))
        if case.city_id is not None:
            tell_coordinators(entry, told, case.city_id, now)
        if case.is_published:
            tell_followers(entry, told, [(CASE, case.slug)], now)
    elif status is not None:
        told = Told(reply.id, of_item(status.city_id, status.item_code))
        tell_coordinators(entry, told, status.city_id, now)
        about = [item_target(status.city_id, status.item_code)]
        tell_followers(entry, told, targets.of_status(status), now, about=about)


def _is_public(adaptation: Adaptation) -> bool:
    """Tell whether the practice that was taken up can be read, or is one that the hub does not hold."""
    return adaptation.origin is None or adaptation.origin.state in READABLE


HANDLERS: Handlers = {
    "AdaptationRecorded": (tell_of_adaptation,),
    "AdaptationCommented": (tell_of_comment,),
    "ReplyConfirmed": (tell_of_reply_asked,),
    "ReplyReleased": (tell_of_reply,),
}

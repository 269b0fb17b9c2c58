"""What the page of an adaptation shows, in the words of the current language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.cases.rows import case_path, city_label
from hub.exchange import policy, queries
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep
from hub.exchange.rows import AdaptationRow, adaptation_path, adaptation_row
from hub.exchange.words import sentence, state_since
from hub.people.models import User
from hub.web.locale import gettext as _


@dataclass(frozen=True)
class StepShown:
    """What was said at one time, and by whom: the city, or a document."""

    state_since: str
    changed: str
    reason: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True)
class CommentShown:
    """What one of the two cities said; the text is empty where it was taken away."""

    id: int
    city_name: str
    city_url: str
    text: str
    language: str
    said_at: datetime
    removed_at: datetime | None
    is_demo: bool
    may_remove: bool


@dataclass(frozen=True)
class AdaptationPage:
    """An adaptation with its steps and comments, and what this reader may do."""

    row: AdaptationRow
    sentence: str
    version: int
    steps: list[StepShown]  # the newest first
    comments: list[CommentShown]
    next_url: str  # where she says how far it has come; empty for all but its city's coordinators
    may_remove: bool


def adaptation_page(adaptation: Adaptation, me: User | None) -> AdaptationPage:
    """Return what the page of an adaptation shows to this reader."""
    row = adaptation_row(adaptation)
    return AdaptationPage(
        row=row,
        sentence=sentence(row.city_name, row.state),
        version=adaptation.version,
        steps=[_step(each, row) for each in queries.steps_of(adaptation.id)],
        comments=[_comment(each, me) for each in queries.comments_of(adaptation.id)],
        next_url=_next_url(adaptation, me),
        may_remove=policy.can_remove_adaptation(me, adaptation),
    )


def _next_url(adaptation: Adaptation, me: User | None) -> str:
    if not policy.can_record_adaptation(me, adaptation.city_id):
        return ""
    if adaptation.origin is None:
        return f"{adaptation_path(adaptation.id)}/step"
    return f"{case_path(adaptation.origin.slug)}/adapt?city={adaptation.city.slug}"


def _step(step: AdaptationStep, row: AdaptationRow) -> StepShown:
    by = row.city_name if step.recorded_by is not None else _("compiled from a document")
    return StepShown(state_since(step.state, step.since), step.changed, step.reason, by, step.recorded_at)


def _comment(comment: AdaptationComment, me: User | None) -> CommentShown:
    return CommentShown(
        id=comment.id,
        city_name=city_label(comment.city),
        city_url=f"/cities/{comment.city.slug}",
        text=comment.text,
        language=comment.language,
        said_at=comment.said_at,
        removed_at=comment.removed_at,
        is_demo=comment.is_demo,
        may_remove=comment.removed_at is None and policy.can_remove_comment(me, comment),
    )

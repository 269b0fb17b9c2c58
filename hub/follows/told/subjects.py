"""What notifications are about, read in a bounded number of queries however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from hub.cases.models import CaseProposal, CaseStudy, CaseTranslation
from hub.cities.models import City
from hub.commitments.models import CheckRequest, CommitmentReminder, StatusRecord, Verification
from hub.core.db import db
from hub.core.log import LogEntry
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep, Answer, Question, Reply
from hub.feeds.models import FeedEntry, FeedSource

BATCH = 500
STORED = "StoriesStored"
MODELS: dict[str, type[Any]] = {
    "CasePublished": CaseStudy,
    "CaseRevised": CaseStudy,
    "CaseMoved": CaseStudy,
    "CaseArchived": CaseStudy,
    "CaseDue": CaseStudy,
    "CaseSubmitted": CaseStudy,
    "CaseReturned": CaseStudy,
    "CaseProposed": CaseProposal,
    "CaseProposalClosed": CaseProposal,
    "CaseTranslationPublished": CaseTranslation,
    "StatusRecorded": StatusRecord,
    "CityAdmitted": City,
    "CheckRequested": CheckRequest,
    "CommitmentDue": CommitmentReminder,
    "PeerAsked": CheckRequest,
    "StatusVerified": Verification,
    "StatusRefused": Verification,
    "AdaptationRecorded": AdaptationStep,
    "AdaptationCommented": AdaptationComment,
    "QuestionAsked": Question,
    "QuestionAnswered": Answer,
    "ReplyConfirmed": Reply,
    "ReplyReleased": Reply,
    "StoryPinned": FeedEntry,
    STORED: FeedSource,
}
_BEYOND: tuple[tuple[str, type[Any]], ...] = (  # what their words need besides, what names other things first
    ("adaptation_id", Adaptation),
    ("question_id", Question),
    ("origin_id", CaseStudy),
    ("case_id", CaseStudy),
    ("source_id", FeedSource),
    ("origin_city_id", City),
    ("city_id", City),
)


class Noted(Protocol):
    """As much of a notification as it takes to know what it is about."""

    @property
    def event(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def position(self) -> int: ...


class Stories(NamedTuple):
    """What one check of a source brought, as far as it is still shown: how many stories, and the only one."""

    source: FeedSource
    number: int
    only: FeedEntry | None


@dataclass
class Subjects:
    """What was read; it holds the rows, so that reading one of them again asks nothing."""

    rows: dict[tuple[type[Any], int], Any] = field(default_factory=dict)
    stories: dict[int, Stories] = field(default_factory=dict)  # by the entry of the log

    def of(self, noted: Noted) -> Any:
        """Return what a notification is about; None for what is gone."""
        if noted.event == STORED:
            return self.stories.get(noted.position)
        model = MODELS.get(noted.event)
        return self.rows.get((model, noted.subject_id)) if model is not None else None


def read_subjects(notes: Collection[Noted]) -> Subjects:
    """Read what notifications are about, with all that their words need: one query for each kind of thing."""
    found = Subjects()
    wanted: dict[type[Any], set[int]] = {}
    for note in notes:
        if note.event in MODELS:
            wanted.setdefault(MODELS[note.event], set()).add(note.subject_id)
    for model, ids in wanted.items():
        _read(found, model, ids)
    found.stories = _read_stories(found, {note.position for note in notes if note.event == STORED})
    _read(found, StatusRecord, {row.record_id for row in found.rows.values() if isinstance(row, Reply)})
    for name, model in _BEYOND:
        _read(found, model, {getattr(row, name, None) for row in found.rows.values()})
    return found


def _read(found: Subjects, model: type[Any], ids: Iterable[Any]) -> None:
    """Read rows and nothing that belongs to them: what is needed of that is read for all of them at once."""
    missing = sorted({number for number in ids if number is not None and (model, number) not in found.rows})
    for start in range(0, len(missing), BATCH):
        query = select(model).where(model.id.in_(missing[start : start + BATCH])).options(lazyload("*"))
        found.rows.update({(model, row.id): row for row in db.session.scalars(query)})


def _read_stories(found: Subjects, positions: Collection[int]) -> dict[int, Stories]:
    """Return what checks of sources brought, by the entries of the log that say so."""
    if not positions:
        return {}
    entries = db.session.execute(select(LogEntry.position, LogEntry.payload).where(LogEntry.position.in_(positions)))
    brought: dict[int, tuple[int, list[int]]] = {
        position: (payload.get("source_id", 0), payload.get("entry_ids") or []) for position, payload in entries
    }
    shown = _shown({number for _source, numbers in brought.values() for number in numbers})
    left = {position: [each for each in numbers if each in shown] for position, (_source, numbers) in brought.items()}
    _read(found, FeedEntry, {numbers[0] for numbers in left.values() if len(numbers) == 1})
    stories = {}
    for position, numbers in left.items():
        source = found.rows.get((FeedSource, brought[position][0]))
        if source is not None and numbers:
            only = found.rows.get((FeedEntry, numbers[0])) if len(numbers) == 1 else None
            stories[position] = Stories(source, len(numbers), only)
    return stories


def _shown(numbers: Collection[int]) -> set[int]:
    """Return the numbers of those stories that anyone may read."""
    shown: set[int] = set()
    ordered = sorted(numbers)
    for start in range(0, len(ordered), BATCH):
        part = FeedEntry.id.in_(ordered[start : start + BATCH])
        query = select(FeedEntry.id).where(part, FeedEntry.hidden_at.is_(None), FeedEntry.removed_at.is_(None))
        shown.update(db.session.scalars(query))
    return shown

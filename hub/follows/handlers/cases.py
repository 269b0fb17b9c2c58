"""Telling of case studies: published, revised, moved, archived, told in another language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.cases.models import ARCHIVED, PUBLISHED, CaseStudy, CaseTranslation, CaseTranslationRevision
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows import targets
from hub.follows.handlers.subjects import subject
from hub.follows.models import CASE
from hub.follows.reached import searches_reached
from hub.follows.reviews import tell_writer
from hub.follows.telling import Told, tell_followers
from hub.follows.thingkeys import case_key, of_case
from hub.vocabularies.queries import vocabulary


def tell_of_publication(entry: LogEntry, now: datetime) -> None:
    """Tell of a published case: who follows it, its city, principles, commitments or country, or a search."""
    case = subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_writer(entry, case, now)
        reached = [*targets.of_case(case, vocabulary()), *searches_reached(case, entry)]
        tell_followers(entry, of_case(case), reached, now)


def tell_of_revision(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case, its city and country that it says something else now.

    And those of searches that find it from now on. Small corrections are no news of the case itself.
    """
    case = subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_writer(entry, case, now)
        own = targets.of_change(case) if entry.payload.get("is_substantial", True) else []
        tell_followers(entry, of_case(case), [*own, *searches_reached(case, entry)], now, about=[(CASE, case.slug)])


def tell_of_move(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of searches that find a case now that it belongs to another city."""
    case = subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_followers(entry, of_case(case), searches_reached(case, entry), now, about=[(CASE, case.slug)])


def tell_of_archiving(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it was archived."""
    case = subject(CaseStudy, entry, "case_id")
    if case is not None and case.state == ARCHIVED:
        tell_followers(entry, of_case(case), [(CASE, case.slug)], now)


def tell_of_translation(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case, its city and country that it can be read in another language.

    Once for each language: changes of a translation, and one put back on the page, are no news.
    """
    case, translation = subject(CaseStudy, entry, "case_id"), subject(CaseTranslation, entry, "translation_id")
    if case is None or translation is None or not case.is_published or translation.state != PUBLISHED:
        return
    earlier = select(CaseTranslationRevision.id).where(
        CaseTranslationRevision.translation_id == translation.id,
        CaseTranslationRevision.recorded_at < entry.recorded_at,
    )
    if db.session.scalar(earlier.limit(1)) is None:
        tell_followers(entry, Told(translation.id, case_key(case.id)), targets.of_change(case), now)


HANDLERS: Handlers = {
    "CasePublished": (tell_of_publication,),
    "CaseRevised": (tell_of_revision,),
    "CaseMoved": (tell_of_move,),
    "CaseArchived": (tell_of_archiving,),
    "CaseTranslationPublished": (tell_of_translation,),
}

"""People write cases: begin, save, publish, archive, take over. Every verb stands inside `transaction()`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from hub.cases.completeness import unfinished
from hub.cases.content import CaseText, content_of, put_sources, put_tags, put_text, text_of
from hub.cases.events import CaseArchived, CaseDraftSaved, CasePublished, CaseRevised, CaseStarted, CaseTakenOver
from hub.cases.models import ARCHIVED, CLAUSE, DRAFT, CaseRevision, CaseStudy
from hub.cases.policy import (
    can_archive_case,
    can_confirm_case,
    can_publish_case,
    can_read_case,
    can_start_case,
    can_write_case,
    needs_second_reader,
)
from hub.cases.states import NOTHING, State, changed, state_of
from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.core.text import slugify
from hub.people.models import User


def start_case(
    *, city_id: int | None, language: str, title: str, summary: str, by: User, now: datetime,
    sources: tuple[tuple[str, str], ...] = (), clauses: tuple[str, ...] = (), text: CaseText | None = None,
) -> CaseStudy:  # fmt: skip
    """Begin a draft for a city, with the documents (address, title) and clauses, or the text, that it begins from.

    Raises Forbidden for a city one does not write for, Invalid without a title.
    """
    if not can_start_case(by, city_id):
        raise Forbidden("one writes for one's own city")
    if not title:
        raise Invalid("title", "A draft needs a title.")
    city = db.session.get_one(City, city_id)
    values = {
        "city_id": city.id, "country": city.country, "language": language, "title": title, "summary": summary,
        "state": DRAFT, "is_demo": by.is_demo, "created_by": by.id, "updated_by": by.id, "updated_at": now,
    }  # fmt: skip
    base, number = slugify(title), 1
    while True:
        slug = free_slug(base, number)
        try:
            with db.session.begin_nested():
                case = CaseStudy(slug=slug, **values)
                if text is None:
                    put_sources(case, sources)
                    put_tags(case, {CLAUSE: clauses})
                else:
                    put_text(case, replace(text, language=language, title=title, summary=summary))
                db.session.add(case)
        except IntegrityError:  # someone else took this slug at the same moment
            number += 1
            continue
        log_change(CaseStarted(case.id), case, NOTHING, by, now)
        return case


def free_slug(base: str, number: int = 1) -> str:
    """Return the slug itself, or with the first number from `number` on that makes it free: -2, -3 and so on."""
    while True:
        slug = base if number == 1 else f"{base[: 79 - len(str(number))].rstrip('-')}-{number}"
        if db.session.scalar(select(CaseStudy.id).where(CaseStudy.slug == slug)) is None:
            return slug
        number += 1


def save_case(
    slug: str, text: CaseText, version: int, *, by: User, now: datetime, note: str = "", is_small: bool = False,
    publish: bool = False,
) -> CaseStudy:  # fmt: skip
    """Save a draft or publish the change of a published case; with `publish` a draft is opened to everyone too.

    A draft that was sent to a second reader is taken back into writing; where somebody else reads first, no new words
    are published here (see review.py). The same text sent again by the same person changes nothing. Raises NotFound,
    Forbidden, Conflict when someone else saved since `version`, Unfinished for what publishing needs, Invalid without a
    reason for a published change.
    """
    case = case_to_write(slug, by)
    if version != case.version:
        if version == case.version - 1 and case.updated_by == by.id and text == text_of(case):
            return case
        raise Conflict("someone else saved meanwhile")
    publish = publish and case.state == DRAFT
    if publish and not can_publish_case(by, case):
        raise Forbidden("a coordinator publishes")
    if text != text_of(case) and (publish or case.is_published) and needs_second_reader(by, case):
        raise Forbidden("somebody else reads before it is published")
    if text == text_of(case) and not publish and not case.is_compiled:
        return case
    if case.is_published and not note:
        raise Invalid("change_note", "Say what changed, and why.")
    if not text.title:
        raise Invalid("title", "A draft needs a title.")
    before, said = state_of(case), text_of(case)
    author, reader = _author_and_reader(case, by) if publish and text == said else (by, None)
    put_text(case, text)
    if publish or case.is_published:
        require_finished(case, None if publish else said)
        if publish or not is_small or case.is_compiled:  # a small correction does not say that the rest still holds
            is_the_citys_word(case, now)
    touch(case, by, now)
    if case.is_published:
        add_revision(case, by, now, note, is_substantial=not is_small)
        log_change(CaseRevised(case.id, is_substantial=not is_small), case, before, by, now)
    elif publish:
        case.publish(now)
        case.submitted_at, case.returned_note = None, ""
        add_revision(case, author, now, note, reviewed_by=reader)
        log_change(CasePublished(case.id), case, before, by, now)
    else:
        case.submitted_at = case.submitted_by = None
        log_change(CaseDraftSaved(case.id), case, before, by, now)
    return case


def publish_case(slug: str, version: int, *, by: User, now: datetime, note: str = "") -> CaseStudy:
    """Open a draft, or an archived case again, as it stands; one that is open stays as it is.

    Raises NotFound, Forbidden, Conflict when someone saved since `version`, Unfinished naming what is missing.
    """
    case = locked(slug, by)
    if case.is_published and case.updated_by == by.id:
        return case
    if not can_publish_case(by, case):
        raise Forbidden("a coordinator publishes")
    if version != case.version:
        raise Conflict("someone else saved meanwhile")
    if case.state == DRAFT:
        require_finished(case)
    before, was_open = state_of(case), case.state == ARCHIVED
    author, reader = _author_and_reader(case, by) if case.state == DRAFT else (by, None)
    is_the_citys_word(case, now)
    touch(case, by, now)
    case.publish(now)
    case.submitted_at, case.returned_note = None, ""
    add_revision(case, author, now, note, is_substantial=not was_open, reviewed_by=reader)
    log_change(CasePublished(case.id), case, before, by, now)
    return case


def archive_case(slug: str, reason: str, *, by: User, now: datetime) -> CaseStudy:
    """Take a published case from the lists, saying why; its address goes on working.

    Raises NotFound, Forbidden, and Invalid without a reason.
    """
    case = locked(slug, by)
    if case.state == ARCHIVED and case.updated_by == by.id:
        return case
    if not can_archive_case(by, case):
        raise Forbidden("a coordinator archives")
    if not reason:
        raise Invalid("reason", "Say why it is archived.")
    before = state_of(case)
    case.state = ARCHIVED
    touch(case, by, now)
    add_revision(case, by, now, reason, is_substantial=False)  # it says what it said
    log_change(CaseArchived(case.id), case, before, by, now)
    return case


def confirm_case(slug: str, version: int, *, by: User, now: datetime, note: str = "") -> CaseStudy:
    """Take over a case compiled from public sources as it stands: from now on it is the city's word.

    Raises NotFound, Forbidden, and Conflict when the text is not the one that was read.
    """
    case = locked(slug, by)
    if not case.is_compiled and case.updated_by == by.id:
        return case
    if not can_confirm_case(by, case):
        raise Forbidden("a coordinator of the city confirms")
    if version != case.version:
        raise Conflict("the text changed meanwhile")
    before = state_of(case)
    is_the_citys_word(case, now)
    touch(case, by, now)
    add_revision(case, by, now, note, is_substantial=False)
    log_change(CaseTakenOver(case.id), case, before, by, now)
    return case


def case_to_write(slug: str, by: User) -> CaseStudy:
    """Return a case, held until the transaction ends; raises NotFound for a foreign draft, Forbidden otherwise."""
    case = locked(slug, by)
    if not can_write_case(by, case):
        raise Forbidden("this case is not one's own to change")
    return case


def locked(slug: str, by: User) -> CaseStudy:
    """Return a case that one may read, held until the transaction ends; raises NotFound."""
    query = select(CaseStudy).where(CaseStudy.slug == slug).with_for_update(of=CaseStudy)
    case = db.session.scalar(query.execution_options(populate_existing=True))
    if case is None or not can_read_case(case, by):
        raise NotFound("no such case")
    return case


def require_finished(case: CaseStudy, before: CaseText | None = None) -> None:
    """Raise Unfinished when something is missing that a published case needs.

    What was published already, saying `before`, need not become whole, but may not lose what publishing needs.
    """
    error = unfinished(text_of(case), has_years=bool(case.years_text), before=before)
    if error is not None:
        raise error


def _author_and_reader(case: CaseStudy, by: User) -> tuple[User, User | None]:
    """Return who wrote a draft that `by` opens, and `by` as its second reader where somebody else had sent it."""
    sender = db.session.get(User, case.submitted_by) if case.submitted_at is not None else None
    return (by, None) if sender is None or sender.id == by.id else (sender, by)


def is_the_citys_word(case: CaseStudy, now: datetime) -> None:
    """Note that the city itself says now what a case says."""
    case.is_compiled, case.confidence, case.confirmed_at = False, None, now


def touch(case: CaseStudy, by: User, now: datetime) -> None:
    """Note who changed a case or what hangs on it, and count its version up."""
    case.updated_by, case.updated_at = by.id, now
    case.is_demo = case.is_demo or by.is_demo
    flag_modified(case, "updated_at")  # tags and files alone must count the version up too


def log_change(event: Any, case: CaseStudy, before: State, by: User | None, now: datetime) -> None:
    """Record what happened to a case, with what it was before and is now."""
    db.session.flush()  # counts the version up
    record(event, by=by.id if by else None, now=now, changes=changed(before, state_of(case)))


def add_revision(
    case: CaseStudy, by: User, now: datetime, note: str, *, is_substantial: bool = True,
    reviewed_by: User | None = None, restored_from: int | None = None,
) -> None:  # fmt: skip
    """Keep what the case says now as a version: who and why, who read it second, and which version it brings back."""
    db.session.flush()  # counts the version up
    db.session.add(
        CaseRevision(
            case_id=case.id, number=case.version, content=content_of(case), author_id=by.id, change_note=note,
            is_substantial=is_substantial, reviewed_by=reviewed_by.id if reviewed_by else None,
            restored_from=restored_from, recorded_at=now,
        )
    )  # fmt: skip

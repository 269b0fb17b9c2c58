"""Bringing back what an earlier version of a case said, inside `transaction()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.cases.content import SCHEMES, CaseText, put_text, text_in, text_of
from hub.cases.events import CaseRevised
from hub.cases.models import CaseProposal, CaseRevision, CaseStudy
from hub.cases.policy import can_propose_change, needs_second_reader
from hub.cases.service.review import propose_change
from hub.cases.service.writing import add_revision, is_the_citys_word, locked, log_change, touch
from hub.cases.states import state_of
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.people.models import User

_LATER = ("rights", "sdgs", "funders")  # codes that the first versions were not asked for


def restore_version(
    slug: str, number: int, version: int, *, by: User, now: datetime, note: str
) -> CaseStudy | CaseProposal | None:
    """Let a published case say again what its version `number` said; this makes a new version.

    Where somebody else reads first, it becomes a proposal. Pictures and documents stay as they are, and so does what
    that version was not asked for yet. What publishing needs today may be lacking: it was published once.

    Raises NotFound without such a version, Forbidden, Conflict when someone saved since `version`, Invalid without a
    reason or where the case says the same already.
    """
    case = locked(slug, by)
    if not can_propose_change(by, case):
        raise Forbidden("this case is not one's own to change")
    content = db.session.scalar(
        select(CaseRevision.content).where(CaseRevision.case_id == case.id, CaseRevision.number == number)
    )
    if content is None:
        raise NotFound("no such version")
    if version != case.version:
        raise Conflict("someone else saved meanwhile")
    if not note:
        raise Invalid("change_note", "Say what changed, and why.")
    text = restored_text(case, content)
    if text == text_of(case):
        raise Invalid("form_key", "The case study says the same already. There is nothing to bring back.")
    if needs_second_reader(by, case):
        return propose_change(slug, text, version, by=by, now=now, note=note, restored_from=number)
    before = state_of(case)
    put_text(case, text)
    case.years_text = str(content.get("years_text") or case.years_text or "")
    is_the_citys_word(case, now)
    touch(case, by, now)
    add_revision(case, by, now, note, restored_from=number)
    log_change(CaseRevised(case.id), case, before, by, now)
    return case


def restored_text(case: CaseStudy, content: Mapping[str, Any]) -> CaseText:
    """Return what a version says, with what is in the case now where that version was not asked for it."""
    now, then = text_of(case), text_in(content)
    is_early = "open_answers" not in content
    kept = {
        field.name: getattr(now, field.name)
        for field in fields(CaseText)
        if (field.name not in content and field.name not in SCHEMES) or (is_early and field.name in _LATER)
    }
    return replace(then, **kept)

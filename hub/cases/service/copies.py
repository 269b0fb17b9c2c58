"""Keeping what someone typed and has not saved. It is nobody's record yet: no version and no entry comes of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from hub.cases.content import CaseText, text_of
from hub.cases.models import CaseCopy, CaseRedaction, CaseStudy
from hub.cases.policy import can_read_case
from hub.cases.unsaved import content_to_keep, copy_of, overlaid, steps_in
from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.people.models import User

MOST = 400_000  # characters of a whole copy; what a field may hold is asked when it is saved
BATCH = 500
_ORDER = "sent"  # beside the text in what is kept: the window, and which of what it sent this was


def keep_copy(
    slug: str, text: CaseText, steps: Collection[str], version: int, *, by: User, now: datetime, note: str = "",
    is_small: bool = False, order: tuple[str, int] | None = None,
) -> bool:  # fmt: skip
    """Keep what was typed in these steps of a case until it is saved or let go; return whether anything is to be kept.

    `order` names the window it was typed in and counts what that sent: what was sent earlier and comes later, as two
    of one moment may, changes nothing. `version` is the one that the text began from. What says the same as the case
    is not kept. Raises NotFound, Forbidden, and Invalid for a text beyond all measure or begun before a person was
    taken out of the case.
    """
    query = select(CaseStudy).where(CaseStudy.slug == slug)
    # Nobody is taken out of the case between the look at the marks below and the end of this.
    case = db.session.scalar(query.with_for_update(read=True, of=CaseStudy))
    if case is None or not can_read_case(case, by):
        raise NotFound("no such case")
    if not by.works_for(case.city_id):
        raise Forbidden("one writes for one's own city")
    since = select(CaseRedaction.id).where(CaseRedaction.case_id == case.id, CaseRedaction.version > version)
    if db.session.scalar(since.limit(1)) is not None:  # typing that goes on must not bring the name back
        raise Invalid("text", "Not kept: a person was taken out of this case study meanwhile. Open it anew.")
    kept = copy_of(case.id, by.id)
    if kept is not None and order is not None and _is_newer(kept, order):
        return True
    touched = set(steps)
    if kept is not None and kept.base_version == version:
        elsewhere = [step for step in steps_in(kept) if step not in touched]
        text = overlaid(text, kept.content, elsewhere)
        touched |= set(elsewhere)
    stored = text_of(case)
    content = content_to_keep(text, touched)
    if len(json.dumps(content, ensure_ascii=False)) > MOST:
        raise Invalid("text", "This is too long to be kept.")
    if overlaid(stored, content, touched) == stored and not note:
        if kept is not None:
            db.session.delete(kept)
        return False
    if kept is None:
        kept = _new_copy(case.id, by.id, version, now)
    if order is not None:
        content[_ORDER] = list(order)
    kept.base_version, kept.content, kept.change_note, kept.is_small = version, content, note, is_small
    kept.saved_at = now
    return True


def _is_newer(kept: CaseCopy, order: tuple[str, int]) -> bool:
    """Tell whether what is kept was sent by the same window after this."""
    window, number = kept.content.get(_ORDER, ("", 0))
    return bool(window == order[0] and number > order[1])


def _new_copy(case_id: int, user_id: int, version: int, now: datetime) -> CaseCopy:
    try:
        with db.session.begin_nested():
            copy = CaseCopy(case_id=case_id, user_id=user_id, base_version=version, content={}, saved_at=now)
            db.session.add(copy)
    except IntegrityError:  # another window of hers was first
        return db.session.get_one(CaseCopy, (case_id, user_id))
    return copy


def settle_copy(case: CaseStudy, steps: Collection[str], version: int, *, by: User) -> None:
    """Let go what was typed in steps that are saved now; what was typed elsewhere waits on, begun from this version.

    `version` is the one that the saved text began from.
    """
    copy = copy_of(case.id, by.id)
    if copy is None:
        return
    rest = [step for step in steps_in(copy) if step not in steps]
    stored = text_of(case)
    if not rest or overlaid(stored, copy.content, rest) == stored:
        db.session.delete(copy)
        return
    copy.content = content_to_keep(overlaid(stored, copy.content, rest), rest)
    if copy.base_version == version:
        copy.base_version = case.version


def forget_copy(slug: str, *, by: User) -> None:
    """Let go what a person typed in a case and did not save; where there is nothing, nothing happens."""
    case_id = db.session.scalar(select(CaseStudy.id).where(CaseStudy.slug == slug))
    copy = copy_of(case_id, by.id) if case_id is not None else None
    if copy is not None:
        db.session.delete(copy)


def forget_old_copies(before: datetime) -> int:
    """Let go a batch of what was typed last before a moment; return how many there were."""
    old = select(CaseCopy.case_id, CaseCopy.user_id).where(CaseCopy.saved_at <= before).limit(BATCH)
    found = db.session.execute(old).all()
    for case_id, user_id in found:
        db.session.execute(delete(CaseCopy).where(CaseCopy.case_id == case_id, CaseCopy.user_id == user_id))
    return len(found)

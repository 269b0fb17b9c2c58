"""People translate cases, and seed files bring translations. Every verb stands inside `transaction()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm.attributes import flag_modified

from hub.cases.events import CaseTranslationPublished, CaseTranslationSaved, CaseTranslationWithdrawn
from hub.cases.models import (
    DRAFT,
    PUBLISHED,
    CaseRedaction,
    CaseRevision,
    CaseStudy,
    CaseTranslation,
    CaseTranslationRevision,
)
from hub.cases.policy import can_publish_translation, can_translate_case
from hub.cases.service.writing import locked
from hub.cases.states import NOTHING, State, changed
from hub.cases.template import BY_NAME, TRANSLATED
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.people.models import User
from hub.vocabularies.service import Loaded

LONGEST_CREDIT = 200
NEEDED = ("title", "summary")  # of a translation that anyone reads


@dataclass(frozen=True)
class TranslatedText:
    """What a translator says: the texts by field, how they came to be, and which version of the original they render.

    `credit` is who translated, as shown; empty for the name of the account.
    """

    texts: Mapping[str, str]
    is_machine: bool
    credit: str
    follows: int


def save_translation(
    slug: str, language: str, said: TranslatedText, version: int, *, by: User, now: datetime, publish: bool = False
) -> CaseTranslation:
    """Begin or change the translation of a published case; with `publish`, or once it is published, anyone reads it.

    `version` is the one that the text began from, 0 for a new one. The same said again changes nothing. Raises
    NotFound, Forbidden, Conflict when someone else saved since, Invalid naming the field: the case's own language, a
    text that is too long, a version that was never published, no title or summary for readers.
    """
    case = _to_translate(slug, by)
    _require_other(case, language)
    texts = _checked(said.texts)
    if len(said.credit) > LONGEST_CREDIT:
        raise Invalid("credit", "Write at most %(limit)s characters.", limit=LONGEST_CREDIT)
    row = _find(case, language)
    is_public = publish or (row is not None and row.state == PUBLISHED)
    if is_public and not can_publish_translation(by, case):
        raise Forbidden("a coordinator publishes")
    if version != (row.version if row else 0):
        is_again = row is not None and row.version == version + 1 and row.translated_by == by.id
        if row is not None and is_again and _says(row) == (texts, said.is_machine, said.credit, said.follows):
            return row
        raise Conflict("someone else saved meanwhile")
    if not db.session.scalar(select(_revision_exists(case.id, said.follows))):
        raise Invalid("follows", "No such version was published. Open the page anew and try again.")
    if is_public:
        for name in NEEDED:
            if not texts.get(name):
                raise Invalid(name, "Readers need this.")
    before = _state(row)
    is_opened = is_public and (row is None or row.state == DRAFT)
    if row is None:
        row = CaseTranslation(case_id=case.id, language=language, state=DRAFT)
        db.session.add(row)
    elif not is_opened and _says(row) == (texts, said.is_machine, said.credit, said.follows):
        return row
    _put(row, texts, said, now)
    row.translated_by = by.id
    _keep(row, before, by=by, now=now, is_public=is_public)
    return row


def withdraw_translation(slug: str, language: str, version: int, *, by: User, now: datetime) -> CaseTranslation:
    """Take a translation from the page of its case; it stays as a draft, and one that is a draft stays as it is.

    Raises NotFound, Forbidden, and Conflict when someone saved since `version`.
    """
    case = locked(slug, by)
    if not can_publish_translation(by, case):
        raise Forbidden("a coordinator withdraws")
    row = _find(case, language)
    if row is None:
        raise NotFound("no such translation")
    if row.state == DRAFT:
        return row
    if version != row.version:
        raise Conflict("someone else saved meanwhile")
    before = _state(row)
    row.state, row.updated_at = DRAFT, now
    db.session.flush()
    changes = changed(before, _state(row))
    record(CaseTranslationWithdrawn(case.id, row.id), by=by.id, now=now, changes=changes)
    return row


def put_seeded_translation(
    case_id: int, language: str, texts: Mapping[str, str], *, is_machine: bool, credit: str, now: datetime
) -> Loaded:
    """Bring the translation of a compiled case to what a seed file says; the newest version is the one it follows.

    `texts` are fields of `template.TRANSLATED`. What a person wrote, changed or withdrew is left alone, as is the
    translation of a case whose newest version a person wrote, or of which someone was taken out. Raises Invalid for the
    case's own language and for texts that are too long or of no such field.
    """
    case = db.session.get_one(CaseStudy, case_id)
    _require_other(case, language)
    said = TranslatedText(_checked(texts), is_machine, credit, _newest_seeded(case))
    row = _find(case, language)
    if not said.follows or not case.is_published or (row is not None and _is_a_persons(row)):
        return Loaded(same=1)
    is_same = row is not None and _says(row) == (said.texts, is_machine, credit, row.follows)
    if row is not None and is_same and not _can_move_on(row, said.follows):
        return Loaded(same=1)
    is_new, before = row is None, _state(row)
    if row is None:
        row = CaseTranslation(case_id=case.id, language=language, state=DRAFT)
        db.session.add(row)
    _put(row, said.texts, said, now)
    _keep(row, before, by=None, now=now, is_public=True)
    return Loaded(added=1) if is_new else Loaded(changed=1)


def _to_translate(slug: str, by: User) -> CaseStudy:
    case = locked(slug, by)
    if not can_translate_case(by, case):
        raise Forbidden("this case is not one's own to translate")
    return case


def _require_other(case: CaseStudy, language: str) -> None:
    if language == case.language:
        raise Invalid("language", "The case study is written in this language already. Choose another one.")


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts without those that are empty; raises Invalid for one too long or of no such field."""
    for name, text in texts.items():
        if name not in TRANSLATED:
            raise Invalid(name, "A translation has no such field.")
        if len(text) > BY_NAME[name].most:
            raise Invalid(name, "Write at most %(limit)d characters; it has %(found)d.", limit=BY_NAME[name].most,
                          found=len(text))  # fmt: skip
    return {name: texts[name] for name in TRANSLATED if texts.get(name)}


def _find(case: CaseStudy, language: str) -> CaseTranslation | None:
    query = select(CaseTranslation).where(CaseTranslation.case_id == case.id, CaseTranslation.language == language)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _says(row: CaseTranslation) -> tuple[dict[str, Any], bool, str, int]:
    return dict(row.texts), row.is_machine, row.credit, row.follows


def _put(row: CaseTranslation, texts: Mapping[str, str], said: TranslatedText, now: datetime) -> None:
    row.texts, row.is_machine, row.credit = dict(texts), said.is_machine, said.credit
    row.follows, row.updated_at = said.follows, now
    flag_modified(row, "updated_at")  # the same texts again, put back on the page, are a version too


def _keep(row: CaseTranslation, before: State, *, by: User | None, now: datetime, is_public: bool) -> None:
    """Store a translation, as a version when anyone reads it, and record what happened."""
    if is_public:
        row.state, row.published_at = PUBLISHED, row.published_at or now
    db.session.flush()  # gives it its number, and counts the version up
    event: CaseTranslationPublished | CaseTranslationSaved = CaseTranslationSaved(row.case_id, row.id)
    author_id = by.id if by else None
    if is_public:
        event = CaseTranslationPublished(row.case_id, row.id)
        db.session.add(
            CaseTranslationRevision(
                translation_id=row.id, number=row.version, follows=row.follows, texts=row.texts,
                is_machine=row.is_machine, author_id=author_id, recorded_at=now,
            )
        )  # fmt: skip
    record(event, by=author_id, now=now, changes=changed(before, _state(row)))


def _state(row: CaseTranslation | None) -> State:
    if row is None:
        return NOTHING
    empty = dict.fromkeys(TRANSLATED, "")
    own = {
        "state": row.state, "version": row.version, "follows": row.follows, "is_machine": row.is_machine,
        "credit": row.credit,
    }  # fmt: skip
    return empty | row.texts | own


def _revision_exists(case_id: int, number: int) -> Any:
    return exists().where(CaseRevision.case_id == case_id, CaseRevision.number == number)


def _newest_seeded(case: CaseStudy) -> int:
    """Return the number of the newest version where no person wrote it, 0 where one did or one was taken out."""
    if db.session.scalar(select(exists().where(CaseRedaction.case_id == case.id))):
        return 0
    newest = select(func.max(CaseRevision.number)).where(CaseRevision.case_id == case.id).scalar_subquery()
    query = select(CaseRevision.number).where(
        CaseRevision.case_id == case.id, CaseRevision.number == newest, CaseRevision.author_id.is_(None)
    )
    return db.session.scalar(query) or 0


def _is_a_persons(row: CaseTranslation) -> bool:
    """Tell whether a person began, changed or withdrew a translation."""
    theirs = exists().where(
        CaseTranslationRevision.translation_id == row.id, CaseTranslationRevision.author_id.is_not(None)
    )
    return row.state == DRAFT or row.translated_by is not None or bool(db.session.scalar(select(theirs)))


def _can_move_on(row: CaseTranslation, newest: int) -> bool:
    """Tell whether the newest version says the same as the followed one in all that is translated."""
    if row.follows == newest:
        return False
    numbers = CaseRevision.number.in_((row.follows, newest))
    query = select(CaseRevision.content).where(CaseRevision.case_id == row.case_id, numbers)
    found = [[content.get(name) or "" for name in TRANSLATED] for content in db.session.scalars(query)]
    return len(found) == 2 and found[0] == found[1]

"""A case in the language of who reads it: which translations anyone may read, and what the page says then.

Every door that tells a case asks `told_in`, so that page, Markdown, PDF and JSON say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import defer, lazyload

from hub.cases.content import CaseText, text_of
from hub.cases.models import PUBLISHED, CaseRevision, CaseStudy, CaseTranslation
from hub.cases.template import PRIVATE, TRANSLATED
from hub.core.db import db
from hub.people.models import User

ORIGINAL = "original"  # what `?text=` says for the language that a case was written in


@dataclass(frozen=True)
class Translated:
    """One published translation, without its texts; `behind` counts the versions since the one that it follows.

    Small corrections of the original are not counted. `translator` is empty where her name is withheld.
    """

    id: int
    language: str
    is_machine: bool  # made by a machine, and read by nobody who knows the language
    translator: str
    follows: int
    behind: int
    version: int
    published_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True)
class Told:
    """A case as it is told in one language; what is not translated stands in the language of the original.

    `translation` is None for the original; `others` are the languages in which it can be read besides this one.
    """

    text: CaseText
    language: str
    original: str  # the language that the case was written in
    translation: Translated | None
    behind: int
    others: tuple[Translated, ...]
    untranslated: frozenset[str] = frozenset()

    def language_of(self, field: str) -> str:
        """Return the language in which a field of the text stands."""
        is_ours = field in TRANSLATED and field not in self.untranslated
        return self.language if is_ours else self.original


def told_in(case: CaseStudy, wanted_language: str) -> Told:
    """Return a case in a language where a published translation tells it so, else as it was written.

    `wanted_language` may be `ORIGINAL`. What is private is left out.
    """
    found = published_translations(case.id)
    nothing: dict[str, Any] = dict.fromkeys(PRIVATE, "")
    said = replace(text_of(case), **nothing)
    translation = next((each for each in found if each.language == wanted_language), None)
    if translation is None:
        return Told(said, case.language, case.language, None, 0, tuple(found))
    text, untranslated = _translated(said, texts_of(translation.id))
    others = tuple(each for each in found if each is not translation)
    return Told(text, translation.language, case.language, translation, translation.behind, others, untranslated)


def published_translations(case_id: int) -> list[Translated]:
    """Return the translations of a case that anyone may read, by language."""
    rows = db.session.execute(_published(), {"case_id": case_id, "state": PUBLISHED})
    return [shown_translation(row, user, behind) for row, user, behind in rows]


def shown_translation(row: CaseTranslation, user: User | None, behind: int) -> Translated:
    """Return a stored translation as pages show it; what a demo account wrote always bears its name."""
    named = user.public_name if user else ""
    return Translated(
        id=row.id, language=row.language, is_machine=row.is_machine,
        translator=named if user is not None and user.is_demo else row.credit or named, follows=row.follows,
        behind=behind,
        version=row.version, published_at=row.published_at, updated_at=row.updated_at,
    )  # fmt: skip


def texts_of(translation_id: int) -> Mapping[str, str]:
    """Return the texts of a translation by field; those that are empty are left out."""
    found = db.session.scalar(select(CaseTranslation.texts).where(CaseTranslation.id == translation_id))
    return {name: str(text) for name, text in (found or {}).items() if text}


def _translated(said: CaseText, texts: Mapping[str, str]) -> tuple[CaseText, frozenset[str]]:
    """Return the text with its translated fields, and the fields that stay as they were written.

    What the original no longer says is not told in the translation either.
    """
    filled = [name for name in TRANSLATED if getattr(said, name)]
    ours: dict[str, Any] = {name: texts[name] for name in filled if texts.get(name)}
    return replace(said, **ours), frozenset(filled) - ours.keys()


@lru_cache(maxsize=1)
def _published() -> Select[Any]:
    """Build the statement of `published_translations` once: putting it together costs more than running it."""
    return (
        listed_translations()
        .where(CaseTranslation.case_id == bindparam("case_id"), CaseTranslation.state == bindparam("state"))
        .order_by(CaseTranslation.language)
    )


def listed_translations() -> Select[Any]:
    """Return the statement for translations without their texts, who made each, and how many versions it is behind.

    One into a language in which the case itself is told by now is left out.
    """
    behind = (
        select(func.count())
        .where(
            CaseRevision.case_id == CaseTranslation.case_id,
            CaseRevision.number > CaseTranslation.follows,
            CaseRevision.is_substantial,
        )
        .correlate(CaseTranslation)
        .scalar_subquery()
    )
    return (
        select(CaseTranslation, User, behind)
        .join(CaseStudy, (CaseStudy.id == CaseTranslation.case_id) & (CaseStudy.language != CaseTranslation.language))
        .outerjoin(User, User.id == CaseTranslation.translated_by)
        .options(defer(CaseTranslation.texts), lazyload(User.memberships))
    )


@dataclass(frozen=True)
class Listed:
    """A translation in the list of all, with whether anyone may read it."""

    shown: Translated
    is_public: bool


def list_translations(case_id: int, *, drafts: bool = False) -> list[Listed]:
    """Return the translations of a case, by language; those that are not published with `drafts` alone."""
    query = listed_translations().where(CaseTranslation.case_id == case_id).order_by(CaseTranslation.language)
    if not drafts:
        query = query.where(CaseTranslation.state == PUBLISHED)
    found = db.session.execute(query)
    return [Listed(shown_translation(row, user, behind), row.state == PUBLISHED) for row, user, behind in found]


def find_translation(case_id: int, language: str) -> CaseTranslation | None:
    """Return the translation of a case into a language, in whatever state."""
    query = select(CaseTranslation).where(CaseTranslation.case_id == case_id, CaseTranslation.language == language)
    return db.session.scalar(query)

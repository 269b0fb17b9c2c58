"""What every change of the vocabularies does: note it, keep what was said before, move the stamp."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel

from hub.core.db import db
from hub.core.log import differing
from hub.vocabularies.models import VocabularyRevision, VocabularyStamp
from hub.vocabularies.queries import forget_vocabulary

STEP = 50_000  # of 2,147,483,647: room for some 80,000 changes
Changed = dict[str, tuple[Any, Any]]


class Loaded(NamedTuple):
    """How many rows a load added, changed and left alone; `kept` are those that people changed here."""

    added: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0

    def plus(self, other: Loaded) -> Loaded:
        """Return the sum of two loads."""
        return Loaded(
            self.added + other.added, self.changed + other.changed, self.same + other.same, self.kept + other.kept
        )


def texts(model: BaseModel | None) -> dict[str, Any]:
    """Return texts by language as plain data, without the languages that are empty."""
    return {} if model is None else model.model_dump(mode="json", exclude_none=True)


def note(changes: Changed, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Note what becomes of a term: of a new one its English name, of a known one the fields that differ."""
    if not before:
        changes[name] = (None, after.get("labels", {}).get("en", {}).get("text"))
    for field, pair in differing(before, after).items() if before else ():
        changes[f"{name} {field}"] = pair


def renamed(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return what is wrong when a term would get another English name; empty when it keeps its own."""
    before, after = old.get("en", {}).get("text"), new.get("en", {}).get("text")
    if before == after:
        return ""
    return f'is "{before}" on record: give the new term a code of its own and name it in replaced_by of this one'


def keep_revision(
    scheme: str, code: str, number: int, content: dict[str, object], now: datetime, by: int | None = None, why: str = ""
) -> None:
    """Keep what a term or item said before a change, with who changed it and why; nobody: the seed files."""
    db.session.add(
        VocabularyRevision(
            scheme=scheme, code=code, number=number, content=content, recorded_at=now, author_id=by, note=why
        )
    )


def move_stamp() -> int:
    """Move the number by which copies in memory know that they are old, and return it.

    By a step of chance: a state that was rolled back must not share its number with the one that is committed next.
    """
    stamp = db.session.get(VocabularyStamp, 1)
    if stamp is None:
        stamp = VocabularyStamp(id=1, value=0)
        db.session.add(stamp)
    stamp.value += 1 + secrets.randbelow(STEP)
    forget_vocabulary()
    return stamp.value

"""What organizers do with items: add one, change one, replace one by a new version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record, state_of
from hub.vocabularies.editing import ItemFacts, checked, in_order, labelled, place_of, why_of
from hub.vocabularies.events import ItemAdded, ItemChanged
from hub.vocabularies.models import CommitmentItem, VocabularyStamp
from hub.vocabularies.policy import Person, can_keep_items
from hub.vocabularies.queries import GROUPS, ITEMS, SAID, Vocabulary, forget_vocabulary, vocabulary
from hub.vocabularies.service.kept import keep_revision, move_stamp


def add_item(code: str, facts: ItemFacts, *, by: Person, now: datetime) -> str:
    """Add something that cities can be asked for, or a point of it, inside `transaction()`; returns its code.

    Raises Forbidden, Invalid naming the field.
    """
    words = _begin(by)
    item = _new(code, facts, words)
    changes = differing({}, state_of(item, SAID))
    record(ItemAdded(item.code, move_stamp()), by=by.id, now=now, changes=changes)
    return item.code


def change_item(code: str, facts: ItemFacts, *, why: str, expected: int, by: Person, now: datetime) -> str:
    """Change what an item says, inside `transaction()`; what it said before is kept, with who changed it and why.

    Its English name stays: what means something else is another item. Raises Forbidden, NotFound, Conflict when it was
    changed meanwhile, Invalid naming the field.
    """
    words = _begin(by)
    item = _held(code, expected)
    note = why_of(why)
    values = _values(facts, words, item)
    if values["labels"]["en"]["text"] != item.labels["en"]["text"]:
        raise Invalid("name_en", "Leave the English name as it is. What means something else is a new version.")
    before = state_of(item, SAID)
    if differing(before, before | values):
        _keep(item, values, before, note, by, now)
        after = state_of(item, SAID)
        record(ItemChanged(item.code, move_stamp()), by=by.id, now=now, changes=differing(before, after))
    return item.code


def replace_item(
    code: str, new_code: str, facts: ItemFacts, *, why: str, expected: int, by: Person, now: datetime
) -> str:
    """Put a new version in the place of an item, inside `transaction()`; returns the new code.

    The old item stays with all that is on record of it, takes no new records, and leads to the new one. Raises
    Forbidden, NotFound, Conflict when it was changed meanwhile, Invalid naming the field.
    """
    words = _begin(by)
    old = _held(code, expected)
    note = why_of(why)
    if old.replaced_by is not None:
        raise Conflict(f"{code} was replaced already")
    new = _new(new_code, facts, words)
    if (new.parent_code is None) != (old.parent_code is None):
        raise Invalid("code", "A point is replaced by a point, an item by an item.")
    before = state_of(old, SAID)
    _keep(old, {"replaced_by": new.code}, before, note, by, now)
    changes = differing(before, state_of(old, SAID))
    changes |= {f"{new.code} {name}": pair for name, pair in differing({}, state_of(new, SAID)).items()}
    record(ItemChanged(old.code, move_stamp()), by=by.id, now=now, changes=changes)
    return new.code


def _begin(by: Person) -> Vocabulary:
    """Ask policy, and let one organizer at a time change items; what is then read is what the last one left."""
    if not can_keep_items(by):
        raise Forbidden("only organizers change what cities are asked for")
    db.session.execute(select(VocabularyStamp).with_for_update()).all()
    forget_vocabulary()
    return vocabulary()


def _held(code: str, expected: int) -> CommitmentItem:
    item = db.session.scalars(
        select(CommitmentItem).where(CommitmentItem.code == code).execution_options(populate_existing=True)
    ).first()
    if item is None:
        raise NotFound(f"no commitment item {code}")
    if item.revision != expected:
        raise Conflict(f"{code} was changed meanwhile")
    return item


def _new(code: str, facts: ItemFacts, words: Vocabulary) -> CommitmentItem:
    """Make an item with a code of its own; seed files that bring the same code later leave it alone."""
    place = place_of(code)
    if words.find_item(code) is not None:
        raise Invalid("code", "%(code)s is in use. A code is never used twice.", code=code)
    if words.find(GROUPS, place.group) is None:
        raise Invalid("code", "There is no commitment %(group)s.", group=place.group)
    parent = words.items.get(place.parent) if place.parent else None
    if place.parent and (parent is None or parent.replaced_by):
        raise Invalid("code", "There is no item %(code)s in use that this could be a point of.", code=place.parent)
    last = db.session.scalar(select(func.max(CommitmentItem.position))) or 0
    item = CommitmentItem(
        code=code, group_code=place.group, parent_code=place.parent, position=last + 1, replaced_by=None,
        is_edited=True, revision=1, **_values(facts, words),
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    return item


def _values(facts: ItemFacts, words: Vocabulary, item: CommitmentItem | None = None) -> dict[str, Any]:
    values = checked(facts, words.schemes.get("families", {}), words.schemes.get("evidence_types", {}))
    if item is None:
        return values | {"labels": labelled(values["labels"], {})}
    return values | {
        "labels": labelled(values["labels"], item.labels),
        "proofs": {rung: in_order(kinds, item.proofs.get(rung, [])) for rung, kinds in values["proofs"].items()},
        "evidence_types": in_order(values["evidence_types"], item.evidence_types),
    }


def _keep(
    item: CommitmentItem, values: dict[str, Any], before: dict[str, Any], why: str, by: Person, now: datetime
) -> None:
    """Give an item new values and keep what it said before."""
    keep_revision(ITEMS, item.code, item.revision, before, now, by.id, why)
    for name, value in values.items():
        setattr(item, name, value)
    item.revision, item.is_edited = item.revision + 1, True
    db.session.flush()

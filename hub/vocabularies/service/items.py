"""Loading commitment items, their points and their ladders from the seed files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select

from hub.core.db import db
from hub.core.log import state_of
from hub.core.seedfiles import Row, SeedErrors, digest_of
from hub.vocabularies.ladderrows import Ladder, LadderFacts
from hub.vocabularies.models import CommitmentItem
from hub.vocabularies.queries import ITEMS
from hub.vocabularies.seedrows import CommitmentGroup, Point, Points
from hub.vocabularies.seedrows import CommitmentItem as ItemRow
from hub.vocabularies.service.kept import Changed, Loaded, keep_revision, note, renamed, texts


class _Wanted(NamedTuple):
    """An item or point as the seed files want it, with the row and place that say so."""

    row: Row[CommitmentGroup]
    loc: tuple[str | int, ...]
    code: str
    digest: str
    values: dict[str, Any]


def load_items(
    groups: Iterable[Row[CommitmentGroup]], ladders: Iterable[Row[Ladder]], now: datetime, changes: Changed
) -> Loaded:
    """Bring items and points to what the files say, but for those that an organizer changed. Raises SeedErrors."""
    known = {item.code: item for item in db.session.scalars(select(CommitmentItem))}
    loaded, errors = Loaded(), []
    for want in _wanted(list(groups), {row.value.item: row.value for row in ladders}):
        item = known.get(want.code)
        if item is None:
            db.session.add(CommitmentItem(code=want.code, seed_digest=want.digest, **want.values))
            note(changes, f"{ITEMS} {want.code}", {}, want.values)
            loaded = loaded.plus(Loaded(added=1))
        elif item.is_edited:
            loaded = loaded.plus(Loaded(kept=1))
        elif item.seed_digest == want.digest:
            loaded = loaded.plus(Loaded(same=1))
        elif said := renamed(item.labels, want.values["labels"]):
            errors.append(want.row.error(said, *want.loc, "labels", "en", "text"))
        else:
            before = state_of(item, want.values)
            keep_revision(ITEMS, item.code, item.revision, before, now)
            note(changes, f"{ITEMS} {item.code}", before, want.values)
            for name, value in want.values.items():
                setattr(item, name, value)
            item.revision, item.seed_digest = item.revision + 1, want.digest
            loaded = loaded.plus(Loaded(changed=1))
    if errors:
        raise SeedErrors(errors)
    return loaded


def _wanted(rows: list[Row[CommitmentGroup]], ladders: dict[str, Ladder]) -> Iterator[_Wanted]:
    """Yield all items in their order, then all points: a point more moves no item."""
    places = [(row, place, item) for row in rows for place, item in enumerate(row.value.items)]
    position = 0
    for row, place, item in places:
        position += 1
        ladder = ladders.get(item.code)
        values = _item_values(item) | _ladder_values(ladder, item.evidence_types)
        values |= {"group_code": row.value.code, "position": position, "parent_code": None}
        values["family"] = ladder.family if ladder else None
        own = item.model_copy(update={"points": None})
        yield _Wanted(row, ("items", place), item.code, _digest(own, ladder, position), values)
    for row, place, item in places:
        shared = ladders[item.code].points if item.code in ladders else None
        if item.points is None:
            continue
        for inner, point in enumerate(item.points.parts):
            position += 1
            values = _point_values(point, item, item.points) | _ladder_values(shared, ())
            values |= {"group_code": row.value.code, "position": position, "parent_code": item.code, "family": None}
            digest = _digest(point, shared, position, item.points)
            yield _Wanted(row, ("items", place, "points", "parts", inner), point.code, digest, values)


def _digest(own: Point | ItemRow, ladder: LadderFacts | None, position: int, beside: Points | None = None) -> str:
    parts = [digest_of(own), digest_of(ladder) if ladder else ""]
    if beside is not None:
        parts.append(digest_of(beside.model_copy(update={"parts": ()})))
    return f"{sha256(''.join(parts).encode()).hexdigest()[:56]}{position:08d}"


def _item_values(wanted: ItemRow) -> dict[str, Any]:
    return {
        "kind": wanted.kind, "official_name": wanted.official_name,
        "is_named_in_declaration": wanted.named_in_declaration, "paragraphs": wanted.paragraphs,
        "labels": texts(wanted.labels), "short": texts(wanted.short), "what": texts(wanted.what),
        "fulfilled_means": texts(wanted.fulfilled_means), "responsible_body": texts(wanted.responsible_body),
        "note": texts(wanted.note), "founded_or_adopted": wanted.founded_or_adopted, "home": wanted.home,
        "sources": [source.model_dump(mode="json") for source in wanted.sources], "replaced_by": wanted.replaced_by,
    }  # fmt: skip


def _point_values(point: Point, item: ItemRow, points: Points) -> dict[str, Any]:
    """Return what a point says, with what it has from its item; the Declaration names the item, not its points."""
    own = {name: texts(getattr(point, name)) for name in ("labels", "short", "what", "fulfilled_means")}
    own |= {"note": texts(points.note), "responsible_body": texts(points.responsible_body)}
    sources = [source.model_dump(mode="json") for source in points.sources]
    return _item_values(item) | own | {
        "is_named_in_declaration": False, "official_name": None, "founded_or_adopted": None, "home": None,
        "sources": sources, "replaced_by": None,
    }  # fmt: skip


def _ladder_values(ladder: LadderFacts | None, kinds: Iterable[str]) -> dict[str, Any]:
    """Return the ladder; what it names as proof counts as evidence of the item, named there or not."""
    if ladder is None:
        return {
            "rungs": {}, "proofs": {}, "cycle_months": None, "grace_days": 90, "lapse_months": None,
            "evidence_types": list(kinds),
        }  # fmt: skip
    proofs = {rung: list(shown) for rung, shown in ladder.proofs.model_dump(mode="json").items()}
    every = dict.fromkeys([*kinds, *(kind for shown in proofs.values() for kind in shown)])
    return {
        "rungs": texts(ladder.rungs), "proofs": proofs, "cycle_months": ladder.cycle_months,
        "grace_days": ladder.grace_days, "lapse_months": ladder.lapse_months, "evidence_types": list(every),
    }  # fmt: skip

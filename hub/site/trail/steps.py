"""Entries of the log with who did them, what they are about, and what of their sealed parts the reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from hub.cases.models import DRAFT, CaseStudy
from hub.core.db import db
from hub.core.log import CHANGES, ORIGIN, VALUES, LogEntry, LogPersonal
from hub.people.models import User
from hub.site.trail.erased import Erasures, Gone
from hub.site.trail.matching import DRAFT_KINDS, TrailFilter, matching
from hub.site.trail.subjects import ORGANIZERS, Subject, View, keys_of, rows_by_id, subjects_of

OWN_VALUES = {"PersonInvited": ("email",), "InvitationWithdrawn": ("email",)}
"""Personal values that a city's coordinators know anyway: whom they invited."""


class Step(NamedTuple):
    """One entry as its reader may see it."""

    entry: LogEntry
    actor: User | None
    subjects: list[Subject]
    rest: list[tuple[str, Any]]  # of the payload: what is no id of a known thing
    personal: dict[str, Any]
    changes: dict[str, Any]  # by field: [before, after]
    address: str  # the network address it came from
    gone: list[Gone]
    is_withheld: bool  # what a draft says is for its own city to read
    is_about_person: bool  # before and after are an account's


def list_steps(narrowed: TrailFilter, page: int, per_page: int) -> tuple[list[Step], int]:
    """Return one page of the log, newest first, and how many entries match."""
    query = matching(narrowed)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    found = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    return _steps(found, narrowed.view, Erasures()), total


def each_step(narrowed: TrailFilter) -> Iterator[Step]:
    """Yield every entry that matches, newest first, a few hundred in memory at a time."""
    erasures = Erasures()
    positions = db.session.scalars(matching(narrowed).with_only_columns(LogEntry.position)).all()
    for begin in range(0, len(positions), 200):
        some = LogEntry.position.in_(positions[begin : begin + 200])
        entries = db.session.scalars(select(LogEntry).where(some).order_by(LogEntry.position.desc())).all()
        yield from _steps(entries, narrowed.view, erasures)
        for entry in entries:
            db.session.expunge(entry)


def known_kinds(view: View = ORGANIZERS) -> list[str]:
    """Return every kind of entry that the log holds for its reader."""
    found = matching(TrailFilter(view=view)).order_by(None).with_only_columns(LogEntry.kind)
    return sorted(db.session.scalars(found.distinct()))


def step_at(position: int) -> Step | None:
    """Return one entry by its number."""
    entry = db.session.get(LogEntry, position)
    return _steps([entry], ORGANIZERS, Erasures())[0] if entry is not None else None


def _steps(entries: Sequence[LogEntry], view: View, erasures: Erasures) -> list[Step]:
    subjects = subjects_of(entries, view)
    actors = rows_by_id(User, {entry.actor_id for entry in entries if entry.actor_id is not None})
    kept: dict[int, dict[str, LogPersonal]] = {}
    of_these = LogPersonal.position.in_([entry.position for entry in entries])
    for row in db.session.scalars(select(LogPersonal).where(of_these)):
        kept.setdefault(row.position, {})[row.part] = row
    drafts = _drafts(entries, view)
    return [_step(each, view, erasures, subjects, actors, kept.get(each.position, {}), drafts) for each in entries]


def _step(
    entry: LogEntry, view: View, erasures: Erasures, subjects: dict[tuple[str, int], Subject],
    actors: dict[int, User], kept: dict[str, LogPersonal], drafts: set[int],
) -> Step:  # fmt: skip
    is_own, is_withheld = view.city_id is not None, entry.position in drafts
    personal = kept[VALUES].content if VALUES in kept else {}
    if is_own:
        personal = {name: personal[name] for name in OWN_VALUES.get(entry.kind, ()) if name in personal}
    shown = _shown_parts(entry, is_own)
    changes = kept.get(CHANGES)
    address = "" if is_own or ORIGIN not in kept else str(kept[ORIGIN].content.get("address", ""))
    return Step(
        entry=entry,
        actor=actors.get(entry.actor_id or 0),
        subjects=[subjects[key] for key in keys_of(entry) if key in subjects and not _is_said(key, entry)],
        rest=[
            (name, value)
            for name, value in entry.payload.items()
            if (name, _id(value)) not in subjects and not _is_said((name, _id(value)), entry)
        ],
        personal={} if is_withheld else dict(personal),
        changes=dict(changes.content) if changes is not None and not is_withheld else {},
        address=address,
        gone=[erasures.of(entry.position, part, about) for part, about in shown if part not in kept],
        is_withheld=is_withheld and bool(changes is not None or personal),
        is_about_person=changes is not None and changes.about_id is not None,
    )


def _id(value: Any) -> int:
    return value if isinstance(value, int) else -1


def _shown_parts(entry: LogEntry, is_own: bool) -> list[tuple[str, int | None]]:
    """Return the sealed parts that an entry was written with and that this reader hears of, with whom each is about."""
    parts: list[tuple[str, int | None]] = [(part, about) for part, about, _hash in entry.sealed or []]
    if entry.personal_hash:
        parts.append((VALUES, None))
    hidden = (ORIGIN, VALUES) if is_own and entry.kind not in OWN_VALUES else (ORIGIN,) if is_own else ()
    return [each for each in parts if each[0] not in hidden]


def _drafts(entries: Sequence[LogEntry], view: View) -> set[int]:
    """Return the entries whose content is a draft's, and so not for organizers to read."""
    if view.city_id is not None:
        return set()
    cases = {entry.position: entry.payload["case_id"] for entry in entries if "case_id" in entry.payload}
    open_ids = set(
        db.session.scalars(
            select(CaseStudy.id).where(CaseStudy.id.in_(set(cases.values())), CaseStudy.state != DRAFT)
        )
    )  # fmt: skip
    closed = {entry.position for entry in entries if entry.kind in DRAFT_KINDS}
    return closed | {position for position, case_id in cases.items() if case_id not in open_ids}


def _is_said(key: tuple[str, int], entry: LogEntry) -> bool:
    """Tell whether another thing says it too: a status record names its city and its item."""
    return key[0] in ("city_id", "item_code") and "record_id" in entry.payload

"""The chain of the log: noting its end, erasing personal values by an entry that says so, finding what was altered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, db, pk, utc
from hub.core.log import GENESIS, VALUES, LogEntry, LogPersonal, entry_hash, head_position, part_hash, record
from hub.core.readers import LogReader

ERASED = "PersonalValuesErased"
BATCH = 500
STEP = 10_000  # entries between two words about how far a look has come
MOST = 50  # problems that are named; more are counted
Progress = Callable[[int, int], None]  # entries looked at, entries in all
_BY_NUMBER = select(LogEntry.position, LogEntry.hash)


class LogHead(Base):
    """Where the log ended on a day: an end that was cut off later is missed by it."""

    __tablename__ = "log_head"

    id: Mapped[pk]
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[utc]


@dataclass(frozen=True)
class PersonalValuesErased:
    """Personal values of entries up to `up_to` were erased: of one account, or of all where `about_id` is None.

    `parts` says which; `positions` narrows it to some entries. `reason` is a short code: left, taken_out, too_old.
    """

    about_id: int | None
    parts: list[str]
    up_to: int
    positions: list[int] | None
    reason: str
    is_quiet = True


def erase_personal(
    *,
    parts: Sequence[str],
    reason: str,
    by: int | None,
    now: datetime,
    about: int | None = None,
    positions: Iterable[int] | None = None,
    before: datetime | None = None,
) -> int:
    """Erase sealed parts, inside `transaction()`, leave one entry that says so, and return how many went.

    Of the account `about`, of the entries `positions`, or of entries recorded before a moment; at least one is needed.
    """
    chosen = None if positions is None else sorted(set(positions))
    if about is None and chosen is None and before is None:
        raise ValueError("name an account, entries or a moment")
    up_to = head_position()
    if before is not None:
        older = select(LogEntry.position).where(LogEntry.recorded_at < before)
        up_to = db.session.scalar(older.order_by(LogEntry.position.desc()).limit(1)) or 0
    doomed = delete(LogPersonal).where(LogPersonal.part.in_(parts), LogPersonal.position <= up_to)
    if about is not None:
        doomed = doomed.where(LogPersonal.about_id == about)
    gone = 0
    for some in [None] if chosen is None else (chosen[at : at + BATCH] for at in range(0, len(chosen), BATCH)):
        these = doomed if some is None else doomed.where(LogPersonal.position.in_(some))
        done = db.session.execute(these.execution_options(synchronize_session="fetch"))
        gone += int(getattr(done, "rowcount", 0))
    if gone:
        record(PersonalValuesErased(about, list(parts), up_to, chosen, reason), by=by, now=now)
    return gone


def note_head(now: datetime) -> None:
    """Note where the log ends, inside `transaction()`, so that a later look misses an end that was cut off."""
    last = db.session.execute(_BY_NUMBER.order_by(LogEntry.position.desc()).limit(1)).first()
    if last is not None:
        db.session.add(LogHead(position=last.position, hash=last.hash, noted_at=now))


def last_noted() -> LogHead | None:
    """Return where the log ended when that was noted last."""
    return db.session.scalar(select(LogHead).order_by(LogHead.id.desc()).limit(1))


@dataclass
class Verdict:
    """What a look at the whole chain found; it holds when `problems` is empty."""

    problems: list[str] = field(default_factory=list)
    entries: int = 0
    kept: int = 0  # sealed parts still there
    erased: int = 0  # sealed parts erased by an entry that says so
    unnamed: int = 0  # problems beyond those that are named

    def add(self, problem: str) -> None:
        """Note a problem; after fifty they are only counted."""
        if len(self.problems) < MOST:
            self.problems.append(problem)
        else:
            self.unnamed += 1


class _Erasures:
    """What the entries that erased personal values speak of; the latest of each range says it for all before."""

    def __init__(self) -> None:
        self.ranges: dict[tuple[object, object], int] = {}  # (part, account or None for all): up to which entry
        self.single: set[tuple[object, object, object]] = set()  # (entry, part, account or None for all)
        rows = select(LogEntry.position, LogEntry.payload).where(LogEntry.kind == ERASED)
        for position, said in db.session.execute(rows):
            if not (isinstance(said, dict) and isinstance(said.get("parts"), list)):
                continue
            up_to, chosen, about = said.get("up_to"), said.get("positions"), said.get("about_id")
            up_to = min(up_to, position - 1) if isinstance(up_to, int) else 0
            for part in map(str, said["parts"]):
                if isinstance(chosen, list):
                    self.single |= {(each, part, about) for each in chosen if isinstance(each, int) and each <= up_to}
                else:
                    self.ranges[part, about] = max(up_to, self.ranges.get((part, about), 0))

    def cover(self, position: int, part: str, about: int | None) -> bool:
        """Tell whether a sealed part was erased by one of them."""
        return any(
            self.ranges.get((part, whose), 0) >= position or (position, part, whose) in self.single
            for whose in (None, about)
        )


def verify(noted: Iterable[tuple[int, str]] = (), said: Progress | None = None) -> Verdict:
    """Look at every entry and every sealed part, a few hundred in memory at a time.

    `noted` are ends (number, hash) that were written down elsewhere; `said` hears how far the look has come. What is
    appended meanwhile may be seen or not: what must not be newer than the entries is read before them.
    """
    verdict, head = Verdict(), head_position()
    ends: dict[int, set[str]] = {}
    kept = [(row.position, row.hash) for row in db.session.execute(select(LogHead.position, LogHead.hash))]
    for position, digest in [*noted, *kept]:
        ends.setdefault(position, set()).add(digest)
    places = db.session.execute(select(LogReader.name, LogReader.position)).all()
    total = db.session.scalar(select(func.count()).select_from(LogEntry)) or 0
    previous, expected = GENESIS, 1
    try:
        parts = _Parts(head)
        erasures = _Erasures()
        for entry in _each(LogEntry, LogEntry.position):
            _check_entry(verdict, entry, expected, previous, ends.pop(entry.position, set()))
            if entry.position <= head:
                _check_parts(verdict, entry, parts.of(entry.position, verdict), erasures)
            expected, previous = entry.position + 1, entry.hash
            verdict.entries += 1
            if said is not None and verdict.entries % STEP == 0:
                said(verdict.entries, total)
        parts.of(head + 1, verdict)
    except (ValueError, TypeError) as error:  # what no entry of ours can hold stands in a column
        verdict.add(f"the log cannot be read on after entry {expected - 1}: {error}")
        return verdict
    for name, place in places:
        if place >= expected:
            verdict.add(f"the reader “{name}” has been at entry {place}, which is gone")
    for position in sorted(ends):
        verdict.add(f"the log once reached entry {position}, which is gone")
    return verdict


def _each(model: type[Base], *order: Any, head: int | None = None) -> Iterator[Any]:
    """Yield the rows of a table as they are on record, a few hundred in memory at a time."""
    table = model.__table__
    query = select(table).order_by(*order)
    if head is not None:
        query = query.where(table.c.position <= head)
    yield from db.session.execute(query.execution_options(yield_per=BATCH))


def _check_entry(verdict: Verdict, entry: Any, expected: int, previous: str, ends: set[str]) -> None:
    position = entry.position
    if position < expected:
        verdict.add(f"entry {position} stands where none can be")
    elif position == expected + 1:
        verdict.add(f"entry {expected} is missing")
    elif position != expected:
        verdict.add(f"entries {expected} to {position - 1} are missing")
    if entry.previous_hash != previous:
        verdict.add(f"entry {position} does not follow the entry before it")
    if entry_hash(entry) != entry.hash:
        verdict.add(f"entry {position} was altered")
    if ends - {entry.hash}:
        verdict.add(f"entry {position} is another one than was noted")


class _Parts:
    """The sealed parts in the order of their entries, read alongside them."""

    def __init__(self, head: int) -> None:
        self._rows = _each(LogPersonal, LogPersonal.position, LogPersonal.part, head=head)
        self._next: Any = next(self._rows, None)

    def of(self, position: int, verdict: Verdict) -> dict[str, tuple[int | None, str]]:
        """Return whom each part of an entry is about and its hash, by part; parts of no entry are a problem."""
        found: dict[str, tuple[int | None, str]] = {}
        while self._next is not None and self._next.position <= position:
            row = self._next
            if row.position < position:
                verdict.add(f"the {row.part} of entry {row.position} belong to no entry")
            else:
                found[row.part] = (row.about_id, part_hash(row.salt, row.content))
            self._next = next(self._rows, None)
        return found


def _check_parts(verdict: Verdict, entry: Any, found: dict[str, tuple[int | None, str]], erasures: _Erasures) -> None:
    """Compare the sealed parts that are there with those that the entry had when it was written."""
    sealed = entry.sealed if isinstance(entry.sealed, list) else []
    written = [each for each in sealed if isinstance(each, list) and len(each) == 3]
    if entry.personal_hash:  # an entry from before the parts, which says not whom its values are about
        about = found[VALUES][0] if VALUES in found else None
        written.append([VALUES, about, entry.personal_hash])
    for part, about, digest in written:
        there = found.pop(part, None)
        if there is None:
            if erasures.cover(entry.position, part, about):
                verdict.erased += 1
            else:
                verdict.add(f"the {part} of entry {entry.position} are gone, and no entry says why")
            continue
        verdict.kept += 1
        if there[1] != digest:
            verdict.add(f"the {part} of entry {entry.position} were altered")
        elif there[0] != about:
            verdict.add(f"the {part} of entry {entry.position} were given to someone else")
    for part in found:
        verdict.add(f"the {part} of entry {entry.position} were put there later")

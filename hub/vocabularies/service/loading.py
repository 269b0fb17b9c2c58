"""Loading the vocabularies from their seed files: terms are added, improved or replaced, never silently renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from hub.core.db import db
from hub.core.log import differing, record, state_of
from hub.core.seedfiles import Row, SeedErrors, digest_of
from hub.vocabularies.events import VocabularyLoaded
from hub.vocabularies.ladderrows import Ladder
from hub.vocabularies.models import Charter, CrosswalkLink, Term
from hub.vocabularies.queries import GROUPS
from hub.vocabularies.seedrows import Charter as CharterRow
from hub.vocabularies.seedrows import CommitmentGroup, Crosswalk, Family, Vocabularies
from hub.vocabularies.seedrows import Term as TermRow
from hub.vocabularies.service.items import load_items
from hub.vocabularies.service.kept import Changed, Loaded, keep_revision, move_stamp, note, renamed, texts

CHARTER = ("position", "labels", "facts")


class _Wanted(NamedTuple):
    """A term as the seed file wants it, with the row and place that say so."""

    row: Row[Any]
    loc: tuple[str | int, ...]
    scheme: str
    code: str
    digest: str
    values: dict[str, Any]


def load_vocabularies(
    charters: Iterable[Row[CharterRow]],
    groups: Iterable[Row[CommitmentGroup]],
    lists: Iterable[Row[Vocabularies]],
    ladders: Iterable[Row[Ladder]],
    crosswalk: Iterable[Row[Crosswalk]],
    now: datetime,
) -> Loaded:
    """Bring terms, items and crosswalk to what the files say, inside `transaction()`.

    Items that an organizer changed here are left alone and counted as kept.

    Raises SeedErrors when a code would get another English name: a term is replaced by a new one, never renamed.
    """
    charters, groups = list(charters), list(groups)
    changes: Changed = {}
    wanted = [*_charter_terms(charters), *_group_terms(groups), *_list_terms(lists)]
    loaded = _load_charters(charters, changes).plus(_load_terms(wanted, now, changes))
    loaded = loaded.plus(load_items(groups, ladders, now, changes)).plus(_load_crosswalk(crosswalk, changes))
    if loaded.added or loaded.changed:
        record(VocabularyLoaded(stamp=move_stamp()), by=None, now=now, changes=changes)
    return loaded


def _load_charters(rows: Iterable[Row[CharterRow]], changes: Changed) -> Loaded:
    loaded = Loaded()
    for position, row in enumerate(rows):
        charter = db.session.scalar(select(Charter).where(Charter.code == row.value.code))
        if charter is not None and charter.seed_digest == row.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        loaded = loaded.plus(Loaded(changed=1) if charter else Loaded(added=1))
        before = state_of(charter, CHARTER) if charter else {}
        charter = charter or Charter(code=row.value.code)
        charter.position, charter.labels = position, texts(row.value.labels)
        charter.facts = row.value.source.model_dump(mode="json") | {
            "term_kind": row.value.term_kind,
            "part_kind": row.value.part_kind,
        }
        charter.seed_digest = row.digest
        db.session.add(charter)
        note(changes, charter.code, before, state_of(charter, CHARTER))
    return loaded


def _charter_terms(rows: Iterable[Row[CharterRow]]) -> Iterator[_Wanted]:
    for row in rows:
        position = 0
        for place, term in enumerate(row.value.terms):
            position += 1
            yield _wanted_term(row, ("terms", place), row.value.code, term, None, position)
            for inner, part in enumerate(term.parts):
                position += 1
                yield _wanted_term(row, ("terms", place, "parts", inner), row.value.code, part, term.code, position)


def _wanted_term(
    row: Row[Any], loc: tuple[str | int, ...], scheme: str, term: TermRow, parent: str | None, position: int
) -> _Wanted:
    values = {
        "parent_code": parent, "position": position, "number": term.number, "paragraphs": term.paragraphs,
        "labels": texts(term.labels), "short": texts(term.short), "descriptions": texts(term.descriptions),
        "extra": {}, "replaced_by": term.replaced_by,
    }  # fmt: skip
    own = term.model_copy(update={"parts": ()})
    return _Wanted(row, loc, scheme, term.code, f"{digest_of(own)[:56]}{position:08d}", values)


def _group_terms(rows: Iterable[Row[CommitmentGroup]]) -> Iterator[_Wanted]:
    for position, row in enumerate(rows):
        group = row.value
        own = group.model_copy(update={"items": ()})
        values = {
            "parent_code": None, "position": position, "number": None, "paragraphs": None,
            "labels": texts(group.labels), "short": {}, "descriptions": texts(group.summary), "extra": {},
            "replaced_by": None,
        }  # fmt: skip
        yield _Wanted(row, (), GROUPS, group.code, f"{digest_of(own)[:56]}{position:08d}", values)


def _list_terms(rows: Iterable[Row[Vocabularies]]) -> Iterator[_Wanted]:
    for row in rows:
        for scheme in type(row.value).model_fields:
            for position, entry in enumerate(getattr(row.value, scheme)):
                facts = entry.model_dump(mode="json", exclude={"code", "labels", "replaced_by", "badge"})
                said = texts(entry.badge) if isinstance(entry, Family) else {}
                values = {
                    "parent_code": None, "position": position, "number": None, "paragraphs": None,
                    "labels": texts(entry.labels), "short": {}, "descriptions": said, "extra": facts,
                    "replaced_by": entry.replaced_by,
                }  # fmt: skip
                digest = f"{digest_of(entry)[:56]}{position:08d}"
                yield _Wanted(row, (scheme, position), scheme, entry.code, digest, values)


def _load_terms(wanted: Iterable[_Wanted], now: datetime, changes: Changed) -> Loaded:
    known = {(term.scheme, term.code): term for term in db.session.scalars(select(Term))}
    loaded, errors = Loaded(), []
    for want in wanted:
        term = known.get((want.scheme, want.code))
        if term is None:
            db.session.add(Term(scheme=want.scheme, code=want.code, seed_digest=want.digest, **want.values))
            note(changes, f"{want.scheme} {want.code}", {}, want.values)
            loaded = loaded.plus(Loaded(added=1))
            continue
        if term.seed_digest == want.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        if said := renamed(term.labels, want.values["labels"]):
            errors.append(want.row.error(said, *want.loc, "labels", "en", "text"))
            continue
        before = state_of(term, want.values)
        keep_revision(want.scheme, want.code, term.revision, before, now)
        note(changes, f"{want.scheme} {want.code}", before, want.values)
        for name, value in want.values.items():
            setattr(term, name, value)
        term.revision, term.seed_digest = term.revision + 1, want.digest
        loaded = loaded.plus(Loaded(changed=1))
    if errors:
        raise SeedErrors(errors)
    return loaded


def _load_crosswalk(rows: Iterable[Row[Crosswalk]], changes: Changed) -> Loaded:
    wanted = {
        (row.value.clause, kind, str(target))
        for row in rows
        for kind, targets in (
            ("theme", row.value.themes),
            ("item", row.value.items),
            ("sdg", row.value.sdgs),
            ("udhr", row.value.udhr_articles),
            ("us", row.value.us_principles),
        )
        for target in targets
    }
    known = {(link.clause_code, link.kind, link.target): link for link in db.session.scalars(select(CrosswalkLink))}
    if known:  # at the first load the clauses themselves are new
        changes |= differing(_by_clause(known), _by_clause(wanted))
    for key in known.keys() - wanted:
        db.session.delete(known[key])
    for clause, kind, target in sorted(wanted - known.keys()):
        db.session.add(CrosswalkLink(clause_code=clause, kind=kind, target=target))
    return Loaded(len(wanted - known.keys()), len(known.keys() - wanted), len(wanted & known.keys()))


def _by_clause(links: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for clause, kind, target in sorted(links):
        found.setdefault(f"{clause} {kind}", []).append(target)
    return found

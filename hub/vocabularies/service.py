"""Loading the vocabularies from their seed files: terms are added, improved or replaced, never silently renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import select

from hub.core.db import db
from hub.core.log import differing, record, state_of
from hub.core.seedfiles import Row, SeedErrors, digest_of
from hub.vocabularies.events import VocabularyLoaded
from hub.vocabularies.models import Charter, CommitmentItem, CrosswalkLink, Term, VocabularyRevision, VocabularyStamp
from hub.vocabularies.queries import forget_vocabulary
from hub.vocabularies.seedrows import Charter as CharterRow
from hub.vocabularies.seedrows import CommitmentGroup, Crosswalk, Vocabularies
from hub.vocabularies.seedrows import Term as TermRow

GROUPS = "commitment-groups"
CHARTER = ("position", "labels", "facts")

Changed = dict[str, tuple[Any, Any]]


class Loaded(NamedTuple):
    """How many rows a load added, changed and left alone."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def plus(self, other: Loaded) -> Loaded:
        """Return the sum of two loads."""
        return Loaded(self.added + other.added, self.changed + other.changed, self.same + other.same)


class _Wanted(NamedTuple):
    """A term as the seed file wants it, with the row and place that say so."""

    row: Row[Any]
    loc: tuple[str | int, ...]
    scheme: str
    code: str
    digest: str
    values: dict[str, Any]


def texts(model: BaseModel | None) -> dict[str, Any]:
    """Return texts by language as plain data, without the languages that are empty."""
    return {} if model is None else model.model_dump(mode="json", exclude_none=True)


def load_vocabularies(
    charters: Iterable[Row[CharterRow]],
    groups: Iterable[Row[CommitmentGroup]],
    lists: Iterable[Row[Vocabularies]],
    crosswalk: Iterable[Row[Crosswalk]],
    now: datetime,
) -> Loaded:
    """Bring terms, items and crosswalk to what the files say, inside `transaction()`.

    Raises SeedErrors when a code would get another English name: a term is replaced by a new one, never renamed.
    """
    charters, groups = list(charters), list(groups)
    changes: Changed = {}
    wanted = [*_charter_terms(charters), *_group_terms(groups), *_list_terms(lists)]
    loaded = _load_charters(charters, changes).plus(_load_terms(wanted, now, changes))
    loaded = loaded.plus(_load_items(groups, now, changes)).plus(_load_crosswalk(crosswalk, changes))
    if loaded.added or loaded.changed:
        stamp = db.session.get(VocabularyStamp, 1)
        if stamp is None:
            stamp = VocabularyStamp(id=1, value=0)
            db.session.add(stamp)
        stamp.value += 1
        forget_vocabulary()
        record(VocabularyLoaded(stamp=stamp.value), by=None, now=now, changes=changes)
    return loaded


def _note(changes: Changed, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Note what becomes of a term: of a new one its English name, of a known one the fields that differ."""
    if not before:
        changes[name] = (None, after.get("labels", {}).get("en", {}).get("text"))
    for field, pair in differing(before, after).items() if before else ():
        changes[f"{name} {field}"] = pair


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
        _note(changes, charter.code, before, state_of(charter, CHARTER))
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
                facts = entry.model_dump(mode="json", exclude={"code", "labels", "replaced_by"})
                values = {
                    "parent_code": None, "position": position, "number": None, "paragraphs": None,
                    "labels": texts(entry.labels), "short": {}, "descriptions": {}, "extra": facts,
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
            _note(changes, f"{want.scheme} {want.code}", {}, want.values)
            loaded = loaded.plus(Loaded(added=1))
            continue
        if term.seed_digest == want.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        if renamed := _renamed(term.labels, want.values["labels"]):
            errors.append(want.row.error(renamed, *want.loc, "labels", "en", "text"))
            continue
        before = state_of(term, want.values)
        _keep_revision(want.scheme, want.code, term.revision, before, now)
        _note(changes, f"{want.scheme} {want.code}", before, want.values)
        for name, value in want.values.items():
            setattr(term, name, value)
        term.revision, term.seed_digest = term.revision + 1, want.digest
        loaded = loaded.plus(Loaded(changed=1))
    if errors:
        raise SeedErrors(errors)
    return loaded


def _load_items(rows: Iterable[Row[CommitmentGroup]], now: datetime, changes: Changed) -> Loaded:
    known = {item.code: item for item in db.session.scalars(select(CommitmentItem))}
    loaded, errors, position = Loaded(), [], 0
    for row in rows:
        for place, wanted in enumerate(row.value.items):
            position += 1
            digest = f"{digest_of(wanted)[:56]}{position:08d}"
            item = known.get(wanted.code)
            if item is not None and item.seed_digest == digest:
                loaded = loaded.plus(Loaded(same=1))
                continue
            values: dict[str, Any] = {
                "group_code": row.value.code, "position": position, "kind": wanted.kind,
                "official_name": wanted.official_name, "is_named_in_declaration": wanted.named_in_declaration,
                "paragraphs": wanted.paragraphs, "labels": texts(wanted.labels), "short": texts(wanted.short),
                "what": texts(wanted.what), "fulfilled_means": texts(wanted.fulfilled_means),
                "responsible_body": texts(wanted.responsible_body), "note": texts(wanted.note),
                "evidence_types": list(wanted.evidence_types), "founded_or_adopted": wanted.founded_or_adopted,
                "home": wanted.home, "sources": [source.model_dump(mode="json") for source in wanted.sources],
                "replaced_by": wanted.replaced_by,
            }  # fmt: skip
            if item is None:
                db.session.add(CommitmentItem(code=wanted.code, seed_digest=digest, **values))
                _note(changes, f"commitment-items {wanted.code}", {}, values)
                loaded = loaded.plus(Loaded(added=1))
                continue
            if renamed := _renamed(item.labels, values["labels"]):
                errors.append(row.error(renamed, "items", place, "labels", "en", "text"))
                continue
            before = state_of(item, values)
            _keep_revision("commitment-items", item.code, item.revision, before, now)
            _note(changes, f"commitment-items {item.code}", before, values)
            for name, value in values.items():
                setattr(item, name, value)
            item.revision, item.seed_digest = item.revision + 1, digest
            loaded = loaded.plus(Loaded(changed=1))
    if errors:
        raise SeedErrors(errors)
    return loaded


def _renamed(old: dict[str, Any], new: dict[str, Any]) -> str:
    before, after = old.get("en", {}).get("text"), new.get("en", {}).get("text")
    if before == after:
        return ""
    return f'is "{before}" on record: give the new term a code of its own and name it in replaced_by of this one'


def _keep_revision(scheme: str, code: str, number: int, content: dict[str, object], now: datetime) -> None:
    db.session.add(VocabularyRevision(scheme=scheme, code=code, number=number, content=content, recorded_at=now))


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

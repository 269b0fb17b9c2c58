"""The vocabularies as one unchanging snapshot in memory, read again only when something changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import LogName
from hub.vocabularies.models import Charter, CommitmentItem, CrosswalkLink, Term, VocabularyRevision, VocabularyStamp

Texts = dict[str, Any]
_HELD = "hub_vocabulary"
GROUPS, ITEMS = "commitment-groups", "commitment-items"
SAID = (
    "kind", "official_name", "is_named_in_declaration", "paragraphs", "labels", "short", "what", "fulfilled_means",
    "responsible_body", "note", "evidence_types", "founded_or_adopted", "home", "sources", "replaced_by", "family",
    "rungs", "proofs", "cycle_months", "grace_days", "lapse_months",
)  # fmt: skip
"""What an item says, of which every version is kept."""
CHARTERS = ("gwangju", "declaration", "us-alliance")


@dataclass(frozen=True)
class TermView:
    """A term as pages see it: a principle, clause, theme, statement, or an entry of a list."""

    scheme: str
    code: str
    parent_code: str | None
    number: int | None
    paragraphs: str | None
    labels: Texts
    short: Texts
    descriptions: Texts
    extra: dict[str, Any]
    replaced_by: str | None
    revision: int


@dataclass(frozen=True)
class ItemView:
    """A commitment item as pages see it."""

    code: str
    group_code: str
    kind: str
    official_name: str | None
    is_named_in_declaration: bool
    paragraphs: str | None
    labels: Texts
    short: Texts
    what: Texts
    fulfilled_means: Texts
    responsible_body: Texts
    note: Texts
    evidence_types: tuple[str, ...]
    founded_or_adopted: str | None
    home: str | None
    sources: tuple[dict[str, Any], ...]
    replaced_by: str | None
    revision: int
    parent_code: str | None = None  # whose point it is
    family: str | None = None
    rungs: Texts = field(default_factory=dict)  # {status: {"en": …}}
    proofs: dict[str, tuple[str, ...]] = field(default_factory=dict)  # {rung: evidence types that show it}
    cycle_months: int | None = None
    grace_days: int = 90
    lapse_months: int | None = None


@dataclass(frozen=True)
class CharterView:
    """A charter as pages see it."""

    code: str
    labels: Texts
    facts: dict[str, Any]


@dataclass(frozen=True)
class Vocabulary:
    """All terms and items at one moment; not to be changed."""

    stamp: int
    charters: tuple[CharterView, ...]
    schemes: dict[str, dict[str, TermView]]
    items: dict[str, ItemView]  # without points
    points: dict[str, ItemView]  # the parts of items that cities report on one by one
    crosswalk: dict[str, dict[str, tuple[str, ...]]]  # clause -> kind -> targets
    _parents: dict[str, str] = field(default_factory=dict)

    def scheme(self, name: str) -> list[TermView]:
        """Return the terms of a charter or list in their order."""
        return list(self.schemes.get(name, {}).values())

    def top(self, charter: str) -> list[TermView]:
        """Return the principles or themes of a charter, without clauses, subthemes and statements."""
        return [term for term in self.scheme(charter) if term.parent_code is None]

    def children(self, term: TermView) -> list[TermView]:
        """Return the clauses, subthemes or statements of a term."""
        return [other for other in self.scheme(term.scheme) if other.parent_code == term.code]

    def find(self, scheme: str, code: str) -> TermView | None:
        """Return a term of a scheme by its code."""
        return self.schemes.get(scheme, {}).get(code)

    def find_principle(self, code: str) -> TermView | None:
        """Return a term of any of the three charters by its code."""
        for charter in CHARTERS:
            if (term := self.find(charter, code)) is not None:
                return term
        return None

    def get_principle(self, code: str) -> TermView:
        """Return a term of any of the three charters; raises NotFound."""
        term = self.find_principle(code)
        if term is None:
            raise NotFound(f"no principle {code}")
        return term

    def get_item(self, code: str) -> ItemView:
        """Return a commitment item by its code; raises NotFound."""
        item = self.find_item(code)
        if item is None:
            raise NotFound(f"no commitment item {code}")
        return item

    def find_item(self, code: str) -> ItemView | None:
        """Return a commitment item, or a point of one, by its code."""
        return self.items.get(code) or self.points.get(code)

    def points_of(self, code: str) -> list[ItemView]:
        """Return the points of an item, such as the ten of the coalition's plan."""
        return [point for point in self.points.values() if point.parent_code == code and point.replaced_by is None]

    def items_of(self, group_code: str) -> list[ItemView]:
        """Return the items of one of the five commitments, or of the related instruments (R)."""
        return [item for item in self.items.values() if item.group_code == group_code]

    def targets(self, clause_code: str, kind: str) -> tuple[str, ...]:
        """Return what the crosswalk ties to a clause: kind is theme, item, sdg, udhr or us."""
        return self.crosswalk.get(clause_code, {}).get(kind, ())

    def principle_of(self, code: str) -> str:
        """Return the code of the top-level term that a clause, subtheme or statement belongs to."""
        return self._parents.get(code, code)


class ItemVersion(NamedTuple):
    """One version of an item: what it said, from when, who made it so and why."""

    number: int
    content: dict[str, Any]
    since: datetime | None  # None: it is the first on record
    author_id: int | None  # None: the seed files, or nobody any more
    note: str


def item_versions(code: str) -> list[ItemVersion]:
    """Return every version of an item, the newest first; raises NotFound."""
    item = db.session.scalars(select(CommitmentItem).where(CommitmentItem.code == code)).first()
    if item is None:
        raise NotFound(f"no commitment item {code}")
    kept = select(VocabularyRevision).where(VocabularyRevision.scheme == ITEMS, VocabularyRevision.code == code)
    before = list(db.session.scalars(kept.order_by(VocabularyRevision.number, VocabularyRevision.id)))
    contents = [dict(each.content) for each in before] + [{name: getattr(item, name) for name in SAID}]
    found = [ItemVersion(before[0].number if before else item.revision, contents[0], None, None, "")]
    for change, content in zip(before, contents[1:], strict=True):
        found.append(ItemVersion(change.number + 1, content, change.recorded_at, change.author_id, change.note))
    return found[::-1]


_STATE = select(VocabularyStamp.value, LogName.name).join(LogName, LogName.id == VocabularyStamp.id)


def vocabulary() -> Vocabulary:
    """Return the vocabularies as they are now; asked once per session, so a request sees one state of them."""
    held: Vocabulary | None = db.session.info.get(_HELD)
    if held is None:
        row = db.session.execute(_STATE).first()
        held = _load(row.name, row.value) if row else _load("", 0)
        db.session.info[_HELD] = held
    return held


def forget_vocabulary() -> None:
    """Let this session see what it has just changed."""
    db.session.info.pop(_HELD, None)


@lru_cache(maxsize=4)
def _load(_log_name: str, stamp: int) -> Vocabulary:
    schemes: dict[str, dict[str, TermView]] = {}
    parents: dict[str, str] = {}
    for term in db.session.scalars(select(Term).order_by(Term.scheme, Term.position)):
        view = TermView(
            term.scheme, term.code, term.parent_code, term.number, term.paragraphs, term.labels, term.short,
            term.descriptions, term.extra, term.replaced_by, term.revision,
        )  # fmt: skip
        schemes.setdefault(term.scheme, {})[term.code] = view
        if term.parent_code and term.scheme in CHARTERS:
            parents[term.code] = term.parent_code
    groups = list(schemes.get(GROUPS, {}))
    rows = db.session.scalars(select(CommitmentItem).order_by(CommitmentItem.position, CommitmentItem.id))
    asked = {
        item.code: ItemView(
            item.code, item.group_code, item.kind, item.official_name, item.is_named_in_declaration,
            item.paragraphs, item.labels, item.short, item.what, item.fulfilled_means, item.responsible_body, item.note,
            tuple(item.evidence_types), item.founded_or_adopted, item.home, tuple(item.sources), item.replaced_by,
            item.revision, item.parent_code, item.family, item.rungs,
            {rung: tuple(kinds) for rung, kinds in item.proofs.items()}, item.cycle_months, item.grace_days,
            item.lapse_months,
        )
        for item in sorted(rows, key=lambda row: groups.index(row.group_code))  # what came later stands in its group
    }  # fmt: skip
    items = {code: item for code, item in asked.items() if item.parent_code is None}
    points = {code: item for code, item in asked.items() if item.parent_code is not None}
    crosswalk: dict[str, dict[str, tuple[str, ...]]] = {}
    for link in db.session.scalars(select(CrosswalkLink).order_by(CrosswalkLink.clause_code, CrosswalkLink.target)):
        kinds = crosswalk.setdefault(link.clause_code, {})
        kinds[link.kind] = (*kinds.get(link.kind, ()), link.target)
    charters = tuple(
        CharterView(charter.code, charter.labels, charter.facts)
        for charter in db.session.scalars(select(Charter).order_by(Charter.position))
    )
    return Vocabulary(stamp, charters, schemes, items, points, crosswalk, parents)

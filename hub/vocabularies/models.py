"""Versioned terms: charters with principles and clauses, themes, commitment items, lists, and how they touch."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, JSONDict, JSONList, pk, utc


class Charter(Base):
    """A text that terms come from: the Gwangju Principles, the Declaration, the US Alliance statement."""

    __tablename__ = "charter"

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    position: Mapped[int]
    labels: Mapped[JSONDict]
    facts: Mapped[JSONDict]  # where and when adopted, official names, address
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class Term(Base):
    """One term of a charter or of a list; its code is stable and public, its labels are data."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("scheme", "code"),)

    id: Mapped[pk]
    scheme: Mapped[str] = mapped_column(String(40))  # gwangju, declaration, us-alliance, statuses, practice_types, …
    code: Mapped[str] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(String(60))
    position: Mapped[int]
    number: Mapped[int | None]
    paragraphs: Mapped[str | None] = mapped_column(String(80))
    labels: Mapped[JSONDict]  # {"en": {"text": …, "status": official|translated|editorial}, …}
    short: Mapped[JSONDict]
    descriptions: Mapped[JSONDict]
    extra: Mapped[JSONDict]
    replaced_by: Mapped[str | None] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column(default=1)
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class CommitmentItem(Base):
    """Something the Declaration, or an instrument related to it, asks of a city, precise enough to be kept or not."""

    __tablename__ = "commitment_item"

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    group_code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    official_name: Mapped[str | None] = mapped_column(Text)
    is_named_in_declaration: Mapped[bool] = mapped_column(Boolean)
    paragraphs: Mapped[str | None] = mapped_column(String(80))
    labels: Mapped[JSONDict]
    short: Mapped[JSONDict]
    what: Mapped[JSONDict]
    fulfilled_means: Mapped[JSONDict]
    responsible_body: Mapped[JSONDict]
    note: Mapped[JSONDict]
    evidence_types: Mapped[JSONList]
    founded_or_adopted: Mapped[str | None] = mapped_column(String(80))
    home: Mapped[str | None] = mapped_column(Text)
    sources: Mapped[JSONList]  # [{"url", "title"}]
    replaced_by: Mapped[str | None] = mapped_column(String(20))
    parent_code: Mapped[str | None] = mapped_column(String(20), index=True)  # whose point it is: ten of C4.1
    family: Mapped[str | None] = mapped_column(String(40))  # a term of families: whose badge it counts for
    rungs: Mapped[JSONDict] = mapped_column(JSON, default=dict)  # {status: {"en": …}}: the ladder in its own words
    proofs: Mapped[JSONDict] = mapped_column(JSON, default=dict)  # {rung: [evidence types that show it]}
    cycle_months: Mapped[int | None]  # how long what was said stays fresh; None: it need not be said again
    grace_days: Mapped[int] = mapped_column(default=90)
    lapse_months: Mapped[int | None]  # after the grace: when the instrument itself strikes a silent member off
    is_edited: Mapped[bool] = mapped_column(Boolean, default=False)  # by an organizer; the seed files leave it alone
    revision: Mapped[int] = mapped_column(default=1)
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class CrosswalkLink(Base):
    """Our reading of what a clause touches: themes, items, development goals, UDHR articles, US principles."""

    __tablename__ = "crosswalk_link"

    clause_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # theme, item, sdg, udhr, us
    target: Mapped[str] = mapped_column(String(40), primary_key=True)


class VocabularyRevision(Base):
    """What a term or item said before it was changed; append-only."""

    __tablename__ = "vocabulary_revision"

    id: Mapped[pk]
    scheme: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    recorded_at: Mapped[utc]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who changed it; None: the seed files
    note: Mapped[str] = mapped_column(Text, default="")  # why


class VocabularyStamp(Base):
    """A number that grows with every change of the vocabularies, so that copies in memory know when they are old."""

    __tablename__ = "vocabulary_stamp"

    id: Mapped[pk]
    value: Mapped[int] = mapped_column(default=0)

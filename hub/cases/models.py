"""Case studies, their tags, sources and revisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.cities.models import City
from hub.core.db import NUMBERS_ONCE, Base, JSONDict, JSONList, UtcDateTime, pk, utc
from hub.people.models import User

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
CLAUSE, PRACTICE_TYPE, TARGET_GROUP, ITEM, US_PRINCIPLE = "clause", "type", "group", "commitment", "us"
RIGHT, GOAL, FUNDER = "right", "sdg", "funder"  # of the Global Charter-Agenda; of the UN; who paid


class CaseStudy(Base):
    """One practice of a city (or, rarely, of a national programme), told so that another city can use it."""

    __tablename__ = "case_study"
    __table_args__ = (Index("ix_case_study_state_published", "state", "published_at"), NUMBERS_ONCE)

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(Text, default="")
    results: Mapped[str] = mapped_column(Text, default="")
    has_reported_results: Mapped[bool] = mapped_column(Boolean, default=True)
    lessons: Mapped[str] = mapped_column(Text, default="")  # advice to others
    failures: Mapped[str] = mapped_column(Text, default="")  # what did not work
    conditions: Mapped[str] = mapped_column(Text, default="")  # what it took
    participation: Mapped[str] = mapped_column(Text, default="")  # who took part, how those affected did
    participation_level: Mapped[str] = mapped_column(String(40), default="")
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    competence: Mapped[str] = mapped_column(String(40), default="")  # whose power it needs
    partners: Mapped[JSONList] = mapped_column(default=list)  # rows of template.PARTNER
    lead_office: Mapped[str] = mapped_column(String(200), default="")
    contact_role: Mapped[str] = mapped_column(String(200), default="")  # a role, not a person
    contact_address: Mapped[str] = mapped_column(String(300), default="")
    stage: Mapped[str] = mapped_column(String(20), default="")
    cost_band: Mapped[str] = mapped_column(String(40), default="")
    cost_amount: Mapped[str] = mapped_column(String(40), default="")  # as its source gives it
    cost_currency: Mapped[str] = mapped_column(String(3), default="")  # ISO 4217
    cost_year: Mapped[int | None]
    staff: Mapped[str] = mapped_column(String(120), default="")  # full-time posts, in words or figures
    evidence_type: Mapped[str] = mapped_column(String(40), default="")
    indicators: Mapped[JSONList] = mapped_column(default=list)  # rows of template.INDICATOR
    adapted_from: Mapped[str] = mapped_column(String(300), default="")
    adapted_from_url: Mapped[str] = mapped_column(Text, default="")
    essential: Mapped[str] = mapped_column(Text, default="")  # what must stay for it to work elsewhere
    adaptable: Mapped[str] = mapped_column(Text, default="")
    will_mentor: Mapped[str] = mapped_column(String(10), default="")  # yes, no
    people_check: Mapped[str] = mapped_column(String(20), default="")  # nobody at risk is recognisable, or consented
    consent_note: Mapped[str] = mapped_column(Text, default="")  # where the consent is kept; shown to its city alone
    open_answers: Mapped[JSONList] = mapped_column(default=list)  # fields said to be not yet known
    years_text: Mapped[str] = mapped_column(String(80), default="")
    started: Mapped[int | None]
    ended: Mapped[int | None]
    is_ongoing: Mapped[bool] = mapped_column(Boolean, default=False)
    is_approximate: Mapped[bool] = mapped_column(Boolean, default=False)
    confidence: Mapped[str | None] = mapped_column(String(20))  # good, partial; how well the sources carry the text
    is_compiled: Mapped[bool] = mapped_column(Boolean, default=False)  # from public sources, not by the city
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the city last said it still holds
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)  # written by a demo account
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a draft that waits for a second person
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    returned_note: Mapped[str] = mapped_column(Text, default="")  # why it came back, until it is sent again
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who saved it last; None: seeds
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[utc]
    version: Mapped[int] = mapped_column(default=1)
    seed_digest: Mapped[str | None] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": version}

    city: Mapped[City | None] = relationship(lazy="joined")
    editor: Mapped[User | None] = relationship(foreign_keys=[updated_by])
    tags: Mapped[list[CaseTag]] = relationship(
        back_populates="case", order_by="CaseTag.rank", cascade="all, delete-orphan", lazy="selectin"
    )
    sources: Mapped[list[CaseSource]] = relationship(
        back_populates="case", order_by="CaseSource.position", cascade="all, delete-orphan"
    )
    files: Mapped[list[CaseFile]] = relationship(back_populates="case", order_by="CaseFile.id")

    def codes(self, scheme: str) -> list[str]:
        """Return the codes this case carries of one scheme, in rank order."""
        return [tag.code for tag in self.tags if tag.scheme == scheme]

    @property
    def principle_codes(self) -> list[str]:
        """The Gwangju principles of its clauses, GP1 to GP10, each once, in rank order."""
        return list(dict.fromkeys(code.split(".")[0] for code in self.codes(CLAUSE)))

    @property
    def is_published(self) -> bool:
        """Whether anyone may read it."""
        return self.state == PUBLISHED

    def publish(self, now: datetime) -> None:
        """Open the case to everyone; its first publication date stays."""
        self.state = PUBLISHED
        self.published_at = self.published_at or now
        self.updated_at = now


class CaseTag(Base):
    """A code that a case carries: clause, practice type, target group, commitment item or US principle."""

    __tablename__ = "case_tag"
    __table_args__ = (Index("ix_case_tag_scheme_code", "scheme", "code"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    rank: Mapped[int] = mapped_column(default=0)

    case: Mapped[CaseStudy] = relationship(back_populates="tags")


class CaseSource(Base):
    """A document that a case rests on."""

    __tablename__ = "case_source"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"))
    position: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    link_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    link_failures: Mapped[int] = mapped_column(default=0)  # in a row
    link_error: Mapped[str] = mapped_column(Text, default="")  # what went wrong last, in plain English
    link_broken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was first found broken

    case: Mapped[CaseStudy] = relationship(back_populates="sources")


class CaseFile(Base):
    """An image or PDF of a case; one that was taken away keeps its row, so that old versions still name it."""

    __tablename__ = "case_file"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))  # empty: removed for good, its content is gone
    name: Mapped[str] = mapped_column(String(200))
    mime: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]  # bytes
    width: Mapped[int | None]  # pixels, of an image
    height: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(300), default="")
    alt: Mapped[str] = mapped_column(String(500), default="")  # what an image shows; empty: its title says so
    source: Mapped[str] = mapped_column(Text, default="")  # where it comes from, an address or words
    people: Mapped[str] = mapped_column(String(20), default="")  # nobody at risk is recognisable in it, or consented
    consent_note: Mapped[str] = mapped_column(Text, default="")  # where the consent is kept; shown to its city alone
    sizes: Mapped[JSONList] = mapped_column(default=list)  # smaller copies of an image: [width, height, sha256]
    owner: Mapped[str] = mapped_column(String(200), default="")
    licence: Mapped[str] = mapped_column(String(40), default="")
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[utc]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[CaseStudy] = relationship(back_populates="files")

    @property
    def is_image(self) -> bool:
        """Whether it is shown in the page; everything else is given as a download."""
        return self.mime.startswith("image/")


class CaseRevision(Base):
    """A published version of a case, whole, with who, when and why. No author means the seed files.

    Append-only but for one thing: a person is taken out of all versions, which leaves a `CaseRedaction`.
    """

    __tablename__ = "case_revision"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"))
    number: Mapped[int]
    content: Mapped[JSONDict] = mapped_column(JSON)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    change_note: Mapped[str] = mapped_column(Text, default="")
    is_substantial: Mapped[bool] = mapped_column(Boolean, default=True)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # the second person
    restored_from: Mapped[int | None]  # the number of the version that it brought back
    recorded_at: Mapped[utc]


class CaseRedaction(Base):
    """The dated mark that a person was taken out of all versions of a case; who it was is kept nowhere."""

    __tablename__ = "case_redaction"

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))  # wish, risk, minor, error
    places: Mapped[int]  # in how many places the name stood
    version: Mapped[int]  # the version of the case that came of it; a text begun from an older one may hold the name
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_at: Mapped[utc]


class CaseCopy(Base):
    """What a person typed in a case and has not saved: kept for her alone until she saves it or lets it go."""

    __tablename__ = "case_copy"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    base_version: Mapped[int]  # the version of the case that the text began from
    content: Mapped[JSONDict]  # as `content.content_of_text` writes it, with what is private
    change_note: Mapped[str] = mapped_column(Text, default="")
    is_small: Mapped[bool] = mapped_column(Boolean, default=False)
    saved_at: Mapped[utc]


class CaseProposal(Base):
    """A change of a published case that waits for a second person of the city, and what became of it."""

    __tablename__ = "case_proposal"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"), index=True)
    base_version: Mapped[int]
    content: Mapped[JSONDict]
    change_note: Mapped[str] = mapped_column(Text, default="")
    is_small: Mapped[bool] = mapped_column(Boolean, default=False)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[utc]
    state: Mapped[str] = mapped_column(String(20), default="waiting")  # waiting, published, returned, withdrawn
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str] = mapped_column(Text, default="")


class CaseTranslation(Base):
    """A case told in another language, by a person or by a machine, and which version of the original it follows."""

    __tablename__ = "case_translation"
    __table_args__ = (UniqueConstraint("case_id", "language"), NUMBERS_ONCE)

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"))
    language: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)  # draft, published
    texts: Mapped[JSONDict]  # the fields of template.TRANSLATED, those that are empty left out
    is_machine: Mapped[bool] = mapped_column(Boolean, default=False)
    follows: Mapped[int]  # the number of the version that it renders
    translated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: the seed files
    credit: Mapped[str] = mapped_column(String(200), default="")  # who translated, as shown; empty: the account
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[utc]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CaseTranslationRevision(Base):
    """A published version of a translation, whole; append-only but for people who are taken out."""

    __tablename__ = "case_translation_revision"
    __table_args__ = (UniqueConstraint("translation_id", "number"),)

    id: Mapped[pk]
    translation_id: Mapped[int] = mapped_column(ForeignKey("case_translation.id"))
    number: Mapped[int]
    follows: Mapped[int]
    texts: Mapped[JSONDict]
    is_machine: Mapped[bool] = mapped_column(Boolean, default=False)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[utc]

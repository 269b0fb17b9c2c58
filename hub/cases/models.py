"""Case studies, their tags, sources and revisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.cities.models import City
from hub.core.db import NUMBERS_ONCE, Base, JSONDict, UtcDateTime, pk, utc
from hub.people.models import User

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
CLAUSE, PRACTICE_TYPE, TARGET_GROUP, ITEM, US_PRINCIPLE = "clause", "type", "group", "commitment", "us"


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
    lessons: Mapped[str] = mapped_column(Text, default="")
    years_text: Mapped[str] = mapped_column(String(80), default="")
    started: Mapped[int | None]
    ended: Mapped[int | None]
    is_ongoing: Mapped[bool] = mapped_column(Boolean, default=False)
    is_approximate: Mapped[bool] = mapped_column(Boolean, default=False)
    confidence: Mapped[str | None] = mapped_column(String(20))  # good, partial; how well the sources carry the text
    is_compiled: Mapped[bool] = mapped_column(Boolean, default=False)  # from public sources, not by the city
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the city last said it still holds
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)  # written by a demo account
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
    title: Mapped[str] = mapped_column(String(300), default="")  # the text for an image, the title of a document
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

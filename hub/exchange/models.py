"""Who took up whose practice, what was asked and answered, and replies of those who are named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.cases.models import CaseStudy
from hub.cities.models import City, Organisation
from hub.core.db import NUMBERS_ONCE, Base, UtcDateTime, pk, utc
from hub.people.models import User

CONSIDERING, ADAPTING, RUNNING, STOPPED = "considering", "adapting", "running", "stopped"
STATES = (CONSIDERING, ADAPTING, RUNNING, STOPPED)
ASKS, MENTORING = "question", "mentoring"  # an answer is wished for; help over some time is
OF_CASE, OF_STATUS = "case", "status"  # what a reply stands beside
UNCONFIRMED, WAITING, RELEASED, DECLINED = "unconfirmed", "waiting", "released", "declined"


class Adaptation(Base):
    """A city takes up a practice of another: considers, adapts, runs or stopped it (`state` is that of the last step).

    The practice is a case of the hub (`origin_id`), or one that the hub does not hold: then `origin_title` names it,
    and `origin_city_id` says whose it is where that city is on record.
    """

    __tablename__ = "adaptation"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)  # who takes it up
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("case_study.id"), index=True)
    origin_city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"), index=True)  # where no case is named
    origin_title: Mapped[str] = mapped_column(String(300), default="")
    origin_place: Mapped[str] = mapped_column(String(160), default="")  # whose it is, where it is no city on record
    origin_url: Mapped[str] = mapped_column(Text, default="")
    own_case_id: Mapped[int | None] = mapped_column(ForeignKey("case_study.id"), index=True)  # what came of it here
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[str] = mapped_column(String(10), default="")  # of that state: YYYY, YYYY-MM or YYYY-MM-DD
    changed: Mapped[str] = mapped_column(Text, default="")  # what is done otherwise than there
    reason: Mapped[str] = mapped_column(Text, default="")  # why
    language: Mapped[str] = mapped_column(String(20))  # of the two texts
    source_title: Mapped[str] = mapped_column(Text, default="")  # the document that says so; empty: the city itself
    source_url: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: the seed files
    created_at: Mapped[utc]
    updated_at: Mapped[utc]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # entered by mistake
    version: Mapped[int] = mapped_column(default=1)
    seed_digest: Mapped[str | None] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": version}

    city: Mapped[City] = relationship(foreign_keys=[city_id], lazy="joined")
    origin: Mapped[CaseStudy | None] = relationship(foreign_keys=[origin_id])
    origin_city: Mapped[City | None] = relationship(foreign_keys=[origin_city_id])
    own_case: Mapped[CaseStudy | None] = relationship(foreign_keys=[own_case_id])
    steps: Mapped[list[AdaptationStep]] = relationship(order_by="AdaptationStep.id")

    @property
    def from_city(self) -> City | None:
        """The city whose practice it is, as far as it is on record; a case that moves takes its lineage along."""
        return self.origin.city if self.origin is not None else self.origin_city


class AdaptationStep(Base):
    """What an adaptation said at one time, with who said it; append-only but for people who are taken out."""

    __tablename__ = "adaptation_step"

    id: Mapped[pk]
    adaptation_id: Mapped[int] = mapped_column(ForeignKey("adaptation.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[str] = mapped_column(String(10), default="")
    changed: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    own_case_id: Mapped[int | None] = mapped_column(ForeignKey("case_study.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[utc]


class AdaptationComment(Base):
    """What one of the two cities says to an adaptation, for all to read."""

    __tablename__ = "adaptation_comment"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    adaptation_id: Mapped[int] = mapped_column(ForeignKey("adaptation.id"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))  # for which its author speaks
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    said_at: Mapped[utc]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its text is emptied then

    city: Mapped[City] = relationship(foreign_keys=[city_id])


class Question(Base):
    """What a member asks a city on its case; for all to read, or between the two cities alone."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_case_asked", "case_id", "asked_at"), NUMBERS_ONCE)

    id: Mapped[pk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"))
    kind: Mapped[str] = mapped_column(String(20), default=ASKS)  # question, mentoring
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    is_between_cities: Mapped[bool] = mapped_column(Boolean, default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"), index=True)  # for which she asks
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    asked_at: Mapped[utc]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the city first answered; None: it waits
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # she needs no answer any more
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken away; its texts are emptied then
    removed_why: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    case: Mapped[CaseStudy] = relationship(lazy="joined")
    city: Mapped[City | None] = relationship()
    asker: Mapped[User | None] = relationship(foreign_keys=[asked_by])
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id")

    @property
    def is_waiting(self) -> bool:
        """Whether nobody of the city has answered yet and an answer is still wished for."""
        return self.answered_at is None and self.closed_at is None and self.removed_at is None


class Answer(Base):
    """What is said under a question, by the city that was asked or by who asked."""

    __tablename__ = "answer"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"))  # for which its author speaks
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    said_at: Mapped[utc]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    city: Mapped[City | None] = relationship()
    author: Mapped[User | None] = relationship()


class Reply(Base):
    """What an organisation that is named or affected says beside a case or a status; public once it is released."""

    __tablename__ = "reply"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    subject: Mapped[str] = mapped_column(String(20))  # case, status
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_study.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("status_record.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str] = mapped_column(String(200))  # by which the reply is signed
    person_name: Mapped[str] = mapped_column(String(120))  # who asks for it; kept until some time after the decision
    person_role: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254))  # lower case; forgotten with the person
    concern: Mapped[str] = mapped_column(Text)  # how it is named or affected, for the organizers
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(20), default=UNCONFIRMED)  # unconfirmed, waiting, released, declined
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[utc]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was declined, as who asked reads it
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a released one that its organisation took back
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    case: Mapped[CaseStudy | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

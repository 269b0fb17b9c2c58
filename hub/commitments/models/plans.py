"""Tables of plans with their actions, and of the reminders that were made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import NUMBERS_ONCE, Base, UtcDateTime, pk, utc

# How far an action of a plan has come, as the Open Government Partnership counts it.
ACTION_STATES = NO_EVIDENCE, NOT_STARTED, LIMITED, SUBSTANTIAL, COMPLETE = (
    "no_evidence", "not_started", "limited", "substantial", "complete",
)  # fmt: skip


class CityPlan(Base):
    """A city's plan for human rights, with its actions."""

    __tablename__ = "city_plan"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    url: Mapped[str] = mapped_column(Text, default="")  # the plan as published
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[utc]
    updated_at: Mapped[utc]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # entered by mistake
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PlanAction(Base):
    """One action of a plan; how far it came is the newest of its steps."""

    __tablename__ = "plan_action"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    plan_id: Mapped[int] = mapped_column(ForeignKey("city_plan.id"), index=True)
    position: Mapped[int]
    item_code: Mapped[str | None] = mapped_column(String(20))  # the commitment it serves
    text: Mapped[str] = mapped_column(String(500))
    responsible: Mapped[str] = mapped_column(String(200), default="")  # an office, not a person
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    state: Mapped[str] = mapped_column(String(20), default=NOT_STARTED)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ActionStep(Base):
    """How far an action had come when somebody looked; append-only."""

    __tablename__ = "action_step"

    id: Mapped[pk]
    action_id: Mapped[int] = mapped_column(ForeignKey("plan_action.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")  # what shows it
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[utc]


class CommitmentReminder(Base):
    """A reminder that was made: of which due date, and how many days before (-90, -30) or after it (30, 90)."""

    __tablename__ = "commitment_reminder"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id", "due_on", "stage"),)

    id: Mapped[pk]
    subject_kind: Mapped[str] = mapped_column(String(20))  # status, action
    subject_id: Mapped[int]  # of the status record or the action
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    due_on: Mapped[date] = mapped_column(Date)
    stage: Mapped[int]
    made_at: Mapped[utc]

"""Accounts; they are born by invitation, and by `hub demo` in the demo network."""

from __future__ import annotations

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, pk, utc

ORGANIZER = "organizer"


class User(Base):
    """A person who may sign in; what she may do in a city stands with the city's memberships."""

    __tablename__ = "user_account"

    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    is_organizer: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str | None] = mapped_column(String(10))
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[utc]

    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session keeps of a signed-in person: her id, as text."""
        return str(self.id)

"""Accounts, what a person is in a city, her sign-ins, and the invitations by which accounts are born."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, UtcDateTime, pk, utc

if TYPE_CHECKING:
    from hub.cities.models import City

ORGANIZER, COORDINATOR, CONTRIBUTOR = "organizer", "coordinator", "contributor"
ROLES = (ORGANIZER, COORDINATOR, CONTRIBUTOR)


class User(Base):
    """A person who may sign in; what she may do in a city stands in her memberships."""

    __tablename__ = "user_account"

    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    is_organizer: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)  # False: suspended
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str | None] = mapped_column(String(10))
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[utc]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", lazy="selectin")

    is_authenticated = True
    is_anonymous = False
    sign_in_token = ""  # of the sign-in by which she asks now; not a column

    def get_id(self) -> str:
        """Return what the session keeps of a signed-in person: the token of this sign-in, which the record can end."""
        return self.sign_in_token

    def role_in(self, city_id: int | None) -> str | None:
        """Return what this person is in a city now; None also while she or the city is suspended."""
        if city_id is None or not self.is_active:
            return None
        for membership in self.memberships:
            if membership.city_id == city_id and not membership.city.is_suspended:
                return membership.role
        return None

    def coordinates(self, city_id: int | None) -> bool:
        """Tell whether this person is a coordinator of a city now."""
        return self.role_in(city_id) == COORDINATOR

    def works_for(self, city_id: int | None) -> bool:
        """Tell whether this person writes for a city now, as coordinator or contributor."""
        return self.role_in(city_id) is not None

    @property
    def roles(self) -> frozenset[str]:
        """All that this person is now, in any city or for the forum; empty while suspended."""
        if not self.is_active:
            return frozenset()
        held = {membership.role for membership in self.memberships if not membership.city.is_suspended}
        return frozenset(held | ({ORGANIZER} if self.is_organizer else set()))


class Membership(Base):
    """Who works for which city in the hub, and as what."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "city_id"),)

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    role: Mapped[str] = mapped_column(String(20))
    since_at: Mapped[utc]

    user: Mapped[User] = relationship(back_populates="memberships")
    city: Mapped[City] = relationship(lazy="joined")


class SignIn(Base):
    """A sign-in that lasts on one device; the browser holds the token, the record only its hash."""

    __tablename__ = "sign_in"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[utc]
    expires_at: Mapped[utc]


class PasswordReset(Base):
    """A mailed way to a new password: single use, one hour."""

    __tablename__ = "password_reset"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[utc]
    expires_at: Mapped[utc]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A mailed invitation, bound to address, role and city: single use, seven days; no inviter means the operator."""

    __tablename__ = "invitation"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)  # lower case
    role: Mapped[str] = mapped_column(String(20))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"), index=True)  # None for organizers
    language: Mapped[str] = mapped_column(String(10), default="en")
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[utc]
    expires_at: Mapped[utc]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    city: Mapped[City | None] = relationship(lazy="joined")
    inviter: Mapped[User | None] = relationship(foreign_keys=[invited_by])

"""Accounts, what a person is in a city, her sign-ins, and the invitations by which accounts are born."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import NUMBERS_ONCE, Base, JSONDict, JSONList, UtcDateTime, pk, utc

if TYPE_CHECKING:
    from hub.cities.models import City

ORGANIZER, COORDINATOR, CONTRIBUTOR = "organizer", "coordinator", "contributor"
ROLES = (ORGANIZER, COORDINATOR, CONTRIBUTOR)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


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
    time_zone: Mapped[str | None] = mapped_column(String(40))  # an IANA name; None: her city's
    password_hash: Mapped[str] = mapped_column(Text)  # empty: no password, she signs in with a passkey
    has_factor: Mapped[bool] = mapped_column(Boolean, default=False)  # one-time codes or a passkey are set up
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when mail proved that the address is hers
    is_name_withheld: Mapped[bool] = mapped_column(Boolean, default=False)  # on wish: no public page names her
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # she left; nothing personal is kept in this row
    created_at: Mapped[utc]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", lazy="selectin")

    is_authenticated = True
    is_anonymous = False
    # Of the sign-in by which she asks now; not columns.
    sign_in_token = ""
    sign_in_id = 0
    proved_at = NEVER  # when she last proved who she is

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
    def zone(self) -> str:
        """The time zone that her pages and mails are written in: her own choice, else her city's, else UTC."""
        cities = (each.city.time_zone for each in self.memberships)
        return self.time_zone or next((name for name in cities if name), "UTC")

    @property
    def organizes(self) -> bool:
        """Whether she may act as organizer now: only with a second factor, which the demo does without."""
        return self.is_active and self.is_organizer and (self.has_factor or self.is_demo)

    @property
    def needs_factor(self) -> bool:
        """Whether the organizer role waits for her to set up a second factor."""
        return self.is_active and self.is_organizer and not self.organizes

    @property
    def public_name(self) -> str:
        """Her name as anyone may read it; empty where it is withheld on her wish or she left."""
        return "" if self.is_name_withheld or self.left_at is not None else self.name

    @property
    def roles(self) -> frozenset[str]:
        """All that this person is now, in any city or for the forum; empty while suspended."""
        if not self.is_active:
            return frozenset()
        held = {membership.role for membership in self.memberships if not membership.city.is_suspended}
        return frozenset(held | ({ORGANIZER} if self.organizes else set()))


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
    """A sign-in that lasts on one device; the browser holds the token, the record only its hash and where it began."""

    __tablename__ = "sign_in"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[utc]
    expires_at: Mapped[utc]
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when she last proved on it who she is
    method: Mapped[str] = mapped_column(String(20), default="password")  # password, code, passkey, recovery
    device: Mapped[str] = mapped_column(String(80), default="")  # "Firefox, Android", as the browser says
    address: Mapped[str] = mapped_column(String(45), default="")  # the network address it began from


class Passkey(Base):
    """A public key that one of her devices answers for (WebAuthn)."""

    __tablename__ = "passkey"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url; at most 1023 bytes
    public_key: Mapped[str] = mapped_column(Text)  # COSE, base64url
    user_handle: Mapped[str] = mapped_column(String(88))  # by which her devices know the account, base64url; random
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[JSONList] = mapped_column(JSON, default=list)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[utc]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OneTimeCode(Base):
    """The secret that her authenticator app shares with the hub (RFC 6238), encrypted with the hub's secret key."""

    __tablename__ = "one_time_code"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)
    created_at: Mapped[utc]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a code proved that the app has it
    last_step: Mapped[int] = mapped_column(default=0)  # of the last code taken; none is taken twice


class RecoveryCode(Base):
    """One of her ten codes for the day the phone is lost; works once."""

    __tablename__ = "recovery_code"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[utc]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Ceremony(Base):
    """Something begun that the same browser ends within minutes: a passkey's challenge, a second step."""

    __tablename__ = "ceremony"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # see service/ceremonies.py
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    content: Mapped[JSONDict]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[utc]
    expires_at: Mapped[utc]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AddressProof(Base):
    """A mailed link that proves an address: of a new account, or one that an account is to change to."""

    __tablename__ = "address_proof"

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))  # lower case
    created_at: Mapped[utc]
    expires_at: Mapped[utc]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AskedByAddress(Base):
    """A wish about an address, written down alike whether or not an account has it; the worker answers by mail."""

    __tablename__ = "asked_by_address"

    id: Mapped[pk]
    kind: Mapped[str] = mapped_column(String(20))  # reset, change
    email: Mapped[str] = mapped_column(String(254))  # lower case
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who asked, when signed in
    language: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[utc]


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

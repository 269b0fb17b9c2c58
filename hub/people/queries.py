"""Reads of accounts, sign-ins and invitations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import VALUES, LogEntry, LogPersonal
from hub.core.tokens import hash_token
from hub.people.addresses import plain_address
from hub.people.models import COORDINATOR, NEVER, AddressProof, Invitation, Membership, PasswordReset, SignIn, User


def find_active_user(token: str, now: datetime) -> User | None:
    """Return the account that the token of a sign-in opens now; the one question of every request of a member."""
    lasting = select(User, SignIn.id, SignIn.proved_at).join(SignIn, SignIn.user_id == User.id)
    lasting = lasting.where(SignIn.token_hash == hash_token(token), SignIn.expires_at > now, User.is_active)
    found = db.session.execute(lasting).first()
    if found is None:
        return None
    user: User = found[0]
    user.sign_in_token, user.sign_in_id, user.proved_at = token, found[1], found[2] or NEVER
    return user


def find_user_by_email(email: str) -> User | None:
    """Return the account with this address, whatever its case."""
    return db.session.scalar(select(User).where(User.email == plain_address(email)))


def get_person(user_id: int) -> User:
    """Return an account; raises NotFound, also for one whose person left."""
    user = db.session.get(User, user_id)
    if user is None or user.left_at is not None:
        raise NotFound(f"no account {user_id}")
    return user


def public_names(user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of people as anyone may read them, by id; empty where one is withheld or the person left."""
    found = db.session.scalars(select(User).where(User.id.in_(user_ids))) if user_ids else ()
    return {user.id: user.public_name for user in found}


def list_people(text: str = "", *, page: int, per_page: int) -> tuple[list[User], int]:
    """Return one page of the accounts whose name or address holds a text, by name, and how many there are in all."""
    query = select(User).where(User.left_at.is_(None))
    if text:
        query = query.where(or_(*(_holds(column, text) for column in (User.name, User.email))))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(func.lower(User.name), User.id).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(ordered)), total


def _holds(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)


def everyone() -> Sequence[User]:
    """Return all accounts, by address."""
    return db.session.scalars(select(User).order_by(User.email)).all()


def count_sign_ins(user_id: int, now: datetime) -> int:
    """Return on how many devices someone is signed in."""
    return db.session.scalar(select(func.count()).where(SignIn.user_id == user_id, SignIn.expires_at > now)) or 0


def team_of(city_id: int) -> list[Membership]:
    """Return who works for a city, coordinators first, by name."""
    first = case((Membership.role == COORDINATOR, 0), else_=1)
    query = select(Membership).join(Membership.user).where(Membership.city_id == city_id)
    query = query.options(joinedload(Membership.user)).order_by(first, func.lower(User.name), User.id)
    return list(db.session.scalars(query))


def count_coordinators(city_id: int | None, without: Collection[int | None] = ()) -> int:
    """Return how many coordinators a city has now, those named and those suspended left out."""
    query = select(func.count()).select_from(Membership).join(Membership.user)
    query = query.where(Membership.city_id == city_id, Membership.role == COORDINATOR, User.is_active)
    ids = [user_id for user_id in without if user_id is not None]
    return db.session.scalar(query.where(User.id.not_in(ids))) or 0


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation that a mailed token belongs to, whatever became of it."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == hash_token(token)))


def waiting_invitations(*, city_id: int | None = None, limit: int = 100) -> list[Invitation]:
    """Return the newest invitations that were neither accepted nor withdrawn, of one city where one is named."""
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    query = query.where(Invitation.email != "")  # an old one of which the address was forgotten waits for nobody
    if city_id is not None:
        query = query.where(Invitation.city_id == city_id)
    query = query.options(selectinload(Invitation.inviter)).order_by(Invitation.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def invitations_of(user: User, limit: int = 50) -> list[Invitation]:
    """Return the newest invitations to someone's address, and those that she sent."""
    mine = or_(Invitation.email == user.email, Invitation.invited_by == user.id)
    query = select(Invitation).where(mine).options(selectinload(Invitation.inviter))
    return list(db.session.scalars(query.order_by(Invitation.id.desc()).limit(limit)))


def find_reset(token: str, now: datetime) -> User | None:
    """Return whose password a mailed way still leads to."""
    query = select(User).join(PasswordReset, PasswordReset.user_id == User.id)
    query = query.where(PasswordReset.token_hash == hash_token(token), PasswordReset.used_at.is_(None))
    return db.session.scalar(query.where(PasswordReset.expires_at > now, User.is_active))


def find_proof(token: str, now: datetime) -> AddressProof | None:
    """Return what a mailed link would prove, while it still can."""
    query = select(AddressProof).join(User, User.id == AddressProof.user_id)
    query = query.where(AddressProof.token_hash == hash_token(token), AddressProof.used_at.is_(None))
    return db.session.scalar(query.where(AddressProof.expires_at > now, User.is_active))


def sign_ins_of(user_id: int, now: datetime) -> list[SignIn]:
    """Return the sign-ins of someone that last, the newest first."""
    query = select(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now)
    return list(db.session.scalars(query.order_by(SignIn.created_at.desc(), SignIn.id.desc())))


def why_suspended(user_id: int) -> str:
    """Return the reason that was given when someone was suspended last; empty when it was erased."""
    query = select(LogPersonal.content).join(LogEntry, LogEntry.position == LogPersonal.position)
    query = query.where(LogPersonal.part == VALUES)
    query = query.where(LogEntry.kind == "PersonSuspended", LogEntry.payload["user_id"].as_integer() == user_id)
    content = db.session.scalar(query.order_by(LogEntry.position.desc()).limit(1))
    return str((content or {}).get("reason", ""))

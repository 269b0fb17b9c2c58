"""Signed addresses in mail: what they open needs no sign-in, only the hub can make them, and they do not run out."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from hub.core.errors import NotFound

LONGEST_TOKEN = 1200
_UNSUBSCRIBE, _MANAGE, _STOP = "unsubscribe", "manage", "stop"  # salts: a token of one opens nothing of another
_MEMBER, _SUBSCRIBER = "digest", "subscriber"


class MailReader(Protocol):
    """Someone who hears by mail: a member or a subscriber, the other is none."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def subscriber_id(self) -> int | None: ...


class Who(NamedTuple):
    """Whose token it is: a member's or a subscriber's, the other is none."""

    user_id: int | None
    subscriber_id: int | None


class Stop(NamedTuple):
    """What a token stops: one follow of one reader."""

    reader: Who
    kind: str
    key: str


def manage_token(subscriber_id: int) -> str:
    """Return the token that opens what a subscriber follows, to change or stop it."""
    return _serializer(_MANAGE).dumps([_SUBSCRIBER, subscriber_id])


def read_manage_token(token: str) -> int:
    """Return whose page a token opens, a subscriber's id; raises NotFound for one that the hub did not make."""
    who = _who(_said(_MANAGE, token, 2))
    if who.subscriber_id is None:
        raise NotFound("no such token")
    return who.subscriber_id


def unsubscribe_token(*, user_id: int | None = None, subscriber_id: int | None = None) -> str:
    """Return the token that stops all mail of one reader."""
    return _serializer(_UNSUBSCRIBE).dumps(_named(user_id, subscriber_id))


def read_unsubscribe_token(token: str) -> Who:
    """Return whose mail a token stops; raises NotFound for one that the hub did not make."""
    return _who(_said(_UNSUBSCRIBE, token, 2))


def stop_token(reader: MailReader, kind: str, key: str) -> str:
    """Return the token that ends one reader's follow of one thing."""
    return _serializer(_STOP).dumps([*_named(reader.user_id, reader.subscriber_id), kind, key])


def read_stop_token(token: str) -> Stop:
    """Return what a token stops and for whom; raises NotFound for one that the hub did not make."""
    said = _said(_STOP, token, 4)
    kind, key = said[2:]
    if not isinstance(kind, str) or not isinstance(key, str):
        raise NotFound("no such token")
    return Stop(_who(said), kind, key)


def _named(user_id: int | None, subscriber_id: int | None) -> list[Any]:
    return [_MEMBER, user_id] if subscriber_id is None else [_SUBSCRIBER, subscriber_id]


def _who(said: list[Any]) -> Who:
    side, number = said[:2]
    if side not in (_MEMBER, _SUBSCRIBER) or not isinstance(number, int):
        raise NotFound("no such token")
    return Who(number, None) if side == _MEMBER else Who(None, number)


def _said(salt: str, token: str, length: int) -> list[Any]:
    try:
        said = _serializer(salt).loads(token) if len(token) <= LONGEST_TOKEN else None
    except (BadData, ValueError):  # ValueError: letters that are no base64 at all
        said = None
    if not isinstance(said, list) or len(said) != length:
        raise NotFound("no such token")
    return said


def _serializer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)

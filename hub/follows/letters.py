"""The daily mail, and the address by which it can be stopped without signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from hub.core.errors import NotFound
from hub.core.outbox import queue_mail
from hub.follows import queries
from hub.follows.models import OFFICE, ORGANIZERS
from hub.follows.things import Thing
from hub.follows.told import Line, lines_of
from hub.people.models import User
from hub.web.formats import absolute
from hub.web.letters import write_letter
from hub.web.locale import speaking

MOST_LINES = 50
LONGEST_TOKEN = 200
_SALT = "unsubscribe"
_PURPOSE = "digest"


@dataclass
class Group:
    """What is new of one thing she follows."""

    thing: Thing
    lines: list[Line] = field(default_factory=list)


def unsubscribe_path(user_id: int) -> str:
    """Return the path that stops a person's daily mail; only the hub can make it, and it does not run out."""
    return f"/unsubscribe/{_serializer().dumps([_PURPOSE, user_id])}"


def read_unsubscribe_token(token: str) -> int:
    """Return whose daily mail a token stops; raises NotFound for one that the hub did not make."""
    try:
        said = _serializer().loads(token) if len(token) <= LONGEST_TOKEN else None
    except (BadData, ValueError):  # ValueError: letters that are no base64 at all
        said = None
    if not isinstance(said, list) or len(said) != 2 or said[0] != _PURPOSE or not isinstance(said[1], int):
        raise NotFound("no such token")
    return said[1]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)


def queue_digest(user: User, ids: Sequence[int], languages: Sequence[str], now: datetime) -> bool:
    """Queue one mail about these notifications (newest first), inside the `transaction()` that marks them as mailed.

    What is no longer public is left out; False when nothing is left to tell.
    """
    language = user.language if user.language and user.language in languages else "en"
    with speaking(language):
        lines, more = _lines(user, ids)
    if not lines:
        return False
    path = unsubscribe_path(user.id)
    is_work = all(line.because.kind in (OFFICE, ORGANIZERS) for line in lines)
    letter = write_letter(
        "digest", language, person=user.name, groups=_grouped(lines), total=len(lines) + more, more=more,
        is_work=is_work,
        unsubscribe=absolute(path), base=absolute(""),
    )  # fmt: skip
    queue_mail(
        key=f"digest:{user.id}:{max(ids)}",
        to=user.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        now=now,
        headers={"List-Unsubscribe": f"<{absolute(path)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    return True


def _lines(user: User, ids: Sequence[int]) -> tuple[list[Line], int]:
    """Return the newest lines that may be told, and how many more there are."""
    lines: list[Line] = []
    looked_at = 0
    while looked_at < len(ids) and len(lines) < MOST_LINES:
        part = ids[looked_at : looked_at + MOST_LINES - len(lines)]
        lines += [line for line in lines_of(queries.notifications_by_id(part), user) if line.news is not None]
        looked_at += len(part)
    return lines, len(ids) - looked_at


def _grouped(lines: Sequence[Line]) -> list[Group]:
    """Return the lines by what she follows, the thing with the newest line first."""
    groups: dict[tuple[str, str], Group] = {}
    for line in lines:
        thing = line.because
        groups.setdefault((thing.kind, thing.key), Group(thing)).lines.append(line)
    return list(groups.values())

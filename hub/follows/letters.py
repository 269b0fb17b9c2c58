"""The mail about what is new: one line a thing, under what one follows, with the ways to stop it without signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from hub.core.outbox import queue_mail
from hub.follows import queries
from hub.follows.models import KINDS, OFFICE, ORGANIZERS
from hub.follows.queries import Reader, Waiting, digest_key
from hub.follows.things import Thing
from hub.follows.tokens import manage_token, stop_token, unsubscribe_token
from hub.follows.told import Line, News, lines_of
from hub.web.formats import absolute
from hub.web.letters import write_letter
from hub.web.locale import speaking
from hub.web.zones import in_zone

MOST_LINES = 50
MOST_EVENTS = 5  # of one thing that are told; its page tells of all
_UNSUBSCRIBE = "/unsubscribe/"


@dataclass
class Item:
    """What happened to one thing, in one line: the newest first."""

    because: Thing
    news: list[News]


@dataclass
class Group:
    """What is new of one thing she follows, and the path that ends the follow; empty for what is her work."""

    thing: Thing
    stop: str
    items: list[Item] = field(default_factory=list)


def unsubscribe_path(*, user_id: int | None = None, subscriber_id: int | None = None) -> str:
    """Return the path that stops all mail of a reader; only the hub can make it, and it does not run out."""
    return _UNSUBSCRIBE + unsubscribe_token(user_id=user_id, subscriber_id=subscriber_id)


def stop_path(reader: Reader, thing: Thing) -> str:
    """Return the path that ends a reader's follow of a thing; empty where she follows nothing, as it is her work."""
    return _UNSUBSCRIBE + stop_token(reader, thing.kind, thing.key) if thing.kind in KINDS else ""


def queue_digest(reader: Reader, waiting: Sequence[Waiting], languages: Sequence[str], now: datetime) -> bool:
    """Queue one mail about these notifications (newest first), inside the `transaction()` that marks them as mailed.

    What is no longer public is left out; False when nothing is left to tell.
    """
    language = reader.language if reader.language in languages else "en"
    with speaking(language), in_zone(reader.zone):
        items, more = _items(reader, waiting)
    if not items:
        return False
    path = unsubscribe_path(user_id=reader.user_id, subscriber_id=reader.subscriber_id)
    managed = "/following" if reader.user else f"/follow/mail/{manage_token(reader.subscriber_id or 0)}"
    letter = write_letter(
        "digest", language, person=reader.name, has_account=reader.user is not None, groups=_grouped(items, reader),
        total=len(items) + more, more=more, is_work=all(each.because.kind in (OFFICE, ORGANIZERS) for each in items),
        unsubscribe=absolute(path), managed=absolute(managed), base=absolute(""),
    )  # fmt: skip
    queue_mail(
        key=digest_key(reader.key, max(each.id for each in waiting)),
        to=reader.address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        now=now,
        headers={"List-Unsubscribe": f"<{absolute(path)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    return True


def _items(reader: Reader, waiting: Sequence[Waiting]) -> tuple[list[Item], int]:
    """Return what may be told of the things with the newest news, and how many more things there are."""
    things: dict[str, list[int]] = {}
    for each in waiting:
        things.setdefault(each.thing, []).append(each.id)
    rest, looked_at = iter(things.values()), 0
    items: list[Item] = []
    while len(items) < MOST_LINES and (part := list(islice(rest, MOST_LINES - len(items)))):
        looked_at += len(part)
        newest = [ids[:MOST_EVENTS] for ids in part]
        rows = queries.notifications_by_id([each for ids in newest for each in ids])
        lines = {line.id: line for line in lines_of(rows, reader.user)}
        told = [_item([lines[each] for each in ids if each in lines]) for ids in newest]
        items += [item for item in told if item is not None]
    return items, len(things) - looked_at


def _item(lines: Sequence[Line]) -> Item | None:
    """Return what happened to a thing, each thing that is said once; None where nothing of it is public."""
    news = {line.news.text: line.news for line in reversed(lines) if line.news is not None}
    because = next((line.because for line in lines if line.news is not None), None)
    return Item(because, list(reversed(news.values()))) if because is not None else None


def _grouped(items: Sequence[Item], reader: Reader) -> list[Group]:
    """Return the lines by what she follows, the thing with the newest line first."""
    groups: dict[tuple[str, str], Group] = {}
    for item in items:
        thing = item.because
        group = groups.setdefault((thing.kind, thing.key), Group(thing, stop_path(reader, thing)))
        group.items.append(item)
    return list(groups.values())

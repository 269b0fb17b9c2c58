"""In which time zone a request or a mail is answered: that of the person who reads it, UTC for visitors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import has_request_context
from sqlalchemy.exc import SQLAlchemyError

from hub.core.zones import UTC_NAME, zone_of
from hub.web.actor import signed_in_user

_current: ContextVar[str] = ContextVar("zone", default="")


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Write times in one zone while the block runs; for mail, which has a reader but no request."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def zone() -> ZoneInfo:
    """Return the zone that times are written in now."""
    named = _current.get()
    if not named and has_request_context():
        try:
            named = getattr(signed_in_user(), "zone", "")
        except SQLAlchemyError:  # the page that says the record is away has its times too
            named = ""
    return zone_of(named or UTC_NAME)


def local(moment: datetime) -> datetime:
    """Return a moment as the clock on the reader's wall shows it; one without a zone as it is."""
    return moment.astimezone(zone()) if moment.tzinfo is not None else moment


def short_name(moment: datetime) -> str:
    """Return what a zone is called at a moment: CET, KST, or UTC+3 where it has no letters of its own."""
    name = moment.tzname() or UTC_NAME
    if name[:1] in "+-":
        hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
        return f"{UTC_NAME}{name[0].replace('-', '−')}{hours}{':' + minutes if minutes.strip('0') else ''}"
    return name

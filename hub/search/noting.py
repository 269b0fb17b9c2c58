"""Letting searches that found nothing be counted, from the doors where people search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import structlog
from flask import Flask, current_app

from hub.core import clock
from hub.search.criteria import Criteria
from hub.search.misses import Key, Waiting, comparable, keep
from hub.search.results import CaseResults
from hub.web.pagecache import leave_out

_NAME = "search_misses"
log = structlog.get_logger()


def note_miss(criteria: Criteria, results: CaseResults | None, *, has_others: bool = False) -> None:
    """Count the words of a search whose first page found nothing; only the words, and never at the reader's cost.

    The page is not kept, so that it is made, and counted, each time. While there is no index nothing counts: the words
    may well stand in the texts.
    """
    if results is None or results.total or has_others or criteria.page > 1 or not results.is_indexed:
        return
    words = comparable(criteria.q)
    if not words:
        return
    leave_out()
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    waiting_of(app).note(words, clock.now().date(), flushes=not app.testing)


def waiting_of(app: Flask) -> Waiting:
    """Return what waits to be written in this process."""

    def write(counted: Mapping[Key, int]) -> None:
        with app.app_context():
            try:
                keep(counted)
            except Exception as error:  # the record is busy or away: these counts are not worth anybody's time
                log.warning("misses", dropped=len(counted), reason=str(error))

    waiting: Waiting = app.extensions.setdefault(_NAME, Waiting(write))
    return waiting

"""What the doors of this room share: the blueprint, the day asked for, the feed of newest records."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from hub.cities.queries import CityLine
from hub.commitments import documents, queries
from hub.commitments.asked import Asked, read_day, read_known
from hub.core import clock
from hub.vocabularies.queries import ItemView, vocabulary
from hub.web.formats import atom_feed
from hub.web.locale import gettext as _
from hub.web.params import Query

bp = Blueprint("commitments", __name__)


def today() -> date:
    """Return the day it is."""
    return clock.now().date()


def asked_day(query: Query) -> Asked:
    """Read a query that may name a day and what was known then (the parameters in `DAY`); raises Invalid."""
    return Asked(today(), read_day(query, today()), is_then=read_known(query))


def item_or_redirect(code: str) -> ItemView | AnyResponse:
    """Return the item, or the way to its right spelling; raises NotFound."""
    terms = vocabulary()
    if terms.find_item(code) is None and terms.find_item(code.upper()) is not None:
        address = request.path.replace(code, code.upper(), 1)
        query = request.query_string.decode("utf-8", "replace")
        return redirect(f"{address}?{query}" if query else address, 301)
    return terms.get_item(code)


def feed_of(asked: Asked, items: list[ItemView], found: list[CityLine], path: str, title: str) -> Response:
    """Return the newest records of these items and cities as a feed."""
    by_id = {city.id: city for city in found}
    lines = queries.newest_lines(
        50,
        items=[item.code for item in items],
        city_ids=list(by_id) if asked.region or asked.status else None,
        day=asked.day,
        known=asked.known,
    )
    page_path = path + "/" if path == "/commitments" else path
    return atom_feed(
        title=_("%(page)s: Human Rights Cities Hub", page=title),
        path=asked.url(f"{path}.atom"),
        page_path=asked.url(page_path),
        entries=documents.atom_entries(lines, by_id, vocabulary()),
    )

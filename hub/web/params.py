"""A strict reader of what is sent beside the path.

Query parameters: what cannot be is refused by name, what is unknown is left out and said so. Fields of a form that has
no class of its own, such as a single button: what is unknown is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask import current_app, g, request

from hub.core.errors import Invalid
from hub.core.text import has_control_characters
from hub.extensions import csrf
from hub.web.locale import asked_language, language

MAX_QUERY_BYTES = 8000
MAX_VALUES = 50
MAX_VALUE = 500
EVERYWHERE = frozenset({"lang"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Query:
    """The parameters of one request, checked for shape; the names not asked for are in `ignored`."""

    def __init__(self, raw: bytes, single: Collection[str], repeated: Collection[str]) -> None:
        if len(raw) > MAX_QUERY_BYTES:
            raise Invalid("query", "The address is longer than %(limit)s bytes.", limit=MAX_QUERY_BYTES)
        self._values: dict[str, list[str]] = {}
        self.ignored: list[str] = []
        known = set(single) | set(repeated) | EVERYWHERE
        for name, value in _pairs(raw):
            if name not in known:
                if name and name not in self.ignored:
                    self.ignored.append(name[:40])
                continue
            self._values.setdefault(name, []).append(_checked(name, value))
        for name, values in self._values.items():
            if name not in repeated and len(values) > 1:
                raise Invalid(name, "It was given more than once.")
            if len(values) > MAX_VALUES:
                raise Invalid(name, "It was given more than %(limit)s times.", limit=MAX_VALUES)

    def text(self, name: str, limit: int = MAX_VALUE) -> str:
        """Return one text, stripped, empty when missing; raises Invalid when longer than `limit` characters."""
        value = (self._values.get(name) or [""])[0].strip()
        if len(value) > limit:
            raise Invalid(name, "It is longer than %(limit)s characters.", limit=limit)
        return value

    def values(self, name: str) -> list[str]:
        """Return the texts of a repeated parameter, empty ones and doubles left out."""
        return list(dict.fromkeys(value.strip() for value in self._values.get(name, []) if value.strip()))

    def integer(self, name: str, default: int | None = None, low: int = 1, high: int = 10_000) -> int | None:
        """Return a whole number between `low` and `high`, or the default when missing; raises Invalid otherwise."""
        value = self.text(name, 40)
        if not value:
            return default
        if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
            raise Invalid(name, "Give a whole number from %(low)s to %(high)s.", low=low, high=high)
        return int(value)

    def date(self, name: str) -> date | None:
        """Return a date written as YYYY-MM-DD, None when missing; raises Invalid otherwise."""
        value = self.text(name, 40)
        if not value:
            return None
        try:
            if not _DATE.fullmatch(value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise Invalid(name, "Write the date as YYYY-MM-DD.") from None


def read_query(*, allowed: Collection[str] = (), repeated: Collection[str] = ()) -> Query:
    """Read the query of this request; raises Invalid naming the parameter that holds what it cannot hold."""
    query = Query(request.query_string, allowed, repeated)
    if asked_language() not in ("", language()):
        query.ignored.append("lang")
    g.ignored_parameters = query.ignored
    return query


def _pairs(raw: bytes) -> list[tuple[str, bytes]]:
    pairs = []
    for part in raw.split(b"&"):
        if not part:
            continue
        name, _, value = part.partition(b"=")
        key = unquote_to_bytes(name.replace(b"+", b" ")).decode("utf-8", "replace")
        pairs.append((key, unquote_to_bytes(value.replace(b"+", b" "))))
    return pairs


def _checked(name: str, value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(name, "It is not UTF-8 text.") from None
    if len(text) > MAX_QUERY_BYTES or has_control_characters(text):
        raise Invalid(name, "It holds a control character.")
    return text


def takes(*fields: str) -> Callable[[Any], Any]:
    """Declare which fields a view reads that has no form class; a view that declares none reads none."""

    def declare(view: Any) -> Any:
        view.takes = frozenset(fields)
        return view

    return declare


def check_fields() -> None:
    """Refuse a field that the view does not read, or that was sent twice; raises Invalid naming it.

    Views with a form class of their own are exempt from the general check of tokens, and from this one: their forms
    know their fields (hub/web/forms.py).
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint is None or request.routing_exception:
        return
    view = current_app.view_functions[request.endpoint]
    if f"{view.__module__}.{view.__name__}" in csrf._exempt_views:
        return
    known: frozenset[str] = getattr(view, "takes", frozenset()) | {"csrf_token", "form_key"}
    for name in {*request.form, *request.files}:
        if name not in known:
            raise Invalid(name[:40] if name.isprintable() else "?", "This form has no such field.")
        if len(request.form.getlist(name)) > 1:
            raise Invalid(name, "It was given more than once.")


def current_address() -> str:
    """Return path and query of this request as they may stand in a link."""
    query = quote(request.query_string.decode("utf-8", "replace"), safe="=&%+~:@!$'()*,;/?")
    return quote(request.path) + (f"?{query}" if query else "")

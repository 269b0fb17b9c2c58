"""The form in which titles are compared, made by the database itself on either engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, String, false, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from hub.core.db import db
from hub.search.language.terms import clean, fold, normal

_BETWEEN = r"\s!-/:-@\[-`{-~«»“”‘’–—…·¿¡"
_GAPS = re.compile(f"[{_BETWEEN}]+")
_HOLDS = "hub_holds"
_ACCENTS = "\u0300-\u036f"
# Letters that no decomposition makes plain; those that become two have a replacement each.
_SINGLE = ("øłđðħıς", "olddhiσ")
_DOUBLE = {"ß": "ss", "œ": "oe", "æ": "ae", "þ": "th"}


class comparable(GenericFunction[str]):
    """A text in lower case without accents, a space at each end and for whatever stands between words."""

    name = "hub_comparable"
    type = String()
    inherit_cache = True


def comparable_text(text: str) -> str:
    """Return what the database makes of a text by `comparable`."""
    plain = text.lower() if text.isascii() else fold(normal(clean(text)))
    return f" {_GAPS.sub(' ', plain).strip()} "


def _comparable(text: str | None) -> str | None:
    return None if text is None else comparable_text(text)


@compiles(comparable, "postgresql")
def _by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    """Spell it in functions that every server has; upper case beyond Latin follows the locale of the database."""
    made = f"normalize(lower(normalize({compiler.process(element.clauses, **options)}, NFKC)), NFKD)"
    made = f"normalize(regexp_replace({made}, '[{_ACCENTS}]', '', 'g'), NFC)"
    for letter, letters in _DOUBLE.items():
        made = f"replace({made}, '{letter}', '{letters}')"
    made = f"translate({made}, '{_SINGLE[0]}', '{_SINGLE[1]}')"
    return f"(' ' || trim(regexp_replace({made}, '[{_BETWEEN}]+', ' ', 'g')) || ' ')"


def prepare() -> None:
    """Teach this session's SQLite connection what it cannot do; PostgreSQL needs nothing."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.create_function(comparable.name, 1, _comparable, deterministic=True)
        driver.create_function(_HOLDS, 2, _holds, deterministic=True)


def _holds(text: str | None, wanted: str) -> bool:
    return text is not None and any(map(comparable_text(text).__contains__, wanted.split("\n")))


def order_of(column: Any) -> ColumnElement[str]:
    """Return what orders by title alike on both engines: by the letters' numbers, not by a locale."""
    made = comparable(column)
    return made.collate("C") if _is_postgresql() else made


def has_word_of(column: Any, beginnings: Iterable[str], *, anywhere: bool = False) -> ColumnElement[bool]:
    """Return the condition that a word of the column begins with one of these, or holds one, when `anywhere`."""
    found = (comparable_text(text).strip() for text in beginnings)
    wanted = [text if anywhere else f" {text}" for text in found if text]
    if _is_postgresql():
        return or_(false(), *(comparable(column).contains(text, autoescape=True) for text in wanted))
    # One call for all of them: most of the work is to bring the text into this form.
    return func.coalesce(getattr(func, _HOLDS)(column, "\n".join(wanted)) == 1, false()) if wanted else false()


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"

"""Which language a request is answered in, and how dates, numbers and names are written in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from babel import Locale
from babel.dates import format_date as babel_format_date
from babel.support import NullTranslations, Translations
from flask import Response, current_app, has_request_context, request
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError

from hub.core.paths import TRANSLATIONS
from hub.web.actor import signed_in_user

NATIVE_NAMES = {"en": "English", "ko": "한국어", "es": "Español", "fr": "Français"}


class LanguageLink(NamedTuple):
    """One entry of the language switch: this page in another language."""

    code: str
    name: str
    url: str
    is_current: bool


def cookie_name() -> str:
    """Return the name of the language cookie; bound to the host where the site is served over https."""
    return "__Host-lang" if current_app.config["SESSION_COOKIE_SECURE"] else "lang"


_current: ContextVar[str] = ContextVar("language", default="")


def begin_request() -> None:
    """Forget the language of the request before; runs first of all."""
    _current.set("")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Answer in one language while the block runs; for mail, which has a reader but no request."""
    token = _current.set(code)
    try:
        yield
    finally:
        _current.reset(token)


def language() -> str:
    """Return the language of this request: `?lang=`, the signed-in person's, the cookie, Accept-Language, English."""
    chosen = _current.get()
    if not chosen:
        if not has_request_context():
            return "en"
        chosen = _choose()
        _current.set(chosen)
    return chosen


@lru_cache(maxsize=16)
def _translations(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code])


def gettext(text: str, /, **values: Any) -> str:
    """Return a text in the language of the request, its %(name)s places filled.

    Pages have a hundred texts, and Flask-Babel looks up the request anew for each: this costs a tenth of it.
    """
    translated = _translations(language()).gettext(text)
    return _filled(translated, values) if values else translated


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Return the form of a text that fits a number, which fills %(num)d, in the language of the request."""
    return _filled(_translations(language()).ngettext(one, many, num), {"num": num, **values})


def _filled(text: str, values: dict[str, Any]) -> str:
    """Fill the places; where a value is HTML already, everything else is escaped and the whole is HTML."""
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(text) % values
    return text % values


def asked_language() -> str:
    """Return what `?lang=` says, whatever bytes the rest of the query holds."""
    pairs = request.query_string.split(b"&")
    return next((pair[5:].decode("ascii", "replace") for pair in pairs if pair.startswith(b"lang=")), "")


def _choose() -> str:
    offered: tuple[str, ...] = current_app.config["HUB"].languages
    asked = asked_language()
    if asked in offered:
        return asked
    signed_in = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"])
    try:
        own = getattr(signed_in_user(), "language", None) if signed_in else None
    except SQLAlchemyError:
        own = None  # the page that says so has words too
    for candidate in (own, request.cookies.get(cookie_name())):
        if candidate in offered:
            return str(candidate)
    return request.accept_languages.best_match(offered, default="en") or "en"


def remember_language(response: Response) -> Response:
    """Keep a language chosen by `?lang=` for the following pages."""
    asked = asked_language()
    if asked and asked == language() and request.cookies.get(cookie_name()) != asked:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            cookie_name(), asked, max_age=31_536_000, httponly=True, secure=secure, samesite="Lax"
        )  # fmt: skip
    return response


def language_links() -> list[LanguageLink]:
    """Return this page in every language, its query kept."""
    query = [pair for pair in parse_qsl(request.query_string.decode("utf-8", "replace")) if pair[0] != "lang"]
    links = []
    for code in current_app.config["HUB"].languages:
        url = f"{request.path}?{urlencode([*query, ('lang', code)])}"
        links.append(LanguageLink(code, NATIVE_NAMES[code], url, code == language()))
    return links


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def format_date(value: date | datetime, style: str = "long") -> str:
    """Return a date in the words of the current language."""
    return babel_format_date(value, format=style, locale=_locale(language()))


@lru_cache(maxsize=4096)
def _territory(code: str, language_code: str) -> str:
    return str(_locale(language_code).territories.get(code, code))


def country_name(code: str) -> str:
    """Return the name of a country (ISO 3166 alpha-2) in the current language."""
    return _territory(code, language())


@lru_cache(maxsize=1024)
def _language_name(code: str, language_code: str) -> str:
    return str(_locale(language_code).languages.get(code.split("-")[0], code))


def language_name(code: str) -> str:
    """Return the name of a language (BCP 47) in the current language."""
    return _language_name(code, language())


def in_language(texts: dict[str, Any] | None, code: str | None = None) -> str:
    """Return a text of the current language, else English, else any, from `{"en": "…"}` or `{"en": {"text": "…"}}`."""
    if not texts:
        return ""
    for candidate in (code or language(), "en", *texts):
        value = texts.get(candidate)
        if isinstance(value, dict):
            value = value.get("text")
        if isinstance(value, str) and value:
            return value
    return ""

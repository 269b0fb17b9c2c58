"""Errors as a page for people and as problem+json for programs; never a stack trace."""

from __future__ import annotations

import errno
import json
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from jinja2 import TemplateError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response as BaseResponse

from hub.core.db import db, is_busy
from hub.core.errors import HubError, Invalid, Unavailable
from hub.core.text import N_
from hub.web.locale import gettext as _
from hub.web.locale import language, ngettext

log = structlog.get_logger()
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
PROGRAM_SUFFIXES = (".json", ".csv", ".atom", ".ics", ".md", ".bib", ".ris", ".pdf")


def register(app: Flask) -> None:
    """Turn the hub's own errors, HTTP errors and anything unforeseen into answers."""
    app.register_error_handler(HubError, _own)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _unforeseen)


def wants_problem() -> bool:
    """Tell whether the asker is a program: by the suffix of the address, or by what it accepts."""
    if request.path.startswith("/api/") or request.path.endswith(PROGRAM_SUFFIXES):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def _own(error: HubError) -> Response:
    if isinstance(error, Invalid):
        detail = _("“%(field)s”: %(message)s", field=error.field, message=_(error.message, **error.values))
        return answer(error.status, detail, extra={"parameter": error.field})
    detail = _(str(error)) if isinstance(error, Unavailable) else ""
    response = answer(error.status, detail)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response | BaseResponse:
    if error.code is None or error.code < 400:
        return error.get_response()  # a redirect, which is no error
    original = error.get_response()
    if error.code == 429:
        return _too_fast(original.headers.get("Retry-After", "60"))
    response = answer(error.code, "")
    for name in ("Allow", "Retry-After"):
        if name in original.headers:
            response.headers[name] = original.headers[name]
    return response


def _too_fast(seconds: str) -> Response:
    """Say when to come back; this is made without the record, for it is what too many requests get."""
    minutes = max(1, -(-int(seconds) // 60))
    detail = ngettext("Wait %(num)d minute, then go back and try again.",
                      "Wait %(num)d minutes, then go back and try again.", minutes)  # fmt: skip
    if wants_problem():
        response = answer(429, detail)
    else:
        heading, _detail = _words(429)
        page = current_app.jinja_env.get_template("site/wait.html")
        response = Response(page.render(lang=language(), heading=heading, message=detail), 429)
    response.headers["Retry-After"] = seconds
    response.headers["Cache-Control"] = "no-store"
    return response


def _database(error: SQLAlchemyError) -> Response:
    if is_busy(error):
        return _unavailable(N_("The record is busy. Please try again in a moment."), error)
    return _unforeseen(error)


def _disk(error: OSError) -> Response:
    if error.errno in FULL:
        return _unavailable(N_("There is no room left to keep this. Please try again later."), error)
    return _unforeseen(error)


def _unavailable(message: str, error: Exception) -> Response:
    log.warning("unavailable", path=request.path, error=f"{type(error).__name__}: {error}"[:500])
    _end_reading()
    return _own(Unavailable(message))


def _end_reading() -> None:
    """End what was read, so that the error's own page begins anew; a lost connection can refuse even that."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen", path=request.path, exc_info=error)
    _end_reading()
    return answer(500, "")


def answer(status: int, detail: str, extra: dict[str, Any] | None = None) -> Response:
    """Return an error as problem+json or as a page in the hub's look."""
    heading, message = _words(status)
    if wants_problem():
        title = HTTP_STATUS_CODES.get(status, "Error")
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail or message}
        problem |= {"instance": request.path, "request_id": g.get("request_id", "")} | (extra or {})
        body = json.dumps(problem, ensure_ascii=False)
        return Response(body, status, content_type="application/problem+json; charset=utf-8")
    try:
        page = render_template(
            "site/error.html",
            status=status,
            heading=heading,
            message=detail or message,
            request_id=g.get("request_id", ""),
            search_value="",
        )
    except (TemplateError, SQLAlchemyError, HubError):
        # The layout itself needs the database, and so does what every template is given; the words alone must do.
        bare = current_app.jinja_env.get_template("site/error_bare.html")
        page = bare.render(lang=language(), heading=heading, message=detail or message)
    return Response(page, status, content_type="text/html; charset=utf-8")


def _words(status: int) -> tuple[str, str]:
    if status == 400:
        return _("That address does not work"), _("Something in the address cannot be read.")
    if status == 401:
        return _("Please sign in"), _("This page is for members. Sign in and come back.")
    if status == 403:
        return _("This is not open to you"), _("Your account may not do this. An organizer can help.")
    if status == 404:
        return _("This page is not here"), _("It may have moved, or the address has a slip. Search for it.")
    if status == 405:
        return _("This cannot be done here"), _("The page does not take that kind of request.")
    if status == 409:
        return _("Someone else changed this"), _("Look at both versions and save again.")
    if status == 413:
        return _("That is too large"), _("Send less at once.")
    if status == 429:
        return _("That was very fast"), _("Wait a minute, then try again.")
    if status == 503:
        return _("The hub is busy"), _("Try again in a moment. Nothing you sent was lost on the way in.")
    if status >= 500:
        return _("Something broke on our side"), _("It was noted. Try again; if it stays, tell the organizers.")
    return _("This did not work"), str(default_exceptions.get(status, HTTPException).description or "")

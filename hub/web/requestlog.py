"""Structured logs: one JSON line a request, each with the request's id."""

from __future__ import annotations

import logging
import re
import sys
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from hub.core.log import Origin, come_from

log = structlog.get_logger()
QUIET = ("/static/", "/healthz")


def configure_logging(level: int = logging.INFO) -> None:
    """Write logs to standard error as one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # looked up anew: it may be another one by now
        cache_logger_on_first_use=False,
    )


def register(app: Flask) -> None:
    """Give every request an id, answer with it, and log how the request ended."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else uuid4().hex
    g.started = time.perf_counter()
    rule = request.url_rule.rule if request.url_rule is not None else ""
    come_from(Origin(f"web {request.method} {rule}", request.remote_addr or "", g.request_id))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if not request.path.startswith(QUIET):
        took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        log.info("request", method=request.method, path=_path(), status=response.status_code, ms=took)
    return response


def _path() -> str:
    """Return the path as it may be kept: a token of a mailed link is a secret, so its place stands for it."""
    rule = request.url_rule
    return rule.rule if rule is not None and "token" in (request.view_args or {}) else request.path

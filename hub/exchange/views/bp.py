"""The blueprint of the room, and what several of its doors need."""

from __future__ import annotations

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

bp = Blueprint("exchange", "hub.exchange.views")


def private(page: ResponseReturnValue, status: int = 200) -> ResponseReturnValue:
    """Return a page marked as never to be stored."""
    response = make_response(page)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response

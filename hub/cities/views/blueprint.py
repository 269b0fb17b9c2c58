"""The blueprint of the room, and what several of its doors need."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from hub.cities.service import Letter
from hub.core.uploads import MAX_BYTES, read_upload

bp = Blueprint("cities", "hub.cities.views")


def private(page: ResponseReturnValue, status: int = 200) -> ResponseReturnValue:
    """Return a page marked as never to be stored."""
    response = make_response(page)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def stored_letter(file: FileStorage | None) -> Letter | None:
    """Store an uploaded letter, before the row that names it; None where none was sent. Raises Invalid."""
    if file is None or not file.filename:
        return None
    upload = read_upload("letter", file.filename, file.stream.read(MAX_BYTES + 1))
    return Letter(upload.store(current_app.config["HUB"].files_dir), upload.name, upload.mime)

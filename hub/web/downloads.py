"""Giving out stored files; whoever calls this has asked the room's policy first."""

from __future__ import annotations

from flask import Response, abort, current_app, request, send_file

from hub.core.files import blob_path

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def stored_file(sha256: str, name: str, mime: str, *, is_public: bool) -> Response:
    """Answer with a stored file: images in place, everything else as a download; nothing in it can run."""
    path = blob_path(current_app.config["HUB"].files_dir, sha256)
    if not path.is_file():
        abort(404)
    response = send_file(
        path, mimetype=mime, as_attachment=not mime.startswith("image/"), download_name=name, etag=sha256, max_age=None
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    # Whoever keeps it asks again each time: what was taken back meanwhile is refused.
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "no-store"
    response.make_conditional(request)
    return response

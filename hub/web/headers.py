"""What every response says about safety and caching."""

from __future__ import annotations

from flask import Response, current_app, request

from hub.web.actor import signed_in_user

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",  # not 'none': older Firefox asks it for the icons of another file
        "object-src 'none'",
        "frame-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
ANONYMOUS_CACHE = "public, max-age=60"
STATIC_CACHE = "public, max-age=31536000, immutable"


def add_headers(response: Response) -> Response:
    """Add the security headers, and the caching rules of pages for people signed in and not."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.config["HUB"].base_url.startswith("https"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = (
            STATIC_CACHE if request.query_string.startswith(b"v=") else "public, max-age=3600"
        )
        return response
    return _add_cache_rules(response)


def _add_cache_rules(response: Response) -> Response:
    if response.headers.get("Cache-Control"):
        return response
    carries_session = bool(request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]))
    if (carries_session and signed_in_user()) or request.method not in ("GET", "HEAD"):
        response.headers["Cache-Control"] = "no-store"
        return response
    response.vary.update(["Accept-Language", "Cookie"])
    if response.status_code != 200:
        response.headers["Cache-Control"] = "no-cache"
        return response
    response.headers["Cache-Control"] = ANONYMOUS_CACHE
    if not response.is_streamed and not response.direct_passthrough:
        response.add_etag()
        response.make_conditional(request)
    return response

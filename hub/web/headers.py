"""What every response says about safety and caching."""

from __future__ import annotations

from flask import Response, current_app, request, session

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",  # not 'none': older Firefox asks it for the icons of another file
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "worker-src 'none'",
        "media-src 'none'",
        "manifest-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # no script of ours writes HTML, and none may begin to
        "trusted-types 'none'",
    ]
)
NOT_USED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
PERMISSIONS = ", ".join(
    [
        *(f"{feature}=()" for feature in NOT_USED),
        "publickey-credentials-create=(self)",  # passkeys
        "publickey-credentials-get=(self)",
    ]
)
ANONYMOUS_CACHE = "public, max-age=60"
STATIC_CACHE = "public, max-age=31536000, immutable"


def add_headers(response: Response) -> Response:
    """Add the security headers, and the caching rules of pages for people signed in and not.

    To be registered before what sets cookies, so that it sees them.
    """
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer" if _holds_token() else "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.path.startswith("/static/"):
        headers["Cache-Control"] = STATIC_CACHE if request.query_string.startswith(b"v=") else "public, max-age=3600"
        return response
    return _add_cache_rules(response)


def _holds_token() -> bool:
    """Tell whether the address itself is a secret, which no other place may hear of and no disk keep."""
    return "token" in (request.view_args or {})


def _is_signed_in() -> bool:
    """Tell whether this browser says it is signed in; whether that holds is not asked, so the record may be away."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and "_user_id" in session


def _add_cache_rules(response: Response) -> Response:
    response.vary.update(["Accept-Language", "Cookie"])
    is_reading = request.method in ("GET", "HEAD")
    if _is_signed_in() or _holds_token() or not is_reading or "Set-Cookie" in response.headers:
        response.headers["Cache-Control"] = "no-store"
        return response
    if response.headers.get("Cache-Control"):
        return response
    if response.status_code != 200:
        response.headers["Cache-Control"] = "no-store" if response.status_code >= 400 else "no-cache"
        return response
    response.headers["Cache-Control"] = ANONYMOUS_CACHE
    if not response.is_streamed and not response.direct_passthrough:
        response.add_etag()
        if not {"If-Match", "If-Unmodified-Since"} & {name for name, _value in request.headers}:  # for writers
            response.make_conditional(request)
    return response

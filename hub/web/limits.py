"""Every limit on how often something may be asked, by name; a view puts the name above itself.

Counted in this process, or in Redis for all nodes together; while Redis is away each node counts for itself.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, RequestLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from hub.extensions import limiter, network_of_client
from hub.settings import Settings
from hub.web.actor import signed_in_user

UNCOUNTED = frozenset({"static", "assets.serve_stylesheet", "site.show_health"})

View = Callable[..., Any]


def asker() -> str:
    """Return what is counted together: an account where someone is signed in, else a network."""
    user = signed_in_user()
    return f"account {user.id}" if user is not None else f"network {network_of_client()}"


def _wide(number: int, span: str) -> Callable[[], str]:
    """Return a limit that the setting HUB_LIMIT_FACTOR makes wider."""
    return lambda: f"{number * current_app.config['HUB'].limit_factor} per {span}"


def _asks_nothing() -> bool:
    return not request.query_string


def _is_reading() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


def _files_sent() -> int:
    return sum(1 for sent in request.files.values() if sent.filename)


def _led_on(response: Response) -> bool:
    return response.status_code == 303


# Reading anything but static files and /healthz: far above what people read, below what makes pages slow for others.
READS = ApplicationLimit(_wide(600, "minute"), key_function=network_of_client, scope="reads").bind(limiter)

# Forms of any kind: more than a person sends with care, less than a program that went wrong.
WRITES = ApplicationLimit(
    _wide(600, "hour"), key_function=asker, scope="writes", exempt_when=_is_reading
).bind(limiter)  # fmt: skip

# Passwords and codes tried by one network, at each door: never wider, whatever the setting says.
guesses = limiter.limit("10 per minute", methods=["POST"])

# Challenges for passkeys that one network asks for, before anyone proved anything: never wider.
ceremonies = limiter.limit("30 per minute", methods=["POST"])

# Forms that anyone may fill in to have a mail sent, to an address that need not be theirs: never wider.
mails = limiter.limit("5 per hour", methods=["POST"])

# Mails that a member has sent to people of her choice.
invitations = limiter.shared_limit(_wide(60, "hour"), scope="invitations", key_func=asker, methods=["POST"])

# Words and filters: only what is not in memory comes so far, and each costs a search.
searches = limiter.shared_limit(
    _wide(120, "minute"), scope="searches", key_func=network_of_client, exempt_when=_asks_nothing
)

# Files, each of which is looked through and kept: of cases, evidence, letters, together.
uploads = limiter.shared_limit(
    _wide(60, "hour"), scope="uploads", key_func=asker, methods=["POST"], cost=_files_sent,
    exempt_when=lambda: not _files_sent(),
)  # fmt: skip

# Feeds looked at or checked on demand: each keeps a thread busy for as long as a site takes.
previews = limiter.shared_limit(_wide(30, "minute"), scope="previews", key_func=asker, methods=["POST"])


def failures(whose: Callable[[], str], has_failed: Callable[[], bool]) -> Callable[[View], View]:
    """Limit how often the proof for one account may fail, from wherever it is tried: never wider."""
    decorator: Callable[[View], View] = limiter.shared_limit(
        "50 per hour", scope="proof of an account", key_func=whose, methods=["POST"],
        deduct_when=lambda _response: has_failed(),
    )  # fmt: skip
    return decorator


_tries = limiter.limit("30 per hour", methods=["POST"])
_sendings = limiter.limit("5 per hour", methods=["POST"], deduct_when=_led_on)


def applications(view: View) -> View:
    """Limit wishes of visitors (to join, to hear by mail, to reply): few that are sent, more that come back for a slip.

    Each sends a mail; never wider.
    """
    return _tries(_sendings(view))


def configure(app: Flask, settings: Settings) -> None:
    """Translate the settings into Flask-Limiter's own names."""
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
        RATELIMIT_SWALLOW_ERRORS=True,  # a limit that cannot be counted stops nobody
        RATELIMIT_ON_BREACH_CALLBACK=_say_when,
    )
    if settings.redis_url:
        # A Redis that is away must not be waited for: the next request counts here.
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0),
        }  # fmt: skip


def register(app: Flask) -> None:
    """Count requests; to be registered before anything that asks the record."""
    limiter.limit_manager.set_application_limits([READS, WRITES])
    limiter.init_app(app)


def _say_when(breached: RequestLimit) -> Response:
    """Return what tells the one error page when to come back."""
    seconds = max(1, math.ceil(breached.window[0] - time.time()))
    return Response(status=429, headers={"Retry-After": str(seconds)})


@limiter.request_filter
def _is_uncounted() -> bool:
    return request.endpoint in UNCOUNTED

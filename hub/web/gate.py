"""Deny by default: every route says for every method who may, and a request that nobody allowed goes no further."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, abort, current_app, redirect, request
from werkzeug.wrappers import Response

from hub.core import clock
from hub.core.text import has_control_characters
from hub.web.actor import signed_in_user

PUBLIC = "public"
MEMBER = "member"  # anyone signed in
WRITER = "writer"  # who writes for a city: coordinators and contributors
COORDINATOR = "coordinator"  # of any city; which one is for the room's policy
ORGANIZER = "organizer"
_ROLES = {WRITER: {"coordinator", "contributor"}, COORDINATOR: {"coordinator"}, ORGANIZER: {"organizer"}}

FRESH = timedelta(minutes=15)  # how long a proof of who one is counts for a sensitive step
TO_READ = timedelta(
    minutes=10
)  # how old it may be when the page with the form is opened, so that time is left to fill it
PROVE = "/confirm"  # where one proves again who one is
SET_UP_FACTOR = "/account/security"  # where an organizer sets up what her role waits for

View = Callable[..., Any]


class UndeclaredRoute(Exception):
    """A route has a method without a permission; the application does not start."""


def permission(name: str, *methods: str) -> Callable[[View], View]:
    """Declare who may call a view, for the methods named or for all of its methods."""
    if not name:
        raise ValueError("a permission needs a name")

    def declare(view: View) -> View:
        declared = dict(getattr(view, "permissions", {}))
        declared.update(dict.fromkeys(methods or ("*",), name))
        view.permissions = declared  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that anyone may call a view."""
    return permission(PUBLIC)(view)


def sensitive(*methods: str) -> Callable[[View], View]:
    """Declare that a view's methods (all when none is named) need a proof of who one is, at most 15 minutes old."""

    def declare(view: View) -> View:
        view.sensitive = frozenset(methods or ("*",))  # type: ignore[attr-defined]
        return view

    return declare


def is_fresh(user: Any, *, within: timedelta = FRESH) -> bool:
    """Tell whether a person proved lately who she is, on the device she asks from."""
    return bool(abs(clock.now() - user.proved_at) <= within)  # nor by a clock that ran ahead


def declared_permission(app: Flask, endpoint: str, method: str) -> str:
    """Return the permission that an endpoint declares for a method, empty when it declares none."""
    if endpoint == "static":
        return PUBLIC
    declared: dict[str, str] = getattr(app.view_functions[endpoint], "permissions", {})
    method = "GET" if method in ("HEAD", "OPTIONS") else method
    return declared.get(method) or declared.get("*", "")


def list_routes(app: Flask) -> list[dict[str, Any]]:
    """Return one row per rule and method: `rule`, `methods` (one) and `permission`."""
    rows = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            permission_name = declared_permission(app, rule.endpoint, method)
            rows.append({"rule": rule.rule, "methods": [method], "permission": permission_name})
    return sorted(rows, key=lambda row: (row["rule"], row["methods"]))


def require_declared(app: Flask) -> None:
    """Refuse to start while any rule and method has no permission; raises UndeclaredRoute naming them."""
    gaps = [f"{row['methods'][0]} {row['rule']}" for row in list_routes(app) if not row["permission"]]
    if gaps:
        raise UndeclaredRoute("no permission declared for: " + ", ".join(gaps))


def allows(user: Any, permission_name: str) -> bool:
    """Tell whether a user may pass the gate; what she may do with one thing is for that room's policy."""
    if permission_name == PUBLIC:
        return True
    if user is None:
        return False
    if permission_name == MEMBER:
        return True
    return bool(_ROLES.get(permission_name, set()) & user.roles)


def check_host() -> None:
    """Refuse a Host that is not ours, so that no link or cached page can be made to lead elsewhere."""
    if request.headers.get("Host", "").lower() not in current_app.config["HUB"].trusted_hosts:
        abort(400)


def guard() -> Response | None:
    """Stop a request that its route's permission does not allow, or that needs a fresh proof of who one is."""
    if has_control_characters(request.path):
        abort(404)  # nothing has such a name, and PostgreSQL will not even look for it
    if request.endpoint is None or request.routing_exception is not None:
        return None
    name = declared_permission(current_app, request.endpoint, request.method)
    if name == PUBLIC:
        return None
    user = signed_in_user()
    if not name or not allows(user, name):
        if name == ORGANIZER and user is not None and user.needs_factor:
            return _sent_to(f"{SET_UP_FACTOR}?needed=1")
        abort(401 if name and user is None else 403)
    methods: frozenset[str] = getattr(current_app.view_functions[request.endpoint], "sensitive", frozenset())
    is_reading = request.method in ("GET", "HEAD")
    asked = methods & {"*", "GET" if is_reading else request.method}
    if asked and not is_fresh(user, within=TO_READ if is_reading else FRESH):
        return _sent_to(f"{PROVE}?next={quote(_page_of_form(), safe='/')}")
    return None


def _page_of_form() -> str:
    """Return the page to come back to: this one, or for what only takes a form, the page that the form was on."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    try:
        here = urlsplit(request.referrer or "")
    except ValueError:
        return "/account"  # a browser sends no such address
    return here.path if here.netloc == request.host and here.path else "/account"


def _sent_to(place: str) -> Response:
    response = redirect(place, 303)
    response.headers["Cache-Control"] = "no-store"
    return response

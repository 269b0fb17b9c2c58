"""The table of contents: settings, extensions, rooms, errors."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

import hub.models  # noqa: F401  every table is known before the database is bound
from hub import settings as hub_settings
from hub.cases import api as cases_api
from hub.cases import views as cases
from hub.cities import views as cities
from hub.commitments import views as commitments
from hub.core import clock
from hub.core.db import db
from hub.core.paths import STATIC, TEMPLATES, TRANSLATIONS
from hub.exchange import views as exchange
from hub.extensions import babel, csrf, login_manager
from hub.feeds import views as feeds
from hub.follows import views as follows
from hub.people import views as people
from hub.people.queries import find_active_user
from hub.people.service import LONG
from hub.search import suggesting
from hub.search import views as search
from hub.search.queries import newest_state
from hub.settings import Settings
from hub.site import context
from hub.site import views as site
from hub.vocabularies import views as vocabularies
from hub.web import assets, errors, gate, headers, limits, locale, pagecache, params, requestlog

ROOMS = (
    assets.bp,
    vocabularies.bp,
    people.bp,
    cities.bp,
    cases.bp,
    cases_api.bp,
    feeds.bp,
    exchange.bp,
    commitments.bp,
    search.bp,
    suggesting.bp,
    follows.bp,
    site.bp,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the hub, ready to serve; raises SettingError for bad settings, UndeclaredRoute for an open door."""
    settings = settings or hub_settings.load()
    requestlog.configure_logging(logging.WARNING if settings.testing else logging.INFO)
    app = Flask("hub", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    configure(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    bind_extensions(app, settings)
    requestlog.register(app)
    app.before_request(locale.begin_request)
    app.before_request(gate.check_host)
    limits.register(app)
    csrf.init_app(app)
    app.before_request(gate.guard)
    app.before_request(params.check_fields)
    for blueprint in ROOMS:
        app.register_blueprint(blueprint)
    context.register(app)
    app.after_request(headers.add_headers)
    app.after_request(locale.remember_language)
    pagecache.register(
        app,
        partial(newest_state, settings.index_dir),
        excluded=frozenset({"site.show_health", "people.sign_in", "assets.serve_stylesheet"}),
        most_bytes=settings.page_cache_mb * 1024 * 1024,
    )
    errors.register(app)
    gate.require_declared(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Translate the settings into Flask's own names."""
    secure = urlsplit(settings.base_url).scheme == "https"
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    app.config.update(
        HUB=settings,
        TESTING=settings.testing,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={} if settings.is_sqlite else {"pool_pre_ping": True, "pool_size": 10},
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        BABEL_DEFAULT_LOCALE="en",
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # a kept sign-in ends on its day; static files set no cookie
        PERMANENT_SESSION_LIFETIME=LONG,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
    )
    limits.configure(app, settings)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}


def bind_extensions(app: Flask, settings: Settings) -> None:
    """Bind the extensions that look at no request by themselves."""
    db.init_app(app)
    babel.init_app(app, locale_selector=locale.language)
    login_manager.init_app(app)
    login_manager.user_loader(lambda token: find_active_user(token, clock.now()))
    login_manager.unauthorized_handler(lambda: Response(status=401))

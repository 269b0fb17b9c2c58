"""What every template may use."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, g, request
from flask_login import current_user

from hub.core import clock
from hub.vocabularies.queries import vocabulary
from hub.web.assets import asset
from hub.web.locale import (
    country_name,
    format_date,
    gettext,
    in_language,
    language,
    language_links,
    language_name,
    ngettext,
)


class Patch(NamedTuple):
    """One patch of the control bar: a way into a principle from every page."""

    number: int
    code: str
    label: str
    short: str
    url: str


def register(app: Flask) -> None:
    """Give templates the layout's data and the language-aware helpers."""
    app.context_processor(layout_context)
    app.jinja_env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        asset=asset,
        format_date=format_date,
        country_name=country_name,
        language_name=language_name,
        in_language=in_language,
    )


def layout_context() -> dict[str, Any]:
    """Return what the layout shows: language, date, navigation, control bar, who is signed in."""
    signed_in = current_user.is_authenticated
    return {
        "lang": language(),
        "languages": language_links(),
        "today": clock.now().date(),
        "control_bar": control_bar(),
        "nav_current": "",
        "current_user_name": current_user.name if signed_in else None,
        "ignored_parameters": g.get("ignored_parameters", []),
        "current_path": request.full_path if request.query_string else request.path,
    }


def control_bar() -> list[Patch]:
    """Return the ten principles in their order, named in the current language."""
    return [
        Patch(
            term.number or 0,
            term.code,
            in_language(term.labels),
            in_language(term.short),
            f"/cases/?principle={term.code}",
        )
        for term in vocabulary().top("gwangju")
    ]

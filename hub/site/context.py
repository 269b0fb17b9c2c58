"""What every template may use."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, g

from hub.core import clock
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.assets import asset
from hub.web.dates import date_span, format_day, format_moment
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
from hub.web.params import current_address
from hub.web.zones import local


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
        date_span=date_span,
        format_date=format_date,
        format_day=format_day,
        format_moment=format_moment,
        country_name=country_name,
        language_name=language_name,
        in_language=in_language,
    )


def layout_context() -> dict[str, Any]:
    """Return what the layout shows: language, date, navigation, control bar, who is signed in."""
    user = signed_in_user()
    return {
        "lang": language(),
        "languages": language_links(),
        "today": local(clock.now()).date(),
        "control_bar": control_bar(),
        "nav_current": "",
        "current_user_name": user.name if user else None,
        "current_path": current_address(),
        "ignored_parameters": g.get("ignored_parameters", []),
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

"""What the organizers' pages of sources share: what may be chosen, and what a check may do outside."""

from __future__ import annotations

from uuid import uuid4

from flask import current_app

from hub.cities.queries import list_cities
from hub.feeds import health
from hub.feeds.forms import Choices, SourceForm
from hub.feeds.models import FeedSource
from hub.feeds.sync import Reach
from hub.vocabularies.queries import vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language, language_name

LANGUAGES = ("en", "ko", "es", "fr", "ar", "ca", "de", "id", "it", "ja", "nl", "pt", "sv", "tr", "zh")


def offer(form: SourceForm, source: FeedSource | None = None) -> None:
    """Tell a form what may be chosen; what a source has already stays possible."""
    own = [source.language] if source and source.language and source.language not in LANGUAGES else []
    languages = sorted(((code, language_name(code)) for code in (*LANGUAGES, *own)), key=lambda pair: pair[1])
    principles = [(term.code, f"{term.code} {in_language(term.labels)}") for term in vocabulary().top("gwangju")]
    organisations = [(each.slug, each.name) for each in health.list_organisations()]
    form.offer(
        [("", _("As each story says")), *languages], principles, cities(), [("", _("None of these")), *organisations]
    )


def cities() -> Choices:
    """Return slug and name of every city."""
    return [(city.slug, city.label(language())) for city in list_cities()]


def reach() -> Reach:
    """Return what a look or a check may do outside."""
    settings = current_app.config["HUB"]
    return Reach(settings.fetch_allow, f"{settings.base_url}/about")


def owner() -> str:
    """Return a name for this check that no other has."""
    return f"web:{uuid4().hex}"

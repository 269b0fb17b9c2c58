"""Adaptations in the words of the current language."""

from __future__ import annotations

from hub.cases.rows import city_label
from hub.exchange.models import ADAPTING, CONSIDERING, RUNNING, STATES, STOPPED, Adaptation
from hub.web.dates import partial_date
from hub.web.locale import country_name
from hub.web.locale import gettext as _


def state_label(state: str) -> str:
    """Return how far a city is with a practice, as a name: Considering, Adapting, Running, Stopped."""
    words = {CONSIDERING: _("Considering"), ADAPTING: _("Adapting"), RUNNING: _("Running"), STOPPED: _("Stopped")}
    return words.get(state, state)


def state_meanings() -> list[tuple[str, str]]:
    """Return the states in their order, each with what it means."""
    words = {
        CONSIDERING: _("Considering: we look at whether it would work here"),
        ADAPTING: _("Adapting: we are making it our own"),
        RUNNING: _("Running: it is at work here"),
        STOPPED: _("Stopped: we gave it up, before or after it ran"),
    }
    return [(state, words[state]) for state in STATES]


def state_since(state: str, since: str) -> str:
    """Return how far a city is with a practice and since when, as a short phrase; without a date the state alone."""
    if not since:
        return state_label(state)
    date = partial_date(since, "medium")
    words = {
        CONSIDERING: _("Considering since %(date)s", date=date),
        ADAPTING: _("Adapting since %(date)s", date=date),
        RUNNING: _("Running since %(date)s", date=date),
        STOPPED: _("Stopped: %(date)s", date=date),
    }
    return words.get(state, state)


def sentence(city: str, state: str) -> str:
    """Return as a heading how far a city is with a practice."""
    words = {
        CONSIDERING: _("%(city)s considers this practice", city=city),
        ADAPTING: _("%(city)s is adapting this practice", city=city),
        RUNNING: _("%(city)s runs this practice", city=city),
        STOPPED: _("%(city)s has stopped this practice", city=city),
    }
    return words.get(state, city)


def origin_place(adaptation: Adaptation) -> str:
    """Return whose practice it is: a city, the country of a national programme, or the place as it was written."""
    city = adaptation.from_city
    if city is not None:
        return city_label(city)
    if adaptation.origin is not None:
        return country_name(adaptation.origin.country)
    return adaptation.origin_place

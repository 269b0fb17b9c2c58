"""Cities to learn from in the words of the current language: why they are near, and whom to ask there."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from hub.cities.nearness import COUNTRY, KIND, LANGUAGE, REGION, SIZE, Nearness, Profile
from hub.cities.profile import Link, link
from hub.people.addresses import is_address
from hub.web.locale import gettext as _


class Ask(NamedTuple):
    """Whom to ask in a city: its office with a public address, else the door for questions on its page."""

    office: str
    link: Link | None
    door: str  # the path of the city's question door


def reason_words(near: Nearness) -> str:
    """Return what is alike in a few words, empty where nothing is."""
    words = {
        COUNTRY: _("same country"),
        LANGUAGE: _("same language"),
        SIZE: _("similar size"),
        KIND: _("same kind of government"),
        REGION: _("same region of the world"),
    }
    return ", ".join(words[reason] for reason in near.reasons)


def ask_of(city: Profile) -> Ask:
    """Return whom to ask in a city."""
    address = city.contact_address or ""
    found = Link(f"mailto:{quote(address, safe='@')}", address) if is_address(address) else link(address)
    return Ask(city.contact_office or "", found, f"/cities/{city.slug}#ask")

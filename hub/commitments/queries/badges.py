"""Reads of badges: every award of a city, worked out from its records."""

from __future__ import annotations

from datetime import date, datetime

from hub.commitments.awards import Award, awards, awards_on
from hub.commitments.queries.checks import checks_of
from hub.commitments.queries.lines import list_lines
from hub.vocabularies.queries import vocabulary


def city_awards(city_id: int, known: datetime | None = None) -> list[Award]:
    """Return every badge that a city has, had or will have if nothing more is said, by what was known at a moment.

    By family in their order, the highest badge first, then by day. The same for every reader: it rests on what is
    public.
    """
    terms = vocabulary()
    counted = {item.code for item in terms.items.values() if item.family}
    lines = [line for line in list_lines(city_id=city_id, with_evidence=True) if line.item_code in counted]
    found = awards(lines, terms.items, checks_of([line.id for line in lines]), known)
    places = {family: place for place, family in enumerate(terms.schemes.get("families", {}))}
    return sorted(found, key=lambda award: places.get(award.family, len(places)))


def city_badges(city_id: int, day: date, known: datetime | None = None) -> list[Award]:
    """Return the highest badge of each family that a city has on a day, by what was known at a moment."""
    return awards_on(city_awards(city_id, known), day)

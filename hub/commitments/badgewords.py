"""Badges and their rule in the words of the current language, and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.commitments.awards import Award, Ground, awards_on
from hub.commitments.badges import ACTIVE, COMMITTED, VERIFIED
from hub.vocabularies.queries import ItemView, TermView, Vocabulary
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language

RULES = "/commitments/badges"


@dataclass(frozen=True, slots=True)
class Rest:
    """A record that a badge rests on: its item, in words, and where it is."""

    code: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A badge that a city has or had: which, of what family, from when until when (None: while it is in force)."""

    code: str
    label: str
    family: str
    family_label: str
    rule: str
    first: date
    last: date | None
    rests: tuple[Rest, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of instruments, what its badges say, and the items that carry them."""

    code: str
    label: str
    says: str
    items: tuple[ItemView, ...]


def badge_labels() -> dict[str, str]:
    """Return the names of the badges, the lowest first."""
    return {COMMITTED: _("Committed"), ACTIVE: _("Active"), VERIFIED: _("Verified")}


def badge_rules() -> dict[str, str]:
    """Return what each badge asks, in a sentence or two."""
    return {
        COMMITTED: _(
            "An item of the family stands at adopted or above, and was spoken of within its cycle and the grace that "
            "follows. An item without a cycle counts as long as it is in force."
        ),
        ACTIVE: _(
            "The same, and the item is operating or reported, with evidence that anyone may read and that has not run "
            "out."
        ),
        VERIFIED: _(
            "The same, and someone other than the city has confirmed it: an organizer who read the documents, another "
            "city, or a published register. It ends when that confirmation runs out."
        ),
    }


def badge_rows(found: Iterable[Award], terms: Vocabulary, slug: str, day: date) -> list[BadgeRow]:
    """Return the highest badge of each family that a city has on a day; `found` are its awards."""
    return [_row(award, award.rests_on(day), terms, slug) for award in awards_on(found, day)]


def past_rows(found: Iterable[Award], terms: Vocabulary, slug: str, day: date) -> list[BadgeRow]:
    """Return the badges that a city had before a day and has no more, the one that ended last first."""
    over = [award for award in found if award.last is not None and award.last < day]
    ended = sorted(over, key=lambda award: (award.last or day, award.first), reverse=True)
    return [_row(award, award.grounds, terms, slug) for award in ended]


def family_url(family: str) -> str:
    """Return where the rule of a family's badges is told."""
    return f"{RULES}#{family}"


def families(terms: Vocabulary) -> list[Family]:
    """Return every family that carries badges, with its items in use, in their order."""
    return [
        Family(term.code, in_language(term.labels), in_language(term.descriptions), items)
        for term in terms.scheme("families")
        if (items := _items_of(term, terms))
    ]


def badge_fields(award: Award, terms: Vocabulary, slug: str, day: date) -> dict[str, Any]:
    """Return a badge of a city for programs: which, from when, the last day if there is one, and what it rests on."""
    return {
        "family": award.family,
        "family_label": _family_label(award.family, terms),
        "badge": award.badge,
        "since": award.first.isoformat(),
        "until": award.last.isoformat() if award.last else None,
        "rests_on": [
            {
                "item": ground.item_code,
                "record": ground.record_id,
                "status": ground.status,
                "url": absolute(_record_url(ground, slug)),
            }
            for ground in award.rests_on(day)
        ],
        "rule": absolute(family_url(award.family)),
    }


def _items_of(term: TermView, terms: Vocabulary) -> tuple[ItemView, ...]:
    return tuple(item for item in terms.items.values() if item.family == term.code and item.replaced_by is None)


def _row(award: Award, grounds: Iterable[Ground], terms: Vocabulary, slug: str) -> BadgeRow:
    rests = {}
    for ground in grounds:
        item = terms.find_item(ground.item_code)
        label = in_language(item.short or item.labels) if item else ""
        rests[ground.item_code] = Rest(ground.item_code, label, _record_url(ground, slug))
    return BadgeRow(
        award.badge, badge_labels()[award.badge], award.family, _family_label(award.family, terms),
        family_url(award.family), award.first, award.last, tuple(rests.values()),
    )  # fmt: skip


def _family_label(family: str, terms: Vocabulary) -> str:
    term = terms.find("families", family)
    return in_language(term.labels) if term else family


def _record_url(ground: Ground, slug: str) -> str:
    return f"/cities/{slug}/commitments#record-{ground.record_id}"

"""Statuses, turns and dates of commitments in the words of the current language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hub.cities.directory import Chip, region_name
from hub.cities.standing import status_label
from hub.commitments.asked import Asked
from hub.commitments.models import STATUSES, UNKNOWN
from hub.commitments.states import AGAIN, BACK, LATER, NOW, REPLACED, STOP, Step
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import format_date, in_language
from hub.web.locale import gettext as _


@dataclass(frozen=True, slots=True)
class Sign:
    """A status in a key or a bar: its code, its name, what it means, how often it stands here."""

    code: str
    label: str
    meaning: str
    count: int | None = None


def meanings() -> dict[str, str]:
    """Return what each status means, in a few words."""
    return {
        "not_started": _("The city says: not yet"),
        "pledged": _("Promised in public"),
        "adopted": _("Decided, joined or enacted"),
        "resourced": _("Has people and money"),
        "operating": _("At work"),
        "reported": _("At work, results published"),
        "lapsed": _("Ran out or was repealed"),
        "withdrawn": _("The city took it back"),
        "outside_competence": _("The law gives it to others"),
        UNKNOWN: _("Nobody has told us"),
    }


def signs(terms: Vocabulary, counts: Mapping[str, int] | None = None) -> list[Sign]:
    """Return the key of all statuses, `unknown` last, with how often each stands here where that is known."""
    said = meanings()
    return [
        Sign(code, status_label(code, terms), said[code], counts.get(code, 0) if counts is not None else None)
        for code in (*STATUSES, UNKNOWN)
    ]


def turn_words(step: Step) -> str:
    """Return what turn a record was, empty where it was an ordinary step."""
    return {STOP: _("Given up"), BACK: _("Back to a lower rung"), AGAIN: _("Taken up again")}.get(step.turn, "")


def place_words(step: Step) -> str:
    """Return how a record stands on the day asked for."""
    words = {NOW: _("In force"), LATER: _("Not yet in effect"), REPLACED: _("Corrected by a later record")}
    return words.get(step.place, _("Earlier"))


def chips(asked: Asked, terms: Vocabulary) -> list[Chip]:
    """Return what narrows the matrix, each with the address without it."""
    found = []
    if asked.group and (group := terms.find("commitment-groups", asked.group)) is not None:
        label = f"{group.code} {in_language(group.labels)}"
        found.append(Chip(label, replace(asked, group="").url("/commitments/")))
    if asked.item and (item := terms.find_item(asked.item)) is not None:
        label = f"{item.code} {in_language(item.short) or in_language(item.labels)}"
        found.append(Chip(label, replace(asked, item="").url("/commitments/")))
    if asked.status:
        found.append(Chip(status_label(asked.status, terms), replace(asked, status="").url("/commitments/")))
    if asked.region:
        found.append(Chip(region_name(asked.region, terms), replace(asked, region="").url("/commitments/")))
    if asked.day:
        label = _("As of %(day)s", day=format_date(asked.day))
        found.append(Chip(label, replace(asked, day=None, is_then=False).url("/commitments/")))
        if asked.is_then:
            found.append(Chip(_("As the hub knew it then"), replace(asked, is_then=False).url("/commitments/")))
    return found

"""What an item asks, in its own words: its ladder with what shows each rung, its points, its family, its gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hub.cities.standing import status_label
from hub.commitments.badgewords import family_url
from hub.commitments.freshwords import cycle_words
from hub.commitments.itemversions import gaps, kind_words
from hub.commitments.models import LADDER
from hub.commitments.tally import Tally
from hub.commitments.wording import Sign, meanings
from hub.vocabularies.queries import GROUPS, ItemView, Vocabulary
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language, ngettext


class RungRow(NamedTuple):
    """One rung of an item's ladder: its sign, what it means here, in which language, and what shows it."""

    sign: Sign
    words: str
    language: str  # empty where it is the reader's own
    shown_by: list[str]  # any one of these documents


class PointRow(NamedTuple):
    """A point of an item and of how many cities something is known of it."""

    item: ItemView
    tally: Tally


class Beside(NamedTuple):
    """The other items of a commitment: those that the Declaration names, and related ones apart."""

    named: list[ItemView]
    related: list[ItemView]


class ItemRow(NamedTuple):
    """An item in the organizers' list."""

    item: ItemView
    kind: str
    family: str
    cycle: str
    gaps: list[str]  # languages in which something is missing
    is_point: bool


class GroupRow(NamedTuple):
    """One of the Five Commitments, or the related instruments, in the organizers' list."""

    code: str
    label: str
    items: list[ItemRow]


def said_in(texts: Mapping[str, Any]) -> str:
    """Return the language of the words that a reader is shown, empty where it is her own."""
    return "" if not texts or texts.get(language()) else "en"


def ladder(item: ItemView, terms: Vocabulary) -> list[RungRow]:
    """Return the ladder of an item; a rung that has no words of its own keeps the general ones."""
    general, rows = meanings(), []
    for code in LADDER:
        texts = item.rungs.get(code) or {}
        words = in_language(texts) or general[code]
        kinds = [terms.find("evidence_types", kind) for kind in item.proofs.get(code, ())]
        shown = [in_language(term.labels) for term in kinds if term is not None]
        rows.append(RungRow(Sign(code, status_label(code, terms), general[code]), words, said_in(texts), shown))
    return rows


def holds_words(item: ItemView) -> str:
    """Return how long what is said of an item holds, in sentences."""
    words = cycle_words(item)
    if item.lapse_months is None:
        return words
    return words + " " + ngettext(
        "Its network strikes off who stays silent for another %(num)d month.",
        "Its network strikes off who stays silent for another %(num)d months.",
        item.lapse_months,
    )  # fmt: skip


def untold(item: ItemView) -> bool:
    """Tell whether some of an item's words are not there yet in the reader's language, and stand in English."""
    texts = [item.labels, item.what, item.fulfilled_means, item.responsible_body, item.note, *item.rungs.values()]
    return any(said_in(each) for each in texts)


def beside(item: ItemView, terms: Vocabulary) -> Beside:
    """Return the other items in use of the same commitment, or the other points of the same item."""
    if item.parent_code is not None:
        return Beside([], [each for each in terms.points_of(item.parent_code) if each.code != item.code])
    others = [each for each in terms.items_of(item.group_code) if each.code != item.code and not each.replaced_by]
    named = [each for each in others if each.is_named_in_declaration]
    return Beside(named, [each for each in others if not each.is_named_in_declaration])


def replaced(code: str, terms: Vocabulary) -> list[ItemView]:
    """Return the items that this one stands in the place of."""
    every = (*terms.items.values(), *terms.points.values())
    return [each for each in every if each.replaced_by == code]


def point_rows(points: Iterable[ItemView], tallies: Iterable[Tally]) -> list[PointRow]:
    """Return the points of an item with how many cities are known of each."""
    counted = {tally.item_code: tally for tally in tallies}
    return [PointRow(point, counted[point.code]) for point in points]


def item_rows(terms: Vocabulary) -> list[GroupRow]:
    """Return every item and point for the organizers' list, by commitment."""
    kinds = kind_words()
    return [
        GroupRow(
            group.code,
            in_language(group.labels),
            [
                _row(each, kinds, terms)
                for item in terms.items_of(group.code)
                for each in (item, *(point for point in terms.points.values() if point.parent_code == item.code))
            ],
        )
        for group in terms.scheme(GROUPS)
    ]


def item_document(item: ItemView, terms: Vocabulary) -> dict[str, Any]:
    """Return what an item asks, for programs: the ladder, what shows each rung, the cycle, where it belongs."""
    return {
        "kind": item.kind,
        "named_in_declaration": item.is_named_in_declaration,
        "what": in_language(item.what),
        "counts_as_met": in_language(item.fulfilled_means),
        "ladder": [
            {
                "status": row.sign.code,
                "label": row.sign.label,
                "words": row.words,
                "evidence": list(item.proofs.get(row.sign.code, ())),
            }
            for row in ladder(item, terms)
        ],
        "evidence_types": list(item.evidence_types),
        "cycle_months": item.cycle_months,
        "grace_days": item.grace_days,
        "lapse_months": item.lapse_months,
        "family": item.family,
        "badge_rule": absolute(family_url(item.family)) if item.family else None,
        "part_of": item.parent_code,
        "points": [point.code for point in terms.points_of(item.code)],
        "replaced_by": item.replaced_by,
        "version": item.revision,
        "versions": absolute(f"/commitments/{item.code}/versions"),
    }


def _row(item: ItemView, kinds: Mapping[str, str], terms: Vocabulary) -> ItemRow:
    family = terms.find("families", item.family or "")
    cycle = _("%(num)s months", num=item.cycle_months) if item.cycle_months else _("none")
    texts = [item.labels, item.short, item.what, item.fulfilled_means, item.responsible_body, *item.rungs.values()]
    return ItemRow(
        item, kinds.get(item.kind, item.kind), in_language(family.labels) if family else "", cycle, gaps(texts),
        item.parent_code is not None,
    )  # fmt: skip

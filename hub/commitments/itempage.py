"""What the page of an item and the page of a city's commitments show, put in order for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from hub.cities.profile import Fact, status_fact, with_waits
from hub.cities.queries import CityLine
from hub.cities.standing import Standing, standing
from hub.commitments.matrix import Group
from hub.commitments.models import STATUSES, UNKNOWN
from hub.commitments.states import MET, NOW, REPLACED, STOPPED, StatusLine, Step, has_reversal
from hub.commitments.tally import Tally
from hub.commitments.wording import Sign, place_words, turn_words
from hub.vocabularies.queries import ItemView, TermView, Vocabulary
from hub.web.locale import in_language


class Told(NamedTuple):
    """One record of a history in words: the record, how it stands on the day, what turn it was."""

    status: Standing
    place: str
    turn: str
    is_current: bool
    is_replaced: bool


class InCity(NamedTuple):
    """An item in one city: what is in force, and where something was given up or fell back all that is on record."""

    city: CityLine
    status: Standing
    history: list[Told]


class Lists(NamedTuple):
    """The cities of an item: those that met it, those beside it, and those that gave it up or fell back."""

    met: list[InCity]
    short: list[InCity]  # not started, pledged
    outside: list[InCity]
    reversed: list[InCity]


class Entry(NamedTuple):
    """An item in the list of one city; `status` is None where nothing is known on the day."""

    item: ItemView
    status: Standing | None
    history: list[Told]


class Section(NamedTuple):
    """One of the Five Commitments in the list of one city."""

    code: str
    label: str
    entries: list[Entry]


def current_of(steps: Iterable[Step]) -> StatusLine | None:
    """Return the record in force among the steps of one history."""
    return next((step.record for step in steps if step.place == NOW), None)


def told(steps: Iterable[Step], item: ItemView, terms: Vocabulary) -> list[Told]:
    """Return a history in words, in the order its records take effect."""
    return [
        Told(
            standing(step.record, item, terms), place_words(step), turn_words(step), step.place == NOW,
            step.place == REPLACED,
        )
        for step in steps
    ]  # fmt: skip


def tally_of(code: str, histories: Mapping[int, Sequence[Step]], cities: Sequence[CityLine]) -> Tally:
    """Return the network's state of an item from its histories."""
    counted = Counter(line.status for steps in histories.values() if (line := current_of(steps)) is not None)
    return Tally(code, len(cities), {status: counted[status] for status in STATUSES})


def segments(tally: Tally, key: Sequence[Sign]) -> list[Sign]:
    """Return the parts of the stacked bar: the rungs from the highest down, what stands beside them, unknown last."""
    counts, signs = tally.counts(), {sign.code: sign for sign in key}
    order = [*reversed(STATUSES[:6]), *STATUSES[6:], UNKNOWN]
    return [Sign(code, signs[code].label, signs[code].meaning, counts[code]) for code in order]


def lists(
    item: ItemView, histories: Mapping[int, Sequence[Step]], cities: Sequence[CityLine], terms: Vocabulary
) -> Lists:
    """Return the cities of an item by what is in force there, in the order of `cities`; a reversal stands apart too."""
    found = Lists([], [], [], [])
    for city in cities:
        steps = histories.get(city.id, ())
        line = current_of(steps)
        if line is None:
            continue
        is_reversed = line.status in STOPPED or has_reversal(steps)
        entry = InCity(city, standing(line, item, terms), told(steps, item, terms) if is_reversed else [])
        if line.status in MET:
            found.met.append(entry)
        elif line.status == "outside_competence":
            found.outside.append(entry)
        elif line.status not in STOPPED:
            found.short.append(entry)
        if is_reversed:
            found.reversed.append(entry)
    return found


def evidence_labels(item: ItemView, terms: Vocabulary) -> list[str]:
    """Return what counts as evidence of an item, in the current language."""
    found = [terms.find("evidence_types", code) for code in item.evidence_types]
    return [in_language(term.labels) for term in found if term is not None]


def clauses_towards(code: str, terms: Vocabulary) -> list[TermView]:
    """Return the clauses that our reading ties to an item."""
    tied = (clause for clause in terms.crosswalk if code in terms.targets(clause, "item"))
    found = {term.code: term for clause in tied if (term := terms.find_principle(clause)) is not None}
    return [term for term in terms.scheme("gwangju") if term.code in found]


def city_sections(groups: Iterable[Group], histories: Mapping[str, Sequence[Step]], terms: Vocabulary) -> list[Section]:
    """Return every item of every group with what is on record of one city."""
    sections = []
    for group in groups:
        entries = []
        for item in group.items:
            steps = histories.get(item.code, ())
            line = current_of(steps)
            status = standing(line, item, terms) if line else None
            entries.append(Entry(item, status, told(steps, item, terms)))
        sections.append(Section(group.code, group.label, entries))
    return sections


def city_timeline(sections: Iterable[Section]) -> list[Fact]:
    """Return every dated record of one city in order, those corrected left out."""
    facts = []
    for section in sections:
        for entry in section.entries:
            for step in entry.history:
                if step.status.since_iso and not step.is_replaced:
                    label = in_language(entry.item.labels)
                    link = Markup('<a href="#{}">{}</a>').format(entry.item.code, label)
                    facts.append(status_fact(step.status, link, Markup("")))
    return with_waits(facts)

"""What the page of an item and the page of a city's commitments show, put in order for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from hub.cities.queries import CityLine
from hub.cities.standing import Standing, brief, standing
from hub.commitments.assurance import SELF_DECLARED, Assurance
from hub.commitments.freshwords import FreshWords, fresh_words
from hub.commitments.models import STATUSES, UNKNOWN
from hub.commitments.states import MET, NOW, REPLACED, STOPPED, StatusLine, Step, has_reversal
from hub.commitments.tally import Tally
from hub.commitments.wording import Sign, place_words, turn_words
from hub.vocabularies.queries import ItemView, TermView, Vocabulary
from hub.web.locale import in_language

STEPS = 60  # of all the histories on one page together; each has two at least
_PLACES = dict.fromkeys(MET, 0) | {"outside_competence": 2} | dict.fromkeys(STOPPED, 3)  # the others: 1


class Told(NamedTuple):
    """One record of a history in words: the record, how it stands on the day, what turn it was."""

    status: Standing
    place: str
    turn: str
    is_current: bool
    is_replaced: bool


class InCity(NamedTuple):
    """An item in one city: what is in force, who stands behind it, how fresh it is.

    Where something was given up or fell back, its records stand there too, around the one in force.
    """

    city: CityLine
    status: Standing
    history: list[Told]
    assurance: Assurance = SELF_DECLARED
    fresh: FreshWords | None = None
    is_cut: bool = False  # the city has more records of it than stand here


class Lists(NamedTuple):
    """The cities of an item: those that met it, those beside it, and those that gave it up or fell back."""

    met: list[InCity]
    short: list[InCity]  # not started, pledged
    outside: list[InCity]
    reversed: list[InCity]


def current_of(steps: Iterable[Step]) -> StatusLine | None:
    """Return the record in force among the steps of one history, None where what was said was taken back."""
    return next((step.record for step in steps if step.place == NOW and step.record.status != UNKNOWN), None)


def told(steps: Iterable[Step], item: ItemView, terms: Vocabulary) -> list[Told]:
    """Return a history in words, in the order its records take effect."""
    return [
        Told(
            standing(step.record, item, terms), place_words(step), turn_words(step), step.place == NOW,
            step.place == REPLACED,
        )
        for step in steps
    ]  # fmt: skip


def tally_of(code: str, statuses: Mapping[int, str], cities: int) -> Tally:
    """Return the network's state of an item from where each city known stands on it, and how many cities there are."""
    counted = Counter(statuses.values())
    return Tally(code, cities, {status: counted[status] for status in STATUSES})


def sizes(tally: Tally) -> dict[str, int]:
    """Return how many cities each list has over all of its pages; of those that fell back nobody keeps count."""
    numbers = [0, 0, 0, 0]
    for status, number in tally.statuses.items():
        numbers[_PLACES.get(status, 1)] += number
    return dict(zip(("met", "short", "outside", "stopped"), numbers, strict=True))


def in_order(statuses: Mapping[int, str], ids: Iterable[int]) -> list[int]:
    """Return the cities known as the lists have them: met, not there yet, outside its powers, stopped.

    Those of one list stand in the order of `ids`.
    """
    return sorted((city_id for city_id in ids if city_id in statuses), key=lambda each: _PLACES.get(statuses[each], 1))


def segments(tally: Tally, key: Sequence[Sign]) -> list[Sign]:
    """Return the parts of the stacked bar: the rungs from the highest down, what stands beside them, unknown last."""
    counts, signs = tally.counts(), {sign.code: sign for sign in key}
    order = [*reversed(STATUSES[:6]), *STATUSES[6:], UNKNOWN]
    return [Sign(code, signs[code].label, signs[code].meaning, counts[code]) for code in order]


def lists(
    item: ItemView,
    histories: Mapping[int, Sequence[Step]],
    cities: Sequence[CityLine],
    terms: Vocabulary,
    day: date,
    checks: Mapping[int, Assurance],
) -> Lists:
    """Return these cities by what is in force there, in the order of `cities`; a reversal stands apart too.

    `checks` holds by record how far others stand behind it on the day. Texts are cut as `standing.brief` says.
    """
    found = Lists([], [], [], [])
    for city in cities:
        steps = histories.get(city.id, ())
        line = current_of(steps)
        if line is None:
            continue
        is_reversed = line.status in STOPPED or has_reversal(steps)
        assured = checks.get(line.id, SELF_DECLARED)
        fresh = fresh_words(line, item, day, assured.confirmed_on)
        entry = InCity(city, brief(standing(line, item, terms)), [], assured, fresh)
        if line.status in MET:
            found.met.append(entry)
        elif line.status == "outside_competence":
            found.outside.append(entry)
        elif line.status not in STOPPED:
            found.short.append(entry)
        if is_reversed:
            found.reversed.append(entry)
    most = max(2, STEPS // max(1, len(found.reversed)))
    found.reversed[:] = [_with_story(entry, histories[entry.city.id], most, item, terms) for entry in found.reversed]
    return found


def _with_story(entry: InCity, steps: Sequence[Step], most: int, item: ItemView, terms: Vocabulary) -> InCity:
    """Return it with its newest records, at most so many, but never without the one in force and the one before."""
    current = next(number for number, step in enumerate(steps) if step.place == NOW)
    first = max(0, min(len(steps) - most, current - 1))
    story = [each._replace(status=brief(each.status)) for each in told(steps[first : first + most], item, terms)]
    return entry._replace(history=story, is_cut=len(story) < len(steps))


def evidence_labels(item: ItemView, terms: Vocabulary) -> list[str]:
    """Return what counts as evidence of an item, in the current language."""
    found = [terms.find("evidence_types", code) for code in item.evidence_types]
    return [in_language(term.labels) for term in found if term is not None]


def clauses_towards(code: str, terms: Vocabulary) -> list[TermView]:
    """Return the clauses that our reading ties to an item."""
    tied = (clause for clause in terms.crosswalk if code in terms.targets(clause, "item"))
    found = {term.code: term for clause in tied if (term := terms.find_principle(clause)) is not None}
    return [term for term in terms.scheme("gwangju") if term.code in found]

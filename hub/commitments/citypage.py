"""What the pages of a city's commitments show: every item, one item, its points, what others found, what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup

from hub.cities.profile import Fact, status_fact, with_waits
from hub.cities.standing import Standing, standing
from hub.commitments import documents
from hub.commitments.assurance import SELF_DECLARED, Assurance, assurance_fields, holds
from hub.commitments.cycle import freshness
from hub.commitments.duties import missing, next_rung
from hub.commitments.freshwords import SPOKEN_OF, FreshWords, fresh_words
from hub.commitments.itempage import Told, current_of, told
from hub.commitments.matrix import Group
from hub.commitments.models import UNKNOWN
from hub.commitments.queries.plans import ActionLine
from hub.commitments.recordpage import Rung, Task, ladder, todo
from hub.commitments.states import MET, StatusLine, Step
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.formats import absolute
from hub.web.locale import in_language

STORY_SHOWN = 8  # records of one item on the page of all; the page of the item has every one
Histories = Mapping[str, Sequence[Step]]


@dataclass(frozen=True)
class OnRecord:
    """What is on record of a city, as asked for: histories by item, checks by record, actions of its plans by item."""

    day: date
    histories: Histories
    checks: Mapping[int, Assurance] = field(default_factory=dict)
    actions: Mapping[str, Sequence[ActionLine]] = field(default_factory=dict)

    def current(self, code: str) -> StatusLine | None:
        """Return the record of an item in force on the day, None where the status is unknown."""
        return current_of(self.histories.get(code, ()))

    def assured(self, line: StatusLine | None) -> Assurance:
        """Return how far others stand behind a record."""
        return self.checks.get(line.id, SELF_DECLARED) if line is not None else SELF_DECLARED


class Entry(NamedTuple):
    """An item in one city; `status` is None where nothing is known on the day."""

    item: ItemView
    status: Standing | None
    words: str  # the rung in the item's own words
    assurance: Assurance
    fresh: FreshWords | None
    history: list[Told]
    more: int  # records that only the page of the item shows
    actions: Sequence[ActionLine]
    points: list[Entry]
    is_met: bool

    @property
    def points_known(self) -> int:
        """How many of its points something is on record of."""
        return sum(point.status is not None for point in self.points)


class Section(NamedTuple):
    """One of the Five Commitments in the list of one city."""

    code: str
    label: str
    entries: list[Entry]

    @property
    def in_use(self) -> list[Entry]:
        """The entries of items that are still in use; only these are counted."""
        return [entry for entry in self.entries if entry.item.replaced_by is None]


def record_ids(histories: Histories) -> list[int]:
    """Return the ids of all records."""
    return [step.record.id for steps in histories.values() for step in steps]


def rung_words(status: str, item: ItemView) -> str:
    """Return what a status means for an item, in the item's own words; empty where it has none."""
    return in_language(item.rungs[status]) if item.rungs.get(status) else ""


def entry_of(item: ItemView, known: OnRecord, terms: Vocabulary, *, all_steps: bool = False) -> Entry:
    """Return one item with what is on record of it, its points too."""
    steps = known.histories.get(item.code, ())
    line = known.current(item.code)
    found = known.assured(line)
    shown = steps if all_steps else steps[-STORY_SHOWN:]
    return Entry(
        item=item,
        status=standing(line, item, terms) if line is not None else None,
        words=rung_words(line.status, item) if line is not None else "",
        assurance=found,
        fresh=fresh_words(line, item, known.day, found.confirmed_on) if line is not None else None,
        history=told(shown, item, terms),
        more=len(steps) - len(shown),
        actions=known.actions.get(item.code, ()),
        points=[entry_of(point, known, terms) for point in terms.points_of(item.code)],
        is_met=line is not None and line.status in MET,
    )


def city_sections(groups: Iterable[Group], known: OnRecord, terms: Vocabulary) -> list[Section]:
    """Return every item of every group with what is on record of one city; items no longer used where something is."""
    sections = []
    for group in groups:
        old = [item for item in terms.items_of(group.code) if item.replaced_by and item.code in known.histories]
        entries = [entry_of(item, known, terms) for item in (*group.items, *old)]
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


def ladder_of(item: ItemView, line: StatusLine | None, day: date, terms: Vocabulary) -> tuple[list[Rung], list[Task]]:
    """Return the rungs of an item with where a city stands, and what is still missing for the next one.

    Evidence that this reader may not see counts as evidence; of which kind it is stays untold.
    """
    held = line._replace(evidence=tuple(piece for piece in line.evidence if holds(piece, day))) if line else None
    rung = next_rung(held.status if held is not None else UNKNOWN)
    lacks = missing(held, item.proofs.get(rung, ()) if item.proofs else item.evidence_types)
    if held is not None and held.withheld:
        lacks = lacks._replace(has_evidence=True)
    return ladder(lacks, item, terms), todo(lacks, item, terms)


def item_fields(item: ItemView, known: OnRecord, terms: Vocabulary, slug: str) -> dict[str, Any]:
    """Return one item in one city for programs, its points within it."""
    line = known.current(item.code)
    found = known.assured(line)
    fields = documents.city_item(item, known.histories.get(item.code, ()), line)
    for each in fields["history"]:
        each["verified"] = assurance_fields(known.checks.get(each["id"], SELF_DECLARED))
    points = [item_fields(point, known, terms, slug) for point in terms.points_of(item.code)]
    return {
        **fields,
        "words": rung_words(line.status, item) or None if line is not None else None,
        "verified": assurance_fields(found),
        "fresh": fresh_fields(line, item, known.day, found),
        "city_url": absolute(f"/cities/{slug}/commitments/{item.code}"),
        **({"points": points} if points else {}),
    }


def fresh_fields(line: StatusLine | None, item: ItemView, day: date, found: Assurance) -> dict[str, Any] | None:
    """Return how fresh a record in force is for programs, None for one that is not to be said anew."""
    if line is None or line.status not in SPOKEN_OF:
        return None
    fresh = freshness(line, item, day, found.confirmed_on)
    return {
        "state": fresh.state,
        "spoken_on": fresh.spoken_on.isoformat() if fresh.spoken_on else None,
        "due_on": fresh.due_on.isoformat() if fresh.due_on else None,
        "ends_on": fresh.ends_on.isoformat() if fresh.ends_on else None,
    }

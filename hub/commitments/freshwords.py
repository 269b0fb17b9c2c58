"""How fresh a statement is, in words: until when, by when it is to be said anew, and since when it has run out.

The dates come from `cycle`. Where an instrument strikes off members that stay silent, the words say from when its rules
would do so, and never that it happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from hub.commitments.cycle import DROPPED, FRESH, GRACE, OVERDUE, UNBOUND, Freshness, freshness
from hub.commitments.models import LADDER
from hub.commitments.states import StatusLine
from hub.vocabularies.queries import ItemView
from hub.web.locale import format_date, in_language
from hub.web.locale import gettext as _

SPOKEN_OF = LADDER[1:]  # a promise and all above it; what never began or ended is not said anew


class FreshWords(NamedTuple):
    """How fresh a statement is: its state (cycle.py), the sign for it, a few words for a cell, a sentence or none."""

    state: str
    kind: str  # good, warn, bad, off: as a light of templates/macros/organizers.html
    short: str
    sentence: str
    until: date | None  # the day that `short` names


def fresh_words(line: StatusLine, item: ItemView, day: date, checked: Iterable[date] = ()) -> FreshWords | None:
    """Return how fresh a record in force is on a day, None for one that is not to be said anew.

    `checked` are the days on which others confirmed it.
    """
    if line.status not in SPOKEN_OF:
        return None
    return words_of(freshness(line, item, day, checked), item)


def words_of(found: Freshness, item: ItemView) -> FreshWords:
    """Return a freshness in the words of the current language."""
    state, due_on, ends_on, drops_on = found.state, found.due_on, found.ends_on, found.drops_on
    if state == UNBOUND:
        return FreshWords(state, "off", _("Does not run out"), "", None)
    if due_on is None or ends_on is None:
        sentence = _("No day is known that this speaks of, so nobody can say whether it still holds.")
        return FreshWords(state, "off", _("No date known"), sentence, None)
    due, end = format_date(due_on), format_date(ends_on)
    if state == FRESH:
        return FreshWords(state, "good", _("Fresh until %(day)s", day=due), "", due_on)
    if state == GRACE:
        sentence = _("It was due on %(due)s. Until %(end)s it still counts as fresh.", due=due, end=end)
        return FreshWords(state, "warn", _("To be renewed by %(day)s", day=end), sentence, ends_on)
    short = _("Ran out on %(day)s", day=end)
    if state == DROPPED and drops_on is not None:
        return FreshWords(state, "bad", short, _struck_off(item, drops_on), ends_on)
    sentence = _("Nobody has spoken of it since. It stays on record, and it may well still hold.")
    return FreshWords(OVERDUE, "bad", short, sentence, ends_on)


def cycle_words(item: ItemView) -> str:
    """Return how often a statement on an item is to be said anew, in a sentence."""
    if item.cycle_months is None:
        return _("What is said of it does not run out.")
    return _(
        "It is to be said anew every %(months)s months; after that it counts as fresh for another %(days)s days.",
        months=item.cycle_months,
        days=item.grace_days,
    )


def _struck_off(item: ItemView, drops_on: date) -> str:
    return _(
        "The rules of %(instrument)s strike off a silent member from %(day)s. Nobody has told us that this happened.",
        instrument=item.official_name or in_language(item.labels),
        day=format_date(drops_on),
    )

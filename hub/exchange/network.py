"""The exchange of the whole network in the words of the current language: what is asked for, the picture, the lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from hub.cases.carriers import carriers
from hub.cases.models import CaseStudy
from hub.cases.rows import CaseRow, case_row, city_label
from hub.cities.directory import Chip, region_name
from hub.cities.names import fold
from hub.core.errors import Invalid
from hub.exchange import graph
from hub.exchange.models import ADAPTING, CONSIDERING, RUNNING, STATES, STOPPED
from hub.exchange.queries import ExchangeFilter, ExchangeLine
from hub.exchange.queries.network import Party
from hub.exchange.words import state_label
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import country_name, in_language, ngettext
from hub.web.locale import gettext as _
from hub.web.params import Query

FILTERS = frozenset({"principle", "region", "state"})
STRONGEST = (RUNNING, ADAPTING, CONSIDERING, STOPPED)  # by which a line is drawn that stands for several
MOST_DRAWN = 250  # lines of one picture
PATH = "/exchange/"


class Pair(NamedTuple):
    """Two places, one of which learned from the other, as the table beside the picture has them."""

    source: Markup
    target: Markup
    practices: int
    states: str


class Sign(NamedTuple):
    """A state in the key of the picture, with how many adaptations stand there."""

    state: str
    label: str
    number: int


@dataclass(frozen=True)
class Picture:
    """Who learned from whom: two drawings of it, the same as a table, and the key."""

    ring: graph.Drawing
    column: graph.Drawing
    pairs: list[Pair]
    signs: list[Sign]
    places: int
    demo: int  # how many of the adaptations were entered by demo accounts
    is_all: bool  # nothing was left out


def read_asked(query: Query, terms: Vocabulary) -> ExchangeFilter:
    """Read the filters; raises Invalid naming the parameter that holds what it cannot hold."""
    principle, region, state = (query.text(name, 40) for name in ("principle", "region", "state"))
    regions = [term.code for term in terms.scheme("regions")]
    if principle and (principle in terms.items or not carriers(principle, terms)):
        raise Invalid(
            "principle", "Choose one of: %(choices)s.", choices=", ".join(t.code for t in terms.top("gwangju"))
        )
    if region and region not in regions:
        raise Invalid("region", "Choose one of: %(choices)s.", choices=", ".join(regions))
    if state and state not in STATES:
        raise Invalid("state", "Choose one of: %(choices)s.", choices=", ".join(STATES))
    return ExchangeFilter(principle, region, state)


def asked_url(asked: ExchangeFilter, path: str, **more: object) -> str:
    """Return a path with this query, and more parameters where they are not empty."""
    fields = {"principle": asked.principle, "region": asked.region, "state": asked.state, **more}
    pairs = [(name, value) for name, value in fields.items() if value]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def chips(asked: ExchangeFilter, terms: Vocabulary) -> list[Chip]:
    """Return what narrows the exchange, each with the address without it."""
    found = []
    if asked.principle:
        term = terms.get_principle(asked.principle)
        label = f"{term.code} {in_language(term.short) or in_language(term.labels)}"
        found.append(Chip(label, asked_url(replace(asked, principle=""), PATH)))
    if asked.region:
        found.append(Chip(region_name(asked.region, terms), asked_url(replace(asked, region=""), PATH)))
    if asked.state:
        found.append(Chip(state_label(asked.state), asked_url(replace(asked, state=""), PATH)))
    return found


def picture(lines: Sequence[ExchangeLine], terms: Vocabulary) -> Picture:
    """Draw who learned from whom; a line stands for all practices that one place took up from another."""
    found: dict[str, graph.Place] = {}
    between: dict[tuple[str, str], list[str]] = {}
    given, taken = Counter[str](), Counter[str]()
    for line in lines:
        source, target = _source(line, terms), _city_place(line.city, terms)
        found |= {source.key: source, target.key: target}
        between.setdefault((source.key, target.key), []).append(line.state)
        given[source.key] += 1
        taken[target.key] += 1
    drawn = dict(sorted(between.items(), key=lambda pair: -len(pair[1]))[:MOST_DRAWN])  # stable: newest first of equals
    kept = {key for pair in drawn for key in pair}
    order = _group_order(terms)
    places = [
        place._replace(words=_place_words(place.label, given[place.key], taken[place.key]))
        for place in sorted(found.values(), key=lambda each: (order.get(each.group, len(order)), fold(each.label)))
        if place.key in kept
    ]
    at = {place.key: number for number, place in enumerate(places)}
    ordered = sorted(drawn.items(), key=lambda pair: (at[pair[0][0]], at[pair[0][1]]))
    links = [_link(found[source], found[target], states) for (source, target), states in ordered]
    counts = Counter(line.state for line in lines)
    return Picture(
        graph.ring(places, links),
        graph.column(places, links),
        [_pair(found[source], found[target], states) for (source, target), states in ordered],
        [Sign(state, state_label(state), counts[state]) for state in STRONGEST if counts[state]],
        len(places),
        sum(line.is_demo for line in lines),
        len(drawn) == len(between),
    )


def _source(line: ExchangeLine, terms: Vocabulary) -> graph.Place:
    """Return whose practice a line is about: a city, the country of a national programme, or a place as written."""
    if line.from_city is not None:
        return _city_place(line.from_city, terms)
    elsewhere = _("Elsewhere")
    if line.origin is not None:
        name = country_name(line.origin.country)
        return graph.Place(f"country/{line.origin.country}", name, "", elsewhere)
    name = line.origin_place or _("Not known")
    return graph.Place(f"place/{fold(name)}", name, "", elsewhere)


def _city_place(city: Party, terms: Vocabulary) -> graph.Place:
    return graph.Place(f"city/{city.id}", city_label(city), f"/cities/{city.slug}", region_name(city.region, terms))


def _group_order(terms: Vocabulary) -> dict[str, int]:
    return {region_name(term.code, terms): number for number, term in enumerate(terms.scheme("regions"))}


def _place_words(label: str, given: int, taken: int) -> str:
    parts = []
    if given:
        parts.append(ngettext("%(num)d practice taken up by others", "%(num)d practices taken up by others", given))
    if taken:
        parts.append(ngettext("%(num)d taken up from others", "%(num)d taken up from others", taken))
    return f"{label}: {', '.join(parts)}"


def _link(source: graph.Place, target: graph.Place, states: Sequence[str]) -> graph.Link:
    strongest = next(state for state in STRONGEST if state in states)
    words = f"{source.label} → {target.label}: {_states_words(states)}"
    return graph.Link(source.key, target.key, len(states), strongest, words)


def _pair(source: graph.Place, target: graph.Place, states: Sequence[str]) -> Pair:
    return Pair(_named(source), _named(target), len(states), _states_words(states))


def _named(place: graph.Place) -> Markup:
    if not place.url:
        return Markup.escape(place.label)
    return Markup('<a href="{}">{}</a>').format(place.url, place.label)


def _states_words(states: Sequence[str]) -> str:
    counts = Counter(states)
    if len(states) == 1:
        return state_label(states[0])
    return ", ".join(f"{state_label(state)} {counts[state]}" for state in STRONGEST if counts[state])


@dataclass(frozen=True)
class Offer:
    """A city that offers to mentor, or the country of a national programme, with the cases it offers help with."""

    name: str
    url: str
    cases: list[CaseRow]


def offers(cases: Iterable[CaseStudy]) -> list[Offer]:
    """Return offers to mentor city by city, by name."""
    found: dict[str, Offer] = {}
    for case in cases:
        name = city_label(case.city) if case.city else country_name(case.country)
        url = f"/cities/{case.city.slug}" if case.city else ""
        found.setdefault(url or name, Offer(name, url, [])).cases.append(case_row(case))
    return sorted(found.values(), key=lambda offer: fold(offer.name))

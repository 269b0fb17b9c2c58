"""Whether a practice would work in one's own city, in the words of the current language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from hub.cases.models import CaseStudy
from hub.cases.rows import city_label, own_language_name
from hub.cases.words import code_words
from hub.cities.directory import region_name
from hub.cities.nearness import Profile, nearest_first, profile_of
from hub.cities.nearwords import Ask, ask_of, reason_words
from hub.cities.profile import term_label
from hub.exchange import fit
from hub.exchange.models import Adaptation
from hub.exchange.rows import adaptation_path
from hub.exchange.words import state_since
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import country_name, language, language_name
from hub.web.locale import gettext as _

BANDS = "cost_bands"


@dataclass(frozen=True)
class FitLine:
    """One thing compared, in words; a side of which nothing is known is empty."""

    name: str
    verdict: str  # same, near, different, unknown
    label: str
    home: str
    there: str
    hint: str


@dataclass(frozen=True)
class Runner:
    """A city that runs or adapts the practice, why it is near, and whom to ask there."""

    name: str
    url: str  # its page
    country: str
    state: str
    state_since: str
    adaptation_url: str
    reasons: str  # empty where nothing is alike
    is_documented: bool  # a document says so, not the city
    is_demo: bool
    ask: Ask


def lines(home: Profile, case: CaseStudy, own_bands: set[str], terms: Vocabulary) -> list[FitLine]:
    """Return how a city compares with the city of a case, line by line."""
    there = profile_of(case.city) if case.city is not None else None
    practice = fit.Practice(case.country, case.competence, case.cost_band)
    bands = [term.code for term in terms.scheme(BANDS)]
    found = fit.compare(home, there, practice, own_bands, bands)
    return [_line(line, home, there, terms) for line in found]


def runners(home: Profile, found: Sequence[tuple[Adaptation, Profile]]) -> list[Runner]:
    """Return the cities that run or adapt a practice, those nearest to one's own first."""
    by_city = {profile.id: adaptation for adaptation, profile in found}
    cities = {profile.id: profile for _adaptation, profile in found}
    return [
        Runner(
            name=city_label(city),
            url=f"/cities/{city.slug}",
            country=country_name(city.country),
            state=by_city[city.id].state,
            state_since=state_since(by_city[city.id].state, by_city[city.id].since),
            adaptation_url=adaptation_path(by_city[city.id].id),
            reasons=reason_words(near),
            is_documented=bool(by_city[city.id].source_title),
            is_demo=by_city[city.id].is_demo,
            ask=ask_of(city),
        )
        for city, near in nearest_first(home, cities.values())
    ]


def _line(line: fit.Line, home: Profile, there: Profile | None, terms: Vocabulary) -> FitLine:
    names = {
        fit.SIZE: _("Size"),
        fit.KIND: _("Kind of government"),
        fit.PLACE: _("Country and region"),
        fit.LANGUAGE: _("Language"),
        fit.POWERS: _("Powers it needs"),
        fit.COST: _("Cost"),
    }
    verdicts = {
        fit.SAME: _("Same"), fit.NEAR: _("Near"), fit.DIFFERENT: _("Different"), fit.UNKNOWN: _("Not known"),
    }  # fmt: skip
    return FitLine(
        names[line.name],
        line.verdict,
        verdicts[line.verdict],
        _side(line.name, line.home, home, terms),
        _side(line.name, line.there, there, terms),
        _hint(line),
    )


def _side(name: str, code: str, city: Profile | None, terms: Vocabulary) -> str:
    """Return what stands on one side of a line in words, empty where nothing is known."""
    if not code:
        return ""
    if name == fit.SIZE:
        return size_words(int(code))
    if name == fit.KIND:
        return term_label("government_types", code, terms) or code
    if name == fit.PLACE:
        region = region_name(city.region, terms) if city is not None and city.region else ""
        return ", ".join(part for part in (country_name(code), region) if part)
    if name == fit.LANGUAGE:
        return language_name(code) or own_language_name(code)
    if name == fit.POWERS:
        return code_words("competence", code)
    return "; ".join(code_words("cost_band", band) for band in code.split())


def size_words(number: int) -> str:
    """Return a size class by its number, in people."""
    steps = [format_decimal(step, locale=language()) for step in fit.STEPS]
    if number == 0:
        return _("fewer than %(number)s people", number=steps[0])
    if number >= len(steps):
        return _("%(number)s people and more", number=steps[-1])
    return _("%(low)s to %(high)s people", low=steps[number - 1], high=steps[number])


def _hint(line: fit.Line) -> str:
    if line.name == fit.POWERS and line.verdict == fit.UNKNOWN:
        return _("Ask your legal office whether your city may do this by itself.")
    if line.name == fit.COST and line.home and line.there != fit.NO_COST:
        return _("Compared with what the practices of your city here cost.")
    if line.name == fit.COST and line.verdict == fit.UNKNOWN and line.there:
        return _("No practice of your city here names its cost yet.")
    return ""

"""What the page of a case shows a writer of another city: whether the practice would work there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from hub.cases.models import CaseStudy
from hub.cases.policy import can_compare
from hub.cases.rows import case_path, city_label
from hub.cities.models import City
from hub.cities.nearness import profile_of
from hub.core.errors import Invalid
from hub.exchange import fitpage, policy, queries
from hub.exchange.fitpage import FitLine, Runner
from hub.exchange.models import CONSIDERING
from hub.exchange.rows import AdaptationRow, adaptation_row
from hub.exchange.views.bp import bp
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.locale import country_name

RUNNERS_SHOWN = 5


class Home(NamedTuple):
    """A city of hers for which the page can compare."""

    name: str
    url: str
    is_shown: bool


@dataclass(frozen=True)
class Fit:
    """How her city compares with the case's, who runs the practice near to it, and what she can do."""

    city_name: str
    there_name: str
    homes: list[Home]  # all of hers, where she writes for several
    lines: list[FitLine]
    runners: list[Runner]
    runners_total: int
    begun: AdaptationRow | None  # what her city said of it so far
    adapt_url: str  # the form to record it, or its next step; empty where she may not


@bp.app_context_processor
def helpers() -> dict[str, Callable[..., Any]]:
    """Give templates `would_it_work(case, asked)`; nothing is asked until it is called."""
    return {"would_it_work": would_it_work}


def would_it_work(case: CaseStudy, asked: str = "") -> Fit | None:
    """Return how a case compares with a city of the person signed in; None for who writes for no other city.

    `asked` is the slug of one of her cities; without it the first that she coordinates. Raises Invalid for a city that
    is not hers.
    """
    me: Any = signed_in_user()
    if not can_compare(me, case):
        return None
    cities = _homes(me, case)
    home = next((city for city in cities if city.slug == asked), None) if asked else cities[0]
    if home is None:
        raise Invalid("city", "Choose one of: %(choices)s.", choices=", ".join(city.slug for city in cities))
    profile = profile_of(home)
    found = fitpage.runners(profile, queries.who_runs(case.id))
    begun = queries.find_adaptation(home.id, case.id)
    path = case_path(case.slug)
    may_record = policy.can_record_adaptation(me, home.id) and policy.can_be_taken_up(case, is_begun=begun is not None)
    adapt = f"{path}/adapt?city={home.slug}" + ("" if begun is not None else f"&state={CONSIDERING}")
    return Fit(
        city_name=city_label(home),
        there_name=city_label(case.city) if case.city is not None else country_name(case.country),
        homes=[Home(city_label(city), f"{path}?city={city.slug}#fit", city.id == home.id) for city in cities],
        lines=fitpage.lines(profile, case, queries.own_cost_bands(home.id), vocabulary()),
        runners=found[:RUNNERS_SHOWN],
        runners_total=len(found),
        begun=adaptation_row(begun) if begun is not None else None,
        adapt_url=adapt if may_record else "",
    )


def _homes(me: Any, case: CaseStudy) -> list[City]:
    """Return the cities she writes for but the case's own, those she coordinates first, by name."""
    held = [each.city for each in me.memberships if me.works_for(each.city_id) and each.city_id != case.city_id]
    return sorted(held, key=lambda city: (not me.coordinates(city.id), city.name))

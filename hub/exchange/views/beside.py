"""What pages of lower rooms say of adaptations: templates call it, and nothing is asked until they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hub.cases.models import CaseStudy
from hub.exchange import queries
from hub.exchange.lineage import LineageShown, lineage_shown
from hub.exchange.rows import AdaptationRow, adaptation_row
from hub.exchange.views.bp import bp
from hub.web.actor import signed_in_user


class Taken(NamedTuple):
    """What a city took up from others, and who took up its practices."""

    from_others: list[AdaptationRow]
    by_others: list[AdaptationRow]


@bp.app_context_processor
def adaptation_helpers() -> dict[str, Callable[..., Any]]:
    """Give templates `lineage_of(case)` and `taken_up(city_id)`."""
    return {"lineage_of": lineage_of, "taken_up": taken_up}


def lineage_of(case: CaseStudy) -> LineageShown:
    """Return who took a case up, and what the person signed in can do about it."""
    return lineage_shown(case, signed_in_user())


def taken_up(city_id: int) -> Taken:
    """Return what a city took up from others, and who took up its practices, the newest change first."""
    return Taken(
        [adaptation_row(each) for each in queries.adaptations_by_city(city_id)],
        [adaptation_row(each) for each in queries.adaptations_of_city(city_id)],
    )

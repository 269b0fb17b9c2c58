"""Under which thing what people are told stands: a case, a question, a commitment of a city, a city, a source."""

from __future__ import annotations

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.follows.targets import Target
from hub.follows.telling import Told

STATUS = "status"  # what one city says of one commitment; it can be muted, and is followed by either


def case_key(case_id: int) -> str:
    """Return the key of a case."""
    return f"case:{case_id}"


def question_key(question_id: int) -> str:
    """Return the key of a question with all that is said under it."""
    return f"question:{question_id}"


def source_key(source_id: int) -> str:
    """Return the key of a news source."""
    return f"source:{source_id}"


def adaptation_key(adaptation_id: int, case_id: int | None) -> str:
    """Return the key of an adaptation: that of the case that was taken up, its own where the hub holds none."""
    return case_key(case_id) if case_id is not None else f"adaptation:{adaptation_id}"


def reply_key(reply_id: int) -> str:
    """Return the key of a reply that waits for the organizers."""
    return f"reply:{reply_id}"


def of_item(city_id: int, item_code: str) -> str:
    """Return the key of what a city says of one commitment."""
    return f"{STATUS}:{item_target(city_id, item_code)[1]}"


def item_target(city_id: int, item_code: str) -> Target:
    """Return what is muted where somebody wants to hear nothing of what a city says of one commitment."""
    return STATUS, f"{city_id}:{item_code}"


def of_case(case: CaseStudy) -> Told:
    """Return a case as what people are told of."""
    return Told(case.id, case_key(case.id))


def of_city(city: City) -> Told:
    """Return a city as what people are told of."""
    return Told(city.id, f"city:{city.id}")

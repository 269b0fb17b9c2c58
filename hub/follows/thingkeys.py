"""Under which thing what people are told stands: a case, a question, a commitment of a city, a city, a source."""

from __future__ import annotations

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.follows.telling import Told


def case_key(case_id: int) -> str:
    """Return the key of a case."""
    return f"case:{case_id}"


def question_key(question_id: int) -> str:
    """Return the key of a question with all that is said under it."""
    return f"question:{question_id}"


def source_key(source_id: int) -> str:
    """Return the key of a news source."""
    return f"source:{source_id}"


def of_item(city_id: int, item_code: str) -> str:
    """Return the key of what a city says of one commitment."""
    return f"status:{city_id}:{item_code}"


def of_case(case: CaseStudy) -> Told:
    """Return a case as what people are told of."""
    return Told(case.id, case_key(case.id))


def of_city(city: City) -> Told:
    """Return a city as what people are told of."""
    return Told(city.id, f"city:{city.id}")

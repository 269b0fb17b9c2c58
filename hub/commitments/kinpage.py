"""The cities to learn from in the words of the current language: why they are near, since when, whom to ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from hub.cities.nearwords import Ask, ask_of, reason_words
from hub.cities.queries import label_of
from hub.cities.standing import status_label
from hub.commitments.kin import Kin, Suggestion
from hub.vocabularies.queries import Vocabulary
from hub.web.dates import machine_date, partial_date
from hub.web.formats import absolute
from hub.web.locale import country_name, in_language, language


class ToldCase(NamedTuple):
    """A case as a line names it; its language is empty where the page is in it."""

    url: str
    title: str
    language: str
    is_demo: bool


class Neighbour(NamedTuple):
    """A city that met an item, as a line shows it."""

    name: str
    url: str  # its page about the item
    country: str
    code: str  # of its status
    label: str
    since_iso: str
    since_words: str
    reasons: str  # empty where nothing is alike
    cases: list[ToldCase]
    ask: Ask


class Hint(NamedTuple):
    """An item to look at, where the city stands, and the city to learn from first."""

    code: str
    item: str
    url: str  # the page of the item in the city that the hint is for
    status_code: str
    status_label: str
    neighbour: Neighbour
    others: int


def neighbours(found: Iterable[Kin], item_code: str, terms: Vocabulary) -> list[Neighbour]:
    """Return the cities that met an item in words, in their order."""
    return [_neighbour(kin, item_code, terms) for kin in found]


def hints(found: Iterable[Suggestion], slug: str, terms: Vocabulary) -> list[Hint]:
    """Return suggestions for a city in words; `slug` is the city's."""
    made = []
    for each in found:
        item = terms.get_item(each.item_code)
        made.append(
            Hint(
                item.code, in_language(item.short or item.labels), f"/cities/{slug}/commitments/{item.code}#kin",
                each.status, status_label(each.status, terms), _neighbour(each.kin, item.code, terms), each.others,
            )
        )  # fmt: skip
    return made


def kin_fields(kin: Kin, item_code: str) -> dict[str, object]:
    """Return a city that met an item for programs."""
    city = kin.city
    return {
        "city": {"slug": city.slug, "name": city.name, "country": city.country},
        "status": kin.status,
        "since": kin.since or None,
        "alike": list(kin.nearness.reasons),
        "cases": [absolute(_case_path(case.slug)) for case in kin.cases],
        "contact_office": city.contact_office,
        "contact_address": city.contact_address,
        "url": absolute(f"/cities/{city.slug}/commitments/{item_code}"),
    }


def _neighbour(kin: Kin, item_code: str, terms: Vocabulary) -> Neighbour:
    city = kin.city
    return Neighbour(
        name=label_of(city.name, city.name_native, city.native_language, language()),
        url=f"/cities/{city.slug}/commitments/{item_code}",
        country=country_name(city.country),
        code=kin.status,
        label=status_label(kin.status, terms),
        since_iso=machine_date(kin.since),
        since_words=partial_date(kin.since),
        reasons=reason_words(kin.nearness),
        cases=[
            ToldCase(
                _case_path(case.slug), case.title,
                "" if case.language.split("-")[0] == language() else case.language, case.is_demo,
            )
            for case in kin.cases
        ],
        ask=ask_of(city),
    )  # fmt: skip


def _case_path(slug: str) -> str:
    return "/cases/" + quote(slug, safe="")

"""What the page of a case and its printed form show, in the words of the current language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from hub.cases.fileshown import FileShown as FileShown
from hub.cases.fileshown import file_shown as file_shown
from hub.cases.fileshown import licences as licences
from hub.cases.models import CLAUSE, GOAL, ITEM, PRACTICE_TYPE, RIGHT, TARGET_GROUP, US_PRINCIPLE, CaseStudy
from hub.cases.rows import case_path, city_label, labels_of, own_language_name, terms_now
from hub.cases.translations import Told
from hub.cases.words import code_words
from hub.core.text import render_markdown, safe_url
from hub.web.locale import country_name, in_language, language_name, ngettext
from hub.web.locale import gettext as _
from hub.web.maps import locator_box, project


class Tag(NamedTuple):
    """A code that a case carries, with its words and where they are explained."""

    code: str
    label: str
    url: str


class Patch(NamedTuple):
    """A principle at the head of a case, by its short name."""

    number: int
    code: str
    label: str
    short: str
    url: str


@dataclass(frozen=True)
class Step:
    """One line of a timeline; `wait` lengthens the line to the next step."""

    iso: str
    date_text: str
    text: str
    wait: int = 0


class Tongue(NamedTuple):
    """A language in which a case can be read as well."""

    url: str
    language: str
    name: str
    is_original: bool


class Contact(NamedTuple):
    """Whom to ask; `url` is empty where the address is not one that can be followed."""

    office: str
    address: str
    url: str
    language: str = ""  # of the office, where it is not the page's own


@lru_cache(maxsize=512)
def prose(text: str) -> Markup:
    """Return a part of a case, written in Markdown, as safe HTML."""
    return render_markdown(text)


def principle_bar() -> list[Patch]:
    """Return the ten principles by their short names, each leading to its own page."""
    return [
        Patch(
            term.number or 0, term.code, in_language(term.labels), in_language(term.short), f"/principles/{term.code}"
        )
        for term in terms_now().top("gwangju")
    ]


def clause_tags(case: CaseStudy) -> list[Tag]:
    """Return the clauses of the Gwangju principles, in order of weight."""
    return _principles(case.codes(CLAUSE))


def alliance_tags(case: CaseStudy) -> list[Tag]:
    """Return the principles of the US Alliance."""
    return _principles(case.codes(US_PRINCIPLE))


def _principles(codes: Iterable[str]) -> list[Tag]:
    terms = terms_now()
    found = [(code, terms.find_principle(code)) for code in codes]
    return [Tag(code, in_language(term.labels) if term else code, f"/principles/{quote(code)}") for code, term in found]


def item_tags(case: CaseStudy) -> list[Tag]:
    """Return the commitment items that the case serves."""
    items = terms_now().items
    return [
        Tag(code, in_language(items[code].labels) if code in items else code, f"/commitments/{quote(code)}")
        for code in case.codes(ITEM)
    ]


def rights(case: CaseStudy) -> list[str]:
    """Return the words for the rights of the Global Charter-Agenda that it serves."""
    return labels_of(case, RIGHT, "charter_rights")


def chosen_goals(case: CaseStudy) -> list[str]:
    """Return the words for the Sustainable Development Goals that the city itself named."""
    return labels_of(case, GOAL, "sdgs")


def beside(case: CaseStudy, told: Told) -> dict[str, Any]:
    """Return the facts that stand beside a case; what is not known is empty."""
    return {
        "stage": code_words("stage", case.stage),
        "office": (told.text.lead_office, told.language_of("lead_office")) if told.text.lead_office else None,
        "kinds": kinds(case),
        "groups": groups(case),
        "clauses": clause_tags(case),
        "items": item_tags(case),
        "alliance": alliance_tags(case),
        "rights": rights(case),
        "goals": chosen_goals(case),
        "goals_by_us": goals(case),
    }


def tongues(case: CaseStudy, told: Told) -> list[Tongue]:
    """Return the other languages in which a case can be read, the original first."""
    path = case_path(case.slug)
    found = [Tongue(f"{path}?text={quote(each.language)}", each.language, own_language_name(each.language), False)
             for each in told.others]  # fmt: skip
    if told.translation is None:
        return found
    return [Tongue(f"{path}?text=original", told.original, own_language_name(told.original), True), *found]


def translation_words(told: Told) -> str:
    """Say who translated a case, from which language, and how far it is behind; empty for the original."""
    by = told.translation
    if by is None:
        return ""
    of = language_name(told.original)
    first = (
        _("Translated from %(language)s by %(name)s.", language=of, name=by.translator)
        if by.translator
        else _("Translated from %(language)s.", language=of)
    )
    parts = [
        first,
        _("Made by a machine and not read by a person.") if by.is_machine else "",
        ngettext("%(num)d version behind the original.", "%(num)d versions behind the original.", told.behind)
        if told.behind
        else "",
    ]
    return " ".join(part for part in parts if part)


def goals(case: CaseStudy) -> list[int]:
    """Return the Sustainable Development Goals that the crosswalk ties to the clauses of the case."""
    terms = terms_now()
    found = {target for code in case.codes(CLAUSE) for target in terms.targets(code, "sdg")}
    return sorted(int(target) for target in found if target.isdigit())


def kinds(case: CaseStudy) -> list[str]:
    """Return the words for its kinds of practice."""
    return labels_of(case, PRACTICE_TYPE, "practice_types")


def groups(case: CaseStudy) -> list[str]:
    """Return the words for those whom it is for."""
    return labels_of(case, TARGET_GROUP, "target_groups")


def place(case: CaseStudy) -> str:
    """Return where it happened: the city and its country, or the country of a national programme."""
    country = country_name(case.country)
    return f"{city_label(case.city)}, {country}" if case.city else country


def timeline(case: CaseStudy) -> list[Step]:
    """Return the steps whose years are known: begun, ended, or still running when last looked at."""
    if case.started is None:
        return []
    begun = _("about %(years)s", years=case.started) if case.is_approximate else str(case.started)
    if case.ended == case.started:
        return [Step(f"{case.started:04d}", begun, _("The practice took place"))]
    steps = [Step(f"{case.started:04d}", begun, _("The practice began"))]
    last_year = case.ended
    if case.ended is not None:
        steps.append(Step(f"{case.ended:04d}", str(case.ended), _("It ended")))
    elif case.is_ongoing:
        looked = case.confirmed_at or case.updated_at
        last_year = looked.year
        text = _("Still running when this was compiled") if case.is_compiled else _("Still running, says the city")
        steps.append(Step(looked.date().isoformat(), str(last_year), text))
    if last_year is not None:
        years = last_year - case.started
        wait = 0 if years < 2 else 2 if years < 6 else 3 if years < 15 else 4
        steps[0] = Step(steps[0].iso, steps[0].date_text, steps[0].text, wait)
    return steps


def locator(case: CaseStudy) -> dict[str, Any] | None:
    """Return a small map of where the city lies; nothing where that is not known."""
    city = case.city
    if city is None or city.lat is None or city.lon is None:
        return None
    x, y = project(city.lat, city.lon)
    return {
        "points": [{"x": x, "y": y, "label": city_label(city)}],
        "title": place(case),
        "description": _("Locator map with one dot where %(city)s lies.", city=city_label(city)),
        "box": locator_box(city.lat, city.lon),
    }


def host(url: str) -> str:
    """Return the name of the site of an address, without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.") if safe_url(url) else ""


def provenance(case: CaseStudy) -> str:
    """Say whose word the case is, where it is not plainly the city's own."""
    if case.is_demo:
        return _("Demo: written with a demo account to try the hub. It is not the word of the city.")
    if case.is_compiled and case.city:
        return _("Compiled from public sources, not yet confirmed by the city.")
    if case.is_compiled:
        return _("Compiled from public sources, not yet confirmed by those who run the programme.")
    return ""


def contact(case: CaseStudy, told: Told) -> Contact | None:
    """Return whom to ask: who the case itself names, else the office of its city; None where neither is known."""
    if told.text.contact_role or told.text.contact_address:
        return _contact(told.text.contact_role, told.text.contact_address, told.language_of("contact_role"))
    city = case.city
    if city is None or not (city.contact_office or city.contact_address):
        return None
    return _contact(city.contact_office or "", city.contact_address or "", "")


def _contact(office: str, address: str, of_language: str) -> Contact:
    is_mail = re.fullmatch(r"[^@\s?&:/]+@[^@\s?&:/]+", address)
    return Contact(office, address, f"mailto:{address}" if is_mail else safe_url(address), of_language)

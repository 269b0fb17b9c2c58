"""What the page of a case and its printed form show, in the words of the current language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from hub.cases.models import CLAUSE, ITEM, PRACTICE_TYPE, TARGET_GROUP, US_PRINCIPLE, CaseFile, CaseStudy
from hub.cases.queries import Related
from hub.cases.rows import case_path, city_label, labels_of, terms_now
from hub.core.text import render_markdown, safe_url
from hub.web.locale import country_name, in_language, ngettext
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


class Near(NamedTuple):
    """A case near to the one that is read, and why."""

    url: str
    title: str
    language: str
    where: str
    why: str


class FileShown(NamedTuple):
    """A picture or document of a case; `credit` says whose it is and what may be done with it."""

    id: int
    url: str
    title: str
    credit: str
    name: str
    kilobytes: int
    width: int | None
    height: int | None


class Contact(NamedTuple):
    """Whom to ask in a city; `url` is empty where the address is not one that can be followed."""

    office: str
    address: str
    url: str


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


def near_cases(found: Sequence[Related]) -> list[Near]:
    """Return cases near to this one, each with the reason."""
    return [
        Near(
            url=case_path(other.slug),
            title=other.title,
            language=other.language,
            where=city_label(other.city) if other.city else country_name(other.country),
            why=_why(other),
        )
        for other in found
    ]


def _why(near: Related) -> str:
    parts = [_("Demo")] if near.is_demo else []
    if near.shared_clauses:
        parts.append(ngettext("%(num)d clause shared", "%(num)d clauses shared", near.shared_clauses))
    if near.shared_types:
        parts.append(ngettext("%(num)d kind of practice shared", "%(num)d kinds of practice shared", near.shared_types))
    return " · ".join(parts)


def provenance(case: CaseStudy) -> str:
    """Say whose word the case is, where it is not plainly the city's own."""
    if case.is_demo:
        return _("Demo: written with a demo account to try the hub. It is not the word of the city.")
    if case.is_compiled and case.city:
        return _("Compiled from public sources, not yet confirmed by the city.")
    if case.is_compiled:
        return _("Compiled from public sources, not yet confirmed by those who run the programme.")
    return ""


def licences() -> dict[str, str]:
    """Return under what a picture or document may be shown, by code, in words."""
    return {
        "cc-by-4.0": "CC BY 4.0",
        "cc-by-sa-4.0": "CC BY-SA 4.0",
        "public-domain": _("Public domain"),
        "permission": _("All rights with the owner, shown with permission"),
    }


def file_shown(case: CaseStudy, file: CaseFile) -> FileShown:
    """Return a picture or document as pages show it."""
    credit = ", ".join(part for part in (file.owner, licences().get(file.licence, file.licence)) if part)
    return FileShown(
        file.id, f"{case_path(case.slug)}/files/{file.id}", file.title or file.name, credit, file.name,
        max(1, file.size // 1024), file.width, file.height,
    )  # fmt: skip


def contact(case: CaseStudy) -> Contact | None:
    """Return whom to ask in the city, where that is known."""
    city = case.city
    office, address = (city.contact_office or "", city.contact_address or "") if city else ("", "")
    if not office and not address:
        return None
    is_mail = re.fullmatch(r"[^@\s?&:/]+@[^@\s?&:/]+", address)
    return Contact(office, address, f"mailto:{address}" if is_mail else safe_url(address))

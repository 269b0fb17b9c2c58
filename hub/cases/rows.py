"""A case as lists show it, in the language of the request: one line of a page, one item of JSON, one row of CSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from flask import g
from markupsafe import Markup

from hub.cases.listed import ListedCase
from hub.cases.models import (
    CLAUSE,
    FUNDER,
    GOAL,
    ITEM,
    PRACTICE_TYPE,
    RIGHT,
    TARGET_GROUP,
    US_PRINCIPLE,
    CaseStudy,
)
from hub.cases.truth import truth_of
from hub.core import clock
from hub.vocabularies.queries import Vocabulary, vocabulary
from hub.web.formats import absolute
from hub.web.locale import NATIVE_NAMES, country_name, in_language, language
from hub.web.locale import gettext as _

CSV_HEADER = (
    "slug", "title", "language", "city", "city_name", "country", "years", "started", "ended", "is_ongoing", "summary",
    "clauses", "types", "groups", "commitments", "us_principles", "is_compiled", "published_at", "updated_at", "url",
    "stage", "lead_office", "competence", "participation_level", "cost_band", "cost_amount", "cost_currency",
    "cost_year", "staff", "funders", "evidence_type", "rights", "sdgs", "adapted_from", "adapted_from_url",
    "will_mentor", "open_answers", "confirmed_at",
)  # fmt: skip


@dataclass
class CaseRow:
    """One case in a list; a list of search results puts marked words into `title` and `highlight`."""

    url: str
    title: str | Markup
    language: str
    language_label: str  # the case's language named in itself, empty where the page is in it
    city_name: str
    country: str
    years_text: str
    summary: str
    highlight: Markup | None
    principle_codes: list[str]
    type_labels: list[str]
    is_demo: bool = False


def terms_now() -> Vocabulary:
    """Return the vocabularies, read once a request."""
    if "case_terms" not in g:
        g.case_terms = vocabulary()
    terms: Vocabulary = g.case_terms
    return terms


def case_path(slug: str) -> str:
    """Return the path of a case's page, safe in links and headers."""
    return "/cases/" + quote(slug, safe="")


def is_current_language(code: str) -> bool:
    """Tell whether a text in this language (BCP 47) needs no mark on a page of the current language."""
    return code.split("-")[0] == language()


def own_language_name(code: str) -> str:
    """Return a language (BCP 47) named in itself, such as 한국어; the code where that is not known."""
    try:
        return NATIVE_NAMES.get(code) or Locale.parse(code, sep="-").get_language_name() or code
    except (UnknownLocaleError, ValueError):
        return code


class Named(Protocol):
    """A city, or as much of it as a name needs."""

    @property
    def name(self) -> str: ...
    @property
    def name_native(self) -> str | None: ...
    @property
    def native_language(self) -> str | None: ...


def city_label(city: Named) -> str:
    """Return the city's name as readers of the current language write it: its native name where that is theirs."""
    if language() != "en" and city.name_native and is_current_language(city.native_language or ""):
        return city.name_native
    return city.name


def years_phrase(case: CaseStudy | ListedCase) -> str:
    """Return when the practice ran, in words: since 2013, 2010–2011, 2018; as its source gives it where that is all."""
    started, ended = case.started, case.ended
    if started is None:
        return _("until %(year)s", year=ended) if ended is not None else case.years_text
    if case.is_ongoing:
        return _("since about %(year)s", year=started) if case.is_approximate else _("since %(year)s", year=started)
    span = str(started) if ended is None or ended == started else f"{started}–{ended}"
    return _("about %(years)s", years=span) if case.is_approximate else span


def labels_of(case: CaseStudy | ListedCase, tag_scheme: str, list_name: str) -> list[str]:
    """Return the words of a case's tags of one kind; a code that the list does not know stands for itself."""
    terms = terms_now().schemes.get(list_name, {})
    return [in_language(terms[code].labels) if code in terms else code for code in case.codes(tag_scheme)]


def case_row(case: CaseStudy | ListedCase) -> CaseRow:
    """Return what the macro `case_row` shows."""
    return CaseRow(
        url=case_path(case.slug),
        title=case.title,
        language=case.language,
        language_label="" if is_current_language(case.language) else own_language_name(case.language),
        city_name=city_label(case.city) if case.city else "",
        country=country_name(case.country),
        years_text=years_phrase(case),
        summary=case.summary,
        highlight=None,
        principle_codes=case.principle_codes,
        type_labels=labels_of(case, PRACTICE_TYPE, "practice_types"),
        is_demo=case.is_demo,
    )


def case_rows(cases: Iterable[CaseStudy]) -> list[CaseRow]:
    """Return the rows of several cases in their order."""
    return [case_row(case) for case in cases]


def case_item(case: CaseStudy | ListedCase) -> dict[str, Any]:
    """Return a case as an item of JSON lists; the city is null for a national programme, whose country stands apart."""
    city = case.city
    return {
        "slug": case.slug,
        "title": case.title,
        "summary": case.summary,
        "language": case.language,
        "city": {"slug": city.slug, "name": city.name, "country": city.country} if city else None,
        "country": case.country,
        "principles": case.principle_codes,
        "published_at": case.published_at.isoformat() if case.published_at else None,
        "updated_at": case.updated_at.isoformat(),
        "truth": truth_of(case, clock.now().date()).document(),
        "is_demo": case.is_demo,
        "url": absolute(case_path(case.slug)),
    }


def case_csv_row(case: CaseStudy) -> tuple[Any, ...]:
    """Return a case as a row under CSV_HEADER."""
    city, published = case.city, case.published_at
    return (
        case.slug, case.title, case.language, city.slug if city else "", city.name if city else "", case.country,
        case.years_text, case.started, case.ended, case.is_ongoing, case.summary, case.codes(CLAUSE),
        case.codes(PRACTICE_TYPE), case.codes(TARGET_GROUP), case.codes(ITEM), case.codes(US_PRINCIPLE),
        case.is_compiled, published.isoformat() if published else "", case.updated_at.isoformat(),
        absolute(case_path(case.slug)), case.stage, case.lead_office, case.competence, case.participation_level,
        case.cost_band, case.cost_amount, case.cost_currency, case.cost_year, case.staff, case.codes(FUNDER),
        case.evidence_type, case.codes(RIGHT), case.codes(GOAL), case.adapted_from, case.adapted_from_url,
        case.will_mentor, case.open_answers, case.confirmed_at.isoformat() if case.confirmed_at else "",
    )  # fmt: skip

"""What one may follow without an account: a thing, and the feed that brings what is new about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.cases import queries as cases
from hub.cases.rows import case_path
from hub.cities import queries as cities
from hub.core.errors import Invalid, NotFound
from hub.core.text import has_control_characters
from hub.feeds import queries as feeds
from hub.follows.models import CASE, CITY, COMMITMENT, COUNTRY, PRINCIPLE, QUESTION, SEARCH, SOURCE
from hub.follows.queries import find_question, is_country
from hub.follows.searches import list_path, read_search, search_key, spelled
from hub.follows.things import (
    country_path,
    feed_path,
    question_label,
    question_path,
    search_labels,
    source_path,
)
from hub.vocabularies.queries import vocabulary
from hub.web.locale import country_name, in_language, language
from hub.web.locale import gettext as _


@dataclass(frozen=True)
class Followed:
    """A thing one may follow; without `kind` by feed only."""

    label: str
    language: str
    url: str
    feed: str
    brings: str
    kind: str = ""
    key: str = ""
    query: str = ""  # of a search, in its one spelling


def find_followed(kind: str, name: str) -> Followed:
    """Return the thing of this kind and id; raises Invalid for what one cannot follow, NotFound for none."""
    if kind not in FINDERS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(FINDERS))
    if not name:
        raise Invalid("query" if kind == SEARCH else "id", "Say what to follow.")
    if has_control_characters(name):
        raise Invalid("query" if kind == SEARCH else "id", "It holds a control character.")
    return FINDERS[kind](name)


def _case(slug: str) -> Followed:
    case = cases.get_case(slug)
    brings = _(
        "It brings whatever is new about this case: revisions, translations, who took it up, questions and answers."
    )
    return _own(case.title, case_path(case.slug), brings, CASE, case.slug, case.language)


def _city(slug: str) -> Followed:
    city = cities.get_city(slug)
    label = cities.label_of(city.name, city.name_native, city.native_language, language())
    brings = _("It brings every new case of this city, what it takes up from others, and every status on a commitment.")
    return _own(label, f"/cities/{city.slug}", brings, CITY, city.slug)


def _principle(code: str) -> Followed:
    term = vocabulary().get_principle(code)
    label = f"{term.code} {in_language(term.labels)}"
    return _own(label, f"/principles/{code}", _("It brings every new case on this principle."), PRINCIPLE, code)


def _commitment(code: str) -> Followed:
    item = vocabulary().get_item(code)
    label = f"{item.code} {in_language(item.labels)}"
    brings = _("It brings every new status on this commitment, from any city, and every new case that serves it.")
    return _own(label, f"/commitments/{code}", brings, COMMITMENT, code)


def _source(slug: str) -> Followed:
    source = feeds.get_source(slug)
    brings = _("It brings every story from this source.")
    return _own(source.title, source_path(slug), brings, SOURCE, slug, source.language or "")


def _country(code: str) -> Followed:
    if not is_country(code):
        raise NotFound(f"no country {code}")
    brings = _("It brings what is new about every city of this country, and every city of it that joins.")
    return _own(country_name(code), country_path(code), brings, COUNTRY, code)


def _question(key: str) -> Followed:
    question = find_question(key, None)
    if question is None:
        raise NotFound(f"no question {key}")
    label, brings = question_label(question), _("It brings every answer to this question.")
    return _own(label, question_path(question.id), brings, QUESTION, key, question.language)


def _own(label: str, url: str, brings: str, kind: str, key: str, spoken: str = "") -> Followed:
    return Followed(label, spoken, url, feed_path(kind, key), brings, kind, key)


def _search(query: str) -> Followed:
    criteria = read_search(query)
    query = spelled(criteria)
    key = search_key(query)
    brings = _("It brings every new case that fits this search.")
    label = search_labels({key: criteria})[key]
    return Followed(label, "", list_path(query), list_path(query, ".atom"), brings, SEARCH, key, query)


def _news(_name: str) -> Followed:
    return Followed(_("News"), "", "/news/", "/news.atom", _("It brings every story from every source."))


FINDERS: dict[str, Callable[[str], Followed]] = {
    "case": _case,
    "city": _city,
    "principle": _principle,
    "commitment": _commitment,
    "search": _search,
    "source": _source,
    "country": _country,
    "question": _question,
    "news": _news,
}

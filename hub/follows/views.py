"""Following: what it is, and the feed address that works without an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, render_template

from hub.cases import queries as cases
from hub.cities import queries as cities
from hub.core.errors import Invalid
from hub.vocabularies.queries import vocabulary
from hub.web.formats import absolute
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import in_language
from hub.web.params import read_query

bp = Blueprint("follows", __name__)

LONGEST_ID = 1000
OWN_PAGE = frozenset({"page", "per_page", "lang"})  # what a saved search does not keep


@dataclass(frozen=True)
class Followed:
    """A thing one may follow, with the feed that brings what is new about it."""

    label: str
    language: str
    url: str
    feed: str
    brings: str


@bp.get("/follow")
@public
def show_follow() -> str:
    """Say what following is; with `kind` and `id`, where the feed of that thing is. Raises Invalid, NotFound."""
    query = read_query(allowed={"kind", "id"})
    kind, name = query.text("kind", 40), query.text("id", LONGEST_ID)
    followed = find_followed(kind, name) if kind or name else None
    general = [
        (_("New case studies"), "/cases.atom"),
        (_("Commitments"), "/commitments.atom"),
        (_("News"), "/news.atom"),
        (_("Events"), "/events.atom"),
        (_("Exchange"), "/exchange.atom"),
    ]
    address = absolute(followed.feed) if followed else ""
    return render_template("follows/follow.html", followed=followed, address=address, general=general)


def find_followed(kind: str, name: str) -> Followed:
    """Return the thing of this kind and id; raises Invalid for a kind or id one cannot follow, NotFound for none."""
    if kind not in KINDS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(KINDS))
    if not name:
        raise Invalid("id", "Say what to follow.")
    return KINDS[kind](name)


def _case(slug: str) -> Followed:
    case = cases.get_case(slug)
    feed = f"/cases.atom?{urlencode({'city': case.city.slug} if case.city else {'country': case.country})}"
    brings = _("One case has no feed of its own yet. This one brings every new case of its city.")
    if case.city is None:
        brings = _("One case has no feed of its own yet. This one brings every new case of its country.")
    return Followed(case.title, case.language, f"/cases/{case.slug}", feed, brings)


def _city(slug: str) -> Followed:
    city = cities.get_city(slug)
    feed = f"/cases.atom?{urlencode({'city': city.slug})}"
    return Followed(city.name, "", f"/cities/{city.slug}", feed, _("It brings every new case of this city."))


def _principle(code: str) -> Followed:
    term = vocabulary().get_principle(code)
    label = f"{term.code} {in_language(term.labels)}"
    feed = f"/cases.atom?{urlencode({'principle': term.code})}"
    return Followed(label, "", f"/principles/{term.code}", feed, _("It brings every new case on this principle."))


def _commitment(code: str) -> Followed:
    item = vocabulary().get_item(code)
    label = f"{item.code} {in_language(item.labels)}"
    brings = _("It brings every new status on this commitment, from any city.")
    return Followed(label, "", f"/commitments/{item.code}", f"/commitments/{item.code}.atom", brings)


def _search(query: str) -> Followed:
    pairs = [(name, value) for name, value in parse_qsl(query) if name not in OWN_PAGE]
    if not pairs:
        raise Invalid("id", "It holds no search.")
    found = urlencode(pairs)
    label = ", ".join(value for _name, value in pairs)
    return Followed(
        label, "", f"/cases/?{found}", f"/cases.atom?{found}", _("It brings every new case that fits this search.")
    )


def _news(_name: str) -> Followed:
    return Followed(_("News"), "", "/news/", "/news.atom", _("It brings every story from every source."))


KINDS: dict[str, Callable[[str], Followed]] = {
    "case": _case,
    "city": _city,
    "principle": _principle,
    "commitment": _commitment,
    "search": _search,
    "news": _news,
}

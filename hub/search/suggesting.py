"""The door that a search box asks while somebody types."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from hub.cases.rows import case_path, city_label
from hub.cities.queries import CityLine
from hub.search.queries import open_index
from hub.search.suggest import suggest
from hub.vocabularies.queries import TermView
from hub.web import limits
from hub.web.formats import json_document
from hub.web.gate import public
from hub.web.locale import country_name, in_language, language, ngettext
from hub.web.locale import gettext as _
from hub.web.params import read_query

bp = Blueprint("suggesting", __name__)


@bp.get("/search/suggest.json")
@limits.searches
@public
def suggest_while_typing() -> Response:
    """At most eight cities, principles and case studies that begin with what was typed."""
    found = suggest(open_index(current_app.config["HUB"].index_dir), read_query(allowed=("q",)).text("q"))
    items = [
        *(_item("city", _("City"), _city(city), f"/cities/{city.slug}") for city in found.cities),
        *(_item("principle", _("Principle"), _term(term), f"/principles/{term.code}") for term in found.principles),
        *(_item("case", _("Case study"), case.title, case_path(case.slug), case.language) for case in found.cases),
    ]
    said = ngettext("%(num)d suggestion", "%(num)d suggestions", len(items)) if items else _("No suggestions")
    return json_document({"items": items, "said": said})


def _item(kind: str, kind_name: str, label: str, url: str, written_in: str = "") -> dict[str, Any]:
    return {"kind": kind, "kind_name": kind_name, "label": label, "url": url, "language": written_in or language()}


def _city(city: CityLine) -> str:
    return f"{city_label(city)}, {country_name(city.country)}"


def _term(term: TermView) -> str:
    return f"{term.code} {in_language(term.labels)}"

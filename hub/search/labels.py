"""The words for facet codes, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.cases.rows import city_label
from hub.search.criteria import Criteria
from hub.search.facets import FACETS, charter, lines
from hub.search.queries import find_cities
from hub.vocabularies.queries import Vocabulary, vocabulary
from hub.web.locale import country_name, in_language, language_name
from hub.web.locale import gettext as _

_LISTS = {"region": "regions", "group": "target_groups", "type": "practice_types"}
MOST_SHOWN = 60  # values of one filter; what is chosen beyond them stays
CITY = next(spec for spec in FACETS if spec.name == "city")


class Labels:
    """Names for the codes of all facets; city names are read once, for as many as are shown."""

    def __init__(
        self, counts: Mapping[str, Mapping[str, int]], criteria: Criteria, *, of_all_cities: bool = False
    ) -> None:
        self._words: Vocabulary = vocabulary()
        self.of_cities = lines(CITY, counts.get("city", {}), criteria.city, None if of_all_cities else MOST_SHOWN)
        self._cities = {city.slug: city_label(city) for city in find_cities([line.code for line in self.of_cities])}

    def name(self, facet: str, code: str) -> str:
        """Return the name of a code; a code nobody knows is its own name."""
        if facet == "principle":
            term = self._words.find_principle(code)
            return in_language(term.short or term.labels) if term else code
        if facet == "commitment":
            item = self._words.find_item(code)
            return f"{code} {in_language(item.short or item.labels)}" if item else code
        if facet == "country":
            return country_name(code)
        if facet == "language":
            return language_name(code)
        if facet == "city":
            return self._cities.get(code, code)
        term = self._words.find(_LISTS[facet], code)
        return in_language(term.labels) if term else code

    def tag(self, facet: str, code: str) -> str:
        """Return a code with its name, as texts speak of it."""
        return f"{code} {self.name(facet, code)}" if facet == "principle" else self.name(facet, code)

    def chip(self, name: str, value: str) -> str:
        """Return the words of a removable chip."""
        if name == "q":
            return _("“%(words)s”", words=value)
        if name == "year_from":
            return _("from %(year)s", year=value)
        if name == "year_to":
            return _("until %(year)s", year=value)
        return self.tag(name, value)


def facet_json(counts: Mapping[str, Mapping[str, int]], criteria: Criteria, labels: Labels) -> dict[str, Any]:
    """Return the facets as the JSON list gives them: code, label and count, codes that find nothing left out."""
    return {
        spec.name: [
            {"code": line.code, "label": labels.name(spec.name, line.code), "count": line.count}
            for line in lines(spec, counts.get(spec.name, {}), getattr(criteria, spec.name))
            if line.count
        ]
        for spec in FACETS
    }


def facet_name(name: str) -> str:
    """Return what a filter is called."""
    return {
        "principle": _("Principle"), "country": _("Country"), "region": _("Region"), "city": _("City"),
        "language": _("Written in"), "group": _("For"), "type": _("Kind of practice"), "commitment": _("Commitment"),
    }[name]  # fmt: skip


def facet_groups(counts: Mapping[str, Mapping[str, int]], criteria: Criteria, labels: Labels) -> list[dict[str, Any]]:
    """Return the filters as the page shows them, each charter apart, the ten principles always whole."""
    groups = _principle_groups(counts.get("principle", {}), criteria, labels)
    specs = {spec.name: spec for spec in FACETS}
    for name in ("type", "region", "country", "city", "group", "commitment", "language"):
        taken = getattr(criteria, name)
        found = counts.get(name, {})
        shown = labels.of_cities if name == "city" else lines(specs[name], found, taken, MOST_SHOWN)
        values = [
            {
                "code": line.code,
                "label": labels.name(name, line.code),
                "count": line.count,
                "selected": line.is_selected,
            }
            for line in shown
        ]
        if values:
            unshown = len({*found, *taken}) - len(shown)
            groups.append(
                {"name": name, "legend": facet_name(name), "values": values, "open_count": 5, "unshown": unshown}
            )
    return groups


def _principle_groups(counts: Mapping[str, int], criteria: Criteria, labels: Labels) -> list[dict[str, Any]]:
    words = vocabulary()
    chosen = set(criteria.principle)
    opened = {words.principle_of(code) for code in chosen}
    ten: list[dict[str, Any]] = []
    for term in words.top("gwangju"):
        ten.append(_line("principle", term.code, counts, chosen, labels))
        if term.code in opened:
            clauses = (clause.code for clause in words.children(term))
            ten += [_line("principle", code, counts, chosen, labels) for code in clauses]
    groups = [{"name": "principle", "legend": facet_name("principle"), "values": ten, "open_count": 30}]
    others = (("DT", _("Theme of the Declaration")), ("US", _("Principle of the US Alliance")))
    spec = next(spec for spec in FACETS if spec.name == "principle")
    for prefix, legend in others:
        found = [line.code for line in lines(spec, counts, chosen) if charter(line.code) == prefix]
        shown = [code for code in found if "." not in code or code in chosen]
        values = [_line("principle", code, counts, chosen, labels) for code in shown]
        if values:
            groups.append({"name": "principle", "legend": legend, "values": values, "open_count": 3})
    return groups


def _line(facet: str, code: str, counts: Mapping[str, int], chosen: set[str], labels: Labels) -> dict[str, Any]:
    return {
        "code": code, "label": labels.name(facet, code), "count": counts.get(code, 0), "selected": code in chosen,
        "hue": code[2:] if code.startswith("GP") and "." not in code else "",
    }  # fmt: skip

"""The directory of cities."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, render_template

from hub.cases import queries as cases
from hub.cities import directory, queries
from hub.cities.views.blueprint import bp
from hub.commitments import queries as commitments
from hub.core import clock
from hub.vocabularies.queries import vocabulary
from hub.web.formats import AtomEntry, atom_feed, csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import country_name, language
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import Query, read_query


def _directory(query: Query) -> directory.Directory:
    asked = directory.read_asked(query)
    known = commitments.known_counts(clock.now().date())
    return directory.build(asked, queries.list_cities(), cases.counts_by_city(), known)


@bp.get("/cities/")
@public
def show_directory() -> str:
    """Show the local governments by region, on a map and as a list."""
    found = _directory(read_query(allowed={"q", "region", "country"}, repeated={"with"}))
    terms = vocabulary()
    regions = directory.in_words(found.regions, terms)
    return render_template(
        "cities/directory.html",
        found=found,
        asked=found.asked,
        regions=regions,
        region_names={option.code: option.label for option in regions},
        groups=directory.by_region(found.cities),
        points=directory.map_points(found),
        removable=directory.chips(found.asked, terms),
        nav_current="cities",
    )


@bp.get("/cities.<any(json,csv,atom):suffix>")
@public
def export_directory(suffix: str) -> Response:
    """Give the directory to programs: one page as JSON, all as CSV, the newest changes as Atom."""
    query = read_query(allowed={"q", "region", "country", "page", "per_page"}, repeated={"with"})
    page, per_page = query.integer("page", 1) or 1, query.integer("per_page", 20, high=100) or 20
    found = _directory(query)
    if suffix == "csv":
        rows = [directory.csv_row(city, found) for city in found.cities]
        return csv_stream("cities.csv", directory.CSV_HEADER, rows)
    if suffix == "atom":
        return _directory_feed(found)
    shown = Page(found.cities[(page - 1) * per_page : page * per_page], len(found.cities), page, per_page)
    facets = {"region": directory.in_words(found.regions, vocabulary()), "country": found.countries}
    listed = {name: [asdict(option) for option in options if option.count] for name, options in facets.items()}
    return json_list(shown, [directory.item(city, found) for city in shown.items], facets=listed)


def _directory_feed(found: directory.Directory) -> Response:
    newest = sorted(found.cities, key=lambda city: (city.updated_at, city.id), reverse=True)[:50]
    entries = [
        AtomEntry(
            id=f"city/{city.id}",
            title=city.label(language()),
            url=city.url,
            updated_at=city.updated_at,
            summary=country_name(city.country),
            categories=(city.region,),
        )
        for city in newest
    ]
    title = f"{_('Cities')}: {_('Human Rights Cities Hub')}"
    path, page_path = found.asked.url("/cities.atom"), found.asked.url("/cities/")
    return atom_feed(title=title, path=path, page_path=page_path, entries=entries)

"""Reports on the commitments for a period: of one city, and the sums of all; a page to print, a PDF, the data."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from hub.cities import queries as cities
from hub.cities.models import City
from hub.cities.profile import names
from hub.commitments import matrix, queries
from hub.commitments.queries import report as sums
from hub.commitments.report.city import city_document
from hub.commitments.report.data import (
    FIELDS,
    NetworkReport,
    Period,
    city_data,
    city_report,
    digest_of,
    network_data,
    read_period,
)
from hub.commitments.report.network import network_document
from hub.commitments.report.parts import Document
from hub.commitments.report.pdf import report_pdf
from hub.commitments.views.blueprint import bp, today
from hub.vocabularies.queries import ItemView, Vocabulary, vocabulary
from hub.web import limits
from hub.web.formats import json_document
from hub.web.gate import public
from hub.web.params import read_query


@bp.get("/cities/<slug>/commitments/report")
@limits.searches
@public
def show_city_report(slug: str) -> str:
    """Show where a city stood before a period and at its end, what changed in it, and what became known."""
    period, city = read_period(read_query(allowed=FIELDS), today()), cities.get_city(slug)
    document, _data = _of_city(city, period)
    return _page(document, period, f"/cities/{city.slug}/commitments", names(city)[0], "cities")


@bp.get("/cities/<slug>/commitments/report.<any(pdf,json):suffix>")
@limits.searches
@public
def export_city_report(slug: str, suffix: str) -> Response:
    """Give the report on a city as PDF, or its data."""
    period, city = read_period(read_query(allowed=FIELDS), today()), cities.get_city(slug)
    document, data = _of_city(city, period)
    return _file(document, data, period, f"/cities/{city.slug}/commitments", city.slug, suffix)


@bp.get("/commitments/report")
@limits.searches
@public
def show_network_report() -> str:
    """Show the sums of all cities before a period and at its end, and how much changed in it."""
    period = read_period(read_query(allowed=FIELDS), today())
    document, _data = _of_network(period)
    return _page(document, period, "/commitments", "", "commitments")


@bp.get("/commitments/report.<any(pdf,json):suffix>")
@limits.searches
@public
def export_network_report(suffix: str) -> Response:
    """Give the report on all cities as PDF, or its data."""
    period = read_period(read_query(allowed=FIELDS), today())
    document, data = _of_network(period)
    return _file(document, data, period, "/commitments", "network", suffix)


def _of_city(city: City, period: Period) -> tuple[Document, dict[str, Any]]:
    """Return the report on a city in words and as data; the same for every reader, as it rests on what is public."""
    terms = vocabulary()
    lines = queries.list_lines(city_id=city.id, with_evidence=True)
    found = city_report(lines, queries.checks_of([line.id for line in lines]), period)
    items = _items(terms)
    data = city_data(found, city.slug, [item.code for item in items])
    return city_document(found, names(city)[0], digest_of(data), items, terms), data


def _of_network(period: Period) -> tuple[Document, dict[str, Any]]:
    terms = vocabulary()
    codes = [item.code for item in _items(terms)]
    days = (period.first, period.last)
    found = NetworkReport(
        period=period,
        cities=len(cities.list_cities()),
        start=queries.status_counts(period.before, period.known, items=codes),
        end=queries.status_counts(period.last, period.known, items=codes),
        took_effect=sums.took_effect(*days, period.known),
        came_on_record=sums.came_on_record(*days),
        checks=sums.checks_made(*days, period.known),
        evidence=sums.evidence_kinds(period.last, period.known),
    )
    data = network_data(found)
    return network_document(found, digest_of(data), terms), data


def _items(terms: Vocabulary) -> list[ItemView]:
    return [item for group in matrix.groups(terms) for item in group.items]


def _page(document: Document, period: Period, path: str, city: str, current: str) -> str:
    return render_template(
        "commitments/report.html",
        document=document,
        period=period,
        path=path,
        city_name=city,
        today=today(),
        nav_current=current,
    )


def _file(document: Document, data: dict[str, Any], period: Period, path: str, name: str, suffix: str) -> Response:
    if suffix == "json":
        return json_document({**data, "sha256": digest_of(data)})
    pdf = report_pdf(document, period, f"{path}/report?{period.query}")
    response = Response(pdf, content_type="application/pdf")
    days = f"{period.first.isoformat()}-{period.last.isoformat()}"
    response.headers["Content-Disposition"] = f'inline; filename="commitments-{name}-{days}.pdf"'
    return response

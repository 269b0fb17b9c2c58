"""What the commitments showed at the end of each forum, at addresses that stay."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, render_template

from hub.cities import queries as cities
from hub.commitments import documents, matrix, queries
from hub.commitments.editions import digest_of, edition_text
from hub.commitments.models import STATUSES, EditionSnapshot
from hub.commitments.queries import editions
from hub.commitments.tally import Tally
from hub.commitments.views.blueprint import bp
from hub.vocabularies.queries import ItemView, vocabulary
from hub.web.formats import absolute, csv_stream, json_document
from hub.web.gate import public
from hub.web.params import read_query

YEARS = "<int(min=2011,max=2200):year>"


@bp.get("/commitments/editions/")
@public
def list_editions() -> str:
    """Show of which forums the state of the commitments is fixed, with the digest of each."""
    read_query()
    fixed = [(each, editions.find_edition(each.year)) for each in editions.list_snapshots()]
    return render_template("commitments/editions.html", fixed=fixed, nav_current="commitments")


@bp.get(f"/commitments/editions/{YEARS}")
@public
def show_edition(year: int) -> str:
    """Show what was on record at the end of one forum, and whether the digest still holds."""
    read_query()
    fixed = editions.get_snapshot(year)
    items, found = _items(), cities.list_cities()
    codes = [item.code for item in items]
    stands = queries.stands([city.id for city in found], fixed.as_of, fixed.known_at, items=codes)
    known = {city_id for city_id, _item in stands}
    rows = matrix.rows([city for city in found if city.id in known], items, stands)
    return render_template(
        "commitments/edition.html",
        fixed=fixed,
        edition=editions.find_edition(year),
        holds=digest_of(_text(fixed)) == fixed.digest,
        readings=list(zip(matrix.readings(rows, items, vocabulary()), _sums(fixed, items), strict=True)),
        nav_current="commitments",
    )


@bp.get(f"/commitments/editions/{YEARS}.<any(json,csv,txt):suffix>")
@public
def export_edition(year: int, suffix: str) -> Response:
    """Give the state at the end of one forum to programs; as text it is exactly what the digest is made of."""
    read_query()
    fixed = editions.get_snapshot(year)
    if suffix == "txt":
        return Response(_text(fixed), content_type="text/plain; charset=utf-8")
    items = _items()
    if suffix == "csv":
        states = queries.current_states(fixed.as_of, fixed.known_at, with_evidence=True)
        checks = queries.checks_in_force([line.id for line in states.values()], fixed.as_of, fixed.known_at)
        rows = documents.csv_rows(cities.list_cities(), items, states, fixed.as_of, checks)
        return csv_stream(f"commitments-{year}.csv", documents.CSV_HEADER, rows)
    sums = [{"code": each.item_code, **each.counts()} for each in _sums(fixed, items)]
    return json_document(_facts(fixed) | {"items": sums})


def _items() -> list[ItemView]:
    return [item for group in matrix.groups(vocabulary()) for item in group.items]


def _sums(fixed: EditionSnapshot, items: list[ItemView]) -> list[Tally]:
    """Return what stood where on each item, over as many cities as there were then."""
    counted = Counter((each.item, each.status) for each in editions.held_on(fixed.as_of, fixed.known_at))
    return [
        Tally(item.code, fixed.cities, {status: counted[item.code, status] for status in STATUSES}) for item in items
    ]


def _text(fixed: EditionSnapshot) -> str:
    held = editions.held_on(fixed.as_of, fixed.known_at)
    return edition_text(fixed.as_of, editions.in_utc(fixed.known_at), fixed.cities, held)


def _facts(fixed: EditionSnapshot) -> dict[str, Any]:
    return {
        "year": fixed.year,
        "as_of": fixed.as_of.isoformat(),
        "known_at": editions.in_utc(fixed.known_at).isoformat(),
        "cities": fixed.cities,
        "records": fixed.records,
        "sha256": fixed.digest,
        "url": absolute(f"/commitments/editions/{fixed.year}"),
    }

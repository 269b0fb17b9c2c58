"""The exchange: who learned from whom. Its lists are empty until cities record adaptations, and say so."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from hub.web import formats
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

bp = Blueprint("exchange", __name__)

PER_PAGE = 20
COLUMNS = ("case", "from_city", "to_city", "stage", "since", "updated_at")


@bp.get("/exchange/")
@public
def show_exchange() -> str:
    """Show the exchange, or why nothing is in it yet."""
    read_query()
    return render_template("exchange/exchange.html", nav_current="exchange")


@bp.get("/exchange.<any(json,csv,atom):suffix>")
@public
def export_exchange(suffix: str) -> Response:
    """Give the exchange as JSON (one page), CSV or Atom."""
    query = read_query(allowed={"page", "per_page"})
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE
    if suffix == "csv":
        return formats.csv_stream("exchange.csv", COLUMNS, [])
    if suffix == "atom":
        return formats.atom_feed(
            title=_("Human Rights Cities Hub: exchange"),
            path="/exchange.atom",
            page_path="/exchange/",
            entries=[],
        )
    return formats.json_list(Page([], 0, number, per_page), [])

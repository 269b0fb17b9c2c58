"""The network's page: who learned from whom, what is asked, who offers help; the same for programs."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template

from hub.cases.page import principle_bar
from hub.core.errors import NotFound
from hub.exchange import exports, network, policy, queries
from hub.exchange.asking import question_lines
from hub.exchange.models import STATES, Adaptation
from hub.exchange.queries import ExchangeLine
from hub.exchange.rows import adaptation_item, adaptation_row
from hub.exchange.views.bp import bp
from hub.exchange.words import state_label
from hub.vocabularies.queries import vocabulary
from hub.web import formats
from hub.web.actor import signed_in_user
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

PER_PAGE = 20
QUESTIONS_SHOWN = 8
OFFERS_SHOWN = 60


@bp.get("/exchange/")
@public
def show_exchange() -> str:
    """Show who learned from whom, as picture and table, with open questions and offers to mentor."""
    query, terms = read_query(allowed=network.FILTERS | {"page"}), vocabulary()
    asked, number = network.read_asked(query, terms), query.integer("page", 1) or 1
    lines = queries.list_exchange(asked)
    first = (number - 1) * PER_PAGE
    if number > 1 and first >= len(lines):
        raise NotFound("no such page of the exchange")
    offered, offers_total = queries.offers_to_mentor(OFFERS_SHOWN)
    return render_template(
        "exchange/exchange.html",
        asked=asked,
        url=lambda path: network.asked_url(asked, path),
        principles=principle_bar(),
        regions=terms.scheme("regions"),
        states=[(state, state_label(state)) for state in STATES],
        removable=network.chips(asked, terms),
        picture=network.picture(lines, terms) if lines else None,
        rows=[adaptation_row(each) for each in _whole(lines[first : first + PER_PAGE])],
        page=Page(lines[first : first + PER_PAGE], len(lines), number, PER_PAGE),
        page_url=lambda other: network.asked_url(asked, network.PATH, page=other if other > 1 else ""),
        questions=question_lines(queries.open_questions(QUESTIONS_SHOWN), with_answers=False),
        offers=network.offers(offered),
        offers_total=offers_total,
        may_record=bool(policy.adapting_cities(signed_in_user())),
        nav_current="exchange",
    )


def _whole(lines: Sequence[ExchangeLine]) -> list[Adaptation]:
    """Return these adaptations in the same order, with what a row says of them."""
    return queries.adaptations_by_id([line.id for line in lines])


@bp.get("/exchange.<any(json,csv,atom):suffix>")
@public
def export_exchange(suffix: str) -> Response:
    """Give adaptations as JSON (one page), CSV (all) or Atom (the newest), with the query of the page."""
    query, terms = read_query(allowed=network.FILTERS | {"page", "per_page"}), vocabulary()
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE
    asked = network.read_asked(query, terms)
    lines = queries.list_exchange(asked)
    if suffix == "csv":
        principles = queries.principles_of([line.origin.id for line in lines if line.origin])
        return formats.csv_stream("exchange.csv", exports.CSV_HEADER, exports.csv_rows(lines, principles))
    if suffix == "atom":
        return formats.atom_feed(
            title=_("Human Rights Cities Hub: exchange"),
            path=network.asked_url(asked, "/exchange.atom"),
            page_path=network.asked_url(asked, network.PATH),
            entries=[exports.feed_entry(each) for each in _whole(lines[:50])],
        )
    shown = lines[(number - 1) * per_page : number * per_page]
    return formats.json_list(
        Page(shown, len(lines), number, per_page), [adaptation_item(each) for each in _whole(shown)]
    )

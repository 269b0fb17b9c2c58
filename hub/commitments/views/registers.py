"""Organizers bring in published lists of members and decide which of their lines are cities on record."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities import queries as cities
from hub.cities.queries import CityLine
from hub.cities.standing import Standing, standing, status_label
from hub.commitments import policy, queries, service
from hub.commitments.models import ACCEPTED, PROPOSED, REJECTED, UNMATCHED
from hub.commitments.queries import ListLine, RowLine
from hub.commitments.registerforms import RegisterForm, RowForm
from hub.commitments.registers import EXACT, NEAR, OTHER_NAME
from hub.commitments.views.blueprint import bp, today
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.extensions import csrf
from hub.vocabularies.queries import ItemView, vocabulary
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import country_name, in_language, language
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

ROWS_A_PAGE = 50
WAITING, WITHOUT, DECIDED = "waiting", "without", "decided"
_SHOWN = {WAITING: (PROPOSED,), WITHOUT: (UNMATCHED,), DECIDED: (ACCEPTED, REJECTED)}
_CSV_HEADER = (
    "line", "name", "country", "since", "status", "city", "match", "decision", "on_record", "record_case",
)  # fmt: skip


class RowShown(NamedTuple):
    """A line of a list as its page shows it: in words, with what is on record."""

    row: RowLine
    country: str
    found: str  # how the city was found
    status: Standing | None
    is_ours: bool  # of a city that the reader belongs to, so that another organizer decides


@bp.get("/organizers/registers")
@permission(ORGANIZER)
def show_registers() -> str:
    """List the member lists that were brought in."""
    read_query()
    terms = vocabulary()
    lists = [(each, _item_words(terms.find_item(each.item_code), each.item_code)) for each in queries.list_registers()]
    return render_template("commitments/registers.html", lists=lists, nav_current="desk")


@bp.route("/organizers/registers/new", methods=["GET", "POST"])
@limits.uploads
@csrf.exempt
@permission(ORGANIZER)
def add_register() -> ResponseReturnValue:
    """Bring in a published list; no record changes by it."""
    read_query()
    form, terms = RegisterForm(), vocabulary()
    form.offer([(item.code, _item_words(item, item.code)) for item in terms.items.values() if item.replaced_by is None])
    if request.method == "POST" and form.is_good():
        try:
            return redirect(form.carry_out(lambda: _add(form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    page = render_template("commitments/register_new.html", form=form, today=today(), nav_current="desk")
    return page, 400 if form.problems else 200


def _add(form: RegisterForm) -> str:
    me: Any = signed_in_user()
    new, lines = form.read()
    files_dir = current_app.config["HUB"].files_dir
    added = service.add_register(by=me, new=new, lines=lines, files_dir=files_dir, now=clock.now())
    return f"/organizers/registers/{added.id}"


@bp.get("/organizers/registers/<int(max=2147483647):list_id>")
@permission(ORGANIZER)
def show_register(list_id: int) -> str:
    """Show what a list says beside what is on record, the lines to decide first."""
    query = read_query(allowed={"show", "page"})
    shown = query.text("show", 20) or WAITING
    if shown not in _SHOWN:
        raise Invalid("show", "Choose one of: %(choices)s.", choices=", ".join(_SHOWN))
    number = query.integer("page", 1) or 1
    register = queries.get_register(list_id)
    item = vocabulary().get_item(register.item_code)
    rows = queries.list_rows(list_id, register.item_code, today())
    wanted = [row for row in rows if row.state in _SHOWN[shown]]
    part = wanted[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    path = f"/organizers/registers/{list_id}"
    counts = {name: sum(row.state in states for row in rows) for name, states in _SHOWN.items()}
    return render_template(
        "commitments/register.html",
        register=register,
        item=item,
        path=path,
        page=Page([_shown(row, item) for row in part], len(wanted), number, ROWS_A_PAGE),
        page_url=lambda other: f"{path}?show={shown}&page={other}",
        tabs=[(f"{words} ({counts[name]})", f"{path}?show={name}", name == shown) for name, words in _tabs()],
        shown=shown,
        sure=sum(row.is_sure and _may_decide(row.city) for row in rows),
        absent=_absent(register, rows, item),
        adopted_label=status_label("adopted", vocabulary()),
        nav_current="desk",
    )


@bp.get("/organizers/registers/<int(max=2147483647):list_id>.csv")
@permission(ORGANIZER)
def export_register(list_id: int) -> Response:
    """Give the lines of a list with what was decided."""
    read_query()
    register = queries.get_register(list_id)
    rows = queries.list_rows(list_id, register.item_code, today())
    lines = (
        (
            row.line, row.name, row.country, row.since_text, row.status_text, row.city.slug if row.city else "",
            row.match, row.state, row.status.status if row.status else "", row.case,
        )
        for row in rows
    )  # fmt: skip
    return csv_stream(f"register-{list_id}.csv", _CSV_HEADER, lines)


@bp.post("/organizers/registers/<int(max=2147483647):list_id>/accept")
@permission(ORGANIZER)
def accept_sure(list_id: int) -> ResponseReturnValue:
    """Accept all lines that leave no doubt and contradict nothing."""
    read_query()
    me: Any = signed_in_user()
    with transaction():
        service.accept_sure(by=me, list_id=list_id, files_dir=current_app.config["HUB"].files_dir, now=clock.now())
    return redirect(f"/organizers/registers/{list_id}", 303)


@bp.route(
    "/organizers/registers/<int(max=2147483647):list_id>/lines/<int(max=2147483647):row_id>", methods=["GET", "POST"]
)
@csrf.exempt
@permission(ORGANIZER)
def decide_row(list_id: int, row_id: int) -> ResponseReturnValue:
    """Show one line beside what is on record of the city, and accept or reject it."""
    read_query()
    register, row = queries.get_register(list_id), queries.get_row(list_id, row_id)
    item = vocabulary().get_item(register.item_code)
    everywhere = cities.by_name(cities.list_cities())
    form = RowForm()
    form.offer([(str(city.id), f"{city.label(language())}, {country_name(city.country)}") for city in everywhere])
    if request.method == "GET":
        form.city.data = str(row.city_id or "")
    status = 200
    if request.method == "POST" and form.is_good():
        try:
            return redirect(form.carry_out(lambda: _decide(list_id, row_id, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            status, row = 409, queries.get_row(list_id, row_id)
    chosen = form.city_id if not form.city.errors else row.city_id
    city = next((each for each in everywhere if each.id == (chosen or row.city_id)), None)
    line = queries.standing_line(city.id, item.code, today()) if city else None
    page = render_template(
        "commitments/register_row.html",
        register=register,
        item=item,
        form=form,
        shown=_shown(queries.row_line(row, city, line), item),
        path=f"/organizers/registers/{list_id}",
        is_late=status == 409,
        nav_current="desk",
    )
    return page, 400 if form.problems else status


def _decide(list_id: int, row_id: int, form: RowForm) -> str:
    me: Any = signed_in_user()
    wanted = request.form.get("do")
    if wanted == "reject":
        service.reject_row(by=me, list_id=list_id, row_id=row_id, now=clock.now())
    elif wanted != "accept":
        raise Invalid("form_key", "Choose one of: %(choices)s.", choices="accept, reject")
    else:
        service.accept_row(
            by=me, list_id=list_id, row_id=row_id, city_id=form.city_id, is_meant=bool(form.is_meant.data),
            files_dir=current_app.config["HUB"].files_dir, now=clock.now(),
        )  # fmt: skip
    return f"/organizers/registers/{list_id}"


def _tabs() -> list[tuple[str, str]]:
    return [(WAITING, _("To decide")), (WITHOUT, _("No city here")), (DECIDED, _("Decided"))]


def _shown(row: RowLine, item: ItemView) -> RowShown:
    found = {
        EXACT: _("The same name and country"),
        OTHER_NAME: _("Its name in another language, the same country"),
        NEAR: _("Perhaps: look closer"),
    }
    return RowShown(
        row, country_name(row.country) if row.country else "", found.get(row.match, "") if row.city else "",
        standing(row.status, item, vocabulary()) if row.status else None,
        row.city is not None and not _may_decide(row.city),
    )  # fmt: skip


def _may_decide(city: CityLine | None) -> bool:
    return city is not None and policy.can_check_documents(signed_in_user(), city.id)


def _absent(register: ListLine, rows: list[RowLine], item: ItemView) -> list[tuple[CityLine, Standing]]:
    missing = queries.not_on_list(register, rows, today())
    return [(city, standing(line, item, vocabulary())) for city, line in missing]


def _item_words(item: ItemView | None, code: str) -> str:
    return f"{code} {in_language(item.labels)}" if item else code

"""Lists of sources: what the public may know of whom the hub reads, and lists (OPML) in and out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.errors import Conflict
from hub.extensions import csrf
from hub.feeds import health, service
from hub.feeds.forms import AddListForm, ListForm
from hub.feeds.opml import MAX_BYTES, Outline, UnreadableList, read_opml, write_opml
from hub.feeds.views.blueprint import bp
from hub.feeds.views.offered import cities, reach
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission, public
from hub.web.locale import gettext as _
from hub.web.locale import language_name
from hub.web.paging import Page
from hub.web.params import read_query

PER_PAGE = 200
MOST_FEEDS = 1000  # of one list
MOST_CARRIED = 800_000  # bytes of a list between its two pages
SHOWN = 200  # lines of each part of a list


@bp.get("/news/sources")
@public
def show_read() -> str:
    """Tell whom the hub reads, and how to be left out."""
    number = read_query(allowed={"page"}).integer("page", 1) or 1
    found, total = health.list_read(number, PER_PAGE)
    rows = [
        {
            "slug": source.slug, "title": source.title, "homepage": source.homepage or source.address or "",
            "language": language_name(source.language) if source.language else "", "stories": stories,
        }
        for source, stories in found
    ]  # fmt: skip
    return render_template(
        "feeds/sources_public.html",
        nav_current="news",
        page=Page(rows, total, number, PER_PAGE),
        page_address=lambda other: f"/news/sources?page={other}" if other > 1 else "/news/sources",
    )


@bp.get("/news/sources.opml")
@public
def export_read() -> Response:
    """Give the list of those the hub reads, for other readers of feeds."""
    read_query()
    return _opml(is_public=True)


@bp.get("/organizers/sources.opml")
@permission(ORGANIZER)
def export_all() -> Response:
    """Give the list of all sources that have an address."""
    read_query()
    return _opml(is_public=False)


def _opml(*, is_public: bool) -> Response:
    rows = [
        (each.title, each.address or "", each.homepage or "", each.language or "")
        for each in health.each_address(is_public=is_public)
    ]
    response = Response(write_opml(_("Human Rights Cities Hub: sources of news"), rows))
    response.headers["Content-Type"] = "text/x-opml; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="sources.opml"'
    return response


@bp.get("/organizers/sources/import")
@permission(ORGANIZER)
def ask_for_list() -> str:
    """Ask for a list of feeds."""
    read_query()
    return _show(ListForm())[0]


@bp.post("/organizers/sources/import")
@limits.uploads
@csrf.exempt
@permission(ORGANIZER)
def look_at_list() -> ResponseReturnValue:
    """Show what of a list would be added and what not. Stores nothing."""
    form = ListForm()
    if not form.is_good():
        return _show(form)
    sent = form.file.data
    if not sent:
        form.refuse("file", _("Choose the file of the list."))
        return _show(form)
    try:
        outlines = read_opml(sent.read(MAX_BYTES + 1))
    except UnreadableList as error:
        form.refuse("file", f"{_(str(error))} {_('Export it once more from the reader of feeds that you use.')}")
        return _show(form)
    if len(outlines) > MOST_FEEDS:
        said = _("The list has %(found)d feeds. Add at most %(most)d at a time.", found=len(outlines), most=MOST_FEEDS)
        form.refuse("file", said)
    found = service.sort_list(outlines, allow=reach().allow)
    carried = _carried(found)
    if len(carried.encode()) > MOST_CARRIED:
        form.refuse("file", _("The list is too long to be added at once. Split it in two."))
    if form.problems:
        return _show(form)
    adding = AddListForm(formdata=None)
    adding.feeds.data = carried
    return _show(form, adding, found)


@bp.post("/organizers/sources/import/add")
@csrf.exempt
@permission(ORGANIZER)
def add_list() -> ResponseReturnValue:
    """Add every feed of the list that was looked at."""
    adding = AddListForm()
    outlines = _outlines(adding.feeds.data)
    me: Any = signed_in_user()

    def add() -> str:
        service.add_list(outlines, allow=reach().allow, by=me, now=clock.now())
        return "/organizers/sources?state=new"

    if outlines and adding.is_good():
        try:
            return redirect(adding.carry_out(add, clock.now()), 303)
        except Conflict:
            adding.refuse("feeds", _("Another source came in at the same moment. Please send this once more."))
            return _show(ListForm(formdata=None), adding, service.sort_list(outlines, allow=reach().allow), 409)
    form = ListForm(formdata=None)
    message = adding.problems[0].message if adding.problems else _("The list was lost on the way. Choose it once more.")
    form.refuse("file", message)
    return _show(form)


def _show(
    form: ListForm, adding: AddListForm | None = None, found: service.SortedList | None = None, status: int = 200
) -> tuple[str, int]:
    page = render_template(
        "feeds/sources_import.html",
        form=form,
        adding=adding,
        found=found,
        shown=SHOWN,
        reason=_,
        tied=_tied(dict(cities()) if found else {}),
        most=MOST_FEEDS,
    )
    return page, 400 if form.problems else status


def _tied(city_names: dict[str, str]) -> Callable[[service.Ready], str]:
    return lambda each: ", ".join([*each.facts.principle_codes, *(city_names[slug] for slug in each.facts.city_slugs)])


def _carried(found: service.SortedList) -> str:
    """Return what can be added as the second form carries it."""
    rows = [[one.address, one.title, one.homepage, list(one.folders)] for one in (each.outline for each in found.ready)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _outlines(text: str | None) -> list[Outline]:
    """Return what the second form carries; nothing where it is not what the first one wrote."""
    try:
        rows = json.loads(text or "[]")
        made = [
            Outline(str(address), str(title), str(homepage), folders=tuple(str(each) for each in folders))
            for address, title, homepage, folders in rows
        ]
    except (ValueError, TypeError, RecursionError):
        return []
    return made if len(made) <= MOST_FEEDS else []

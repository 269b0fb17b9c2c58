"""The organizers' doors to what cities are asked for, and everyone's door to what an item said before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from hub.cities.standing import status_label
from hub.commitments import itemversions
from hub.commitments.itemfacts import item_rows
from hub.commitments.views.blueprint import bp, item_or_redirect
from hub.core import clock
from hub.core.errors import Conflict, Invalid
from hub.extensions import csrf
from hub.people import queries as people
from hub.vocabularies import service
from hub.vocabularies.editing import KINDS, RUNGS
from hub.vocabularies.forms import ItemForm, values_of
from hub.vocabularies.queries import GROUPS, ItemView, item_versions, vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission, public
from hub.web.locale import in_language, language_name
from hub.web.params import read_query


@bp.get("/organizers/items")
@permission(ORGANIZER)
def list_items() -> str:
    """Show everything that cities are asked for, with what is missing in a language."""
    read_query()
    return render_template("commitments/items.html", groups=item_rows(vocabulary()), nav_current="commitments")


@bp.route("/organizers/items/new", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def add_item() -> ResponseReturnValue:
    """Ask for something to add, or for the new version of what it `replaces`; sent, put it on record."""
    named = read_query(allowed={"replaces"}).text("replaces", 20)
    old = vocabulary().get_item(named) if named else None
    form = _form(values_of(old) | {"others": old.evidence_types} if old else {"grace_days": "90"})
    me: Any = signed_in_user()

    def add() -> str:
        code, facts, now = form.code.data or "", form.facts(), clock.now()
        if old is None:
            return f"/commitments/{service.add_item(code, facts, by=me, now=now)}"
        why, expected = form.why.data or "", form.expected
        new = service.replace_item(old.code, code, facts, why=why, expected=expected, by=me, now=now)
        return f"/commitments/{new}"

    return _answer(form, add, old, is_new=True)


@bp.route("/organizers/items/<code>", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def edit_item(code: str) -> ResponseReturnValue:
    """Show what an item says; sent, change it. Raises NotFound."""
    read_query()
    item = item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    form = _form(values_of(item))
    me: Any = signed_in_user()

    def change() -> str:
        why, expected = form.why.data or "", form.expected
        service.change_item(item.code, form.facts(), why=why, expected=expected, by=me, now=clock.now())
        return f"/commitments/{item.code}"

    return _answer(form, change, item, is_new=False)


@bp.get("/commitments/<code>/versions")
@public
def show_versions(code: str) -> str | AnyResponse:
    """Show every version of an item: what it said before, who changed it and why. Raises NotFound."""
    read_query()
    item = item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    terms, found = vocabulary(), item_versions(item.code)
    authors = people.public_names({each.author_id for each in found if each.author_id is not None})
    return render_template(
        "commitments/versions.html",
        item=item,
        group=terms.find(GROUPS, item.group_code),
        versions=itemversions.versions(found, authors, terms),
        language_name=language_name,
        nav_current="commitments",
    )


def _answer(form: ItemForm, work: Callable[[], str], item: ItemView | None, *, is_new: bool) -> ResponseReturnValue:
    """Show the form, or do what was sent; of two who change one item the second sees what the first did."""
    meanwhile: list[itemversions.Change] | None = None
    if request.method == "POST" and form.is_good():
        try:
            return redirect(form.carry_out(work, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            meanwhile = _since(item, form.expected)
            form.version.data = str(item_versions(item.code)[0].number if item else 0)  # sent once more, it is meant
    page = render_template(
        "commitments/item_edit.html",
        form=form,
        item=None if is_new else item,
        old=item if is_new else None,
        meanwhile=meanwhile,
        language_name=language_name,
        nav_current="commitments",
    )
    return page, 409 if meanwhile is not None else 400 if form.problems else 200


def _since(item: ItemView | None, number: int) -> list[itemversions.Change]:
    """Return what others changed of an item since the version that was on the screen."""
    found = item_versions(item.code) if item else []
    seen = next((each for each in found if each.number == number), found[-1] if found else None)
    return itemversions.changes(seen.content, found[0].content, vocabulary()) if seen else []


def _form(values: dict[str, Any]) -> ItemForm:
    terms, words = vocabulary(), itemversions.kind_words()
    form = ItemForm(data=values)
    form.offer(
        [(kind, words[kind]) for kind in KINDS],
        [(term.code, in_language(term.labels)) for term in terms.scheme("families") if not term.replaced_by],
        [(term.code, in_language(term.labels)) for term in terms.scheme("evidence_types") if not term.replaced_by],
        {rung: status_label(rung, terms) for rung in RUNGS},
    )
    return form

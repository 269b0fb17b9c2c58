"""The evidence of a city: for everyone what is public, for its coordinators a way to keep it true."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities import queries as cities
from hub.cities.models import City
from hub.cities.profile import names
from hub.commitments import evidencepage, policy, queries, recordpage, service
from hub.commitments.forms import EvidenceForm, TakeOutForm
from hub.commitments.views.blueprint import bp, today
from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import csrf
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream, json_list
from hub.web.gate import MEMBER, permission, public
from hub.web.paging import Page
from hub.web.params import read_query

ROWS_A_PAGE = 50


@bp.get("/cities/<slug>/evidence")
@public
def show_evidence_of_city(slug: str) -> str:
    """Show the evidence of a city: what it is, who made it when, what it serves, and whether it still leads there."""
    number = read_query(allowed={"page"}).integer("page", 1) or 1
    city, terms, me = cities.get_city(slug), vocabulary(), signed_in_user()
    listed = queries.evidence_of(city.id, with_removed=True)
    sees_all = policy.reads_all_evidence(me, city.id)
    seen = [kept for kept in listed if kept.line.is_public or sees_all]
    page = _page_of(seen, number, ROWS_A_PAGE)
    name, _other, _language = names(city)
    return render_template(
        "commitments/evidence.html",
        city=city,
        city_name=name,
        rows=[
            evidencepage.row(
                kept, terms, today(),
                can_describe=policy.can_describe_evidence(me, city.id, kept.source),
                can_take_out=policy.can_take_out_evidence(me, city.id, kept.source),
            )
            for kept in page.items
        ],
        page=page,
        page_url=lambda other: f"/cities/{city.slug}/evidence" + (f"?page={other}" if other > 1 else ""),
        withheld=len(listed) - len(seen),
        works_here=bool(policy.claimants_of(me, city.id)),
        terms=terms,
        nav_current="cities",
    )  # fmt: skip


@bp.get("/cities/<slug>/evidence.<any(json,csv):suffix>")
@public
def export_evidence_of_city(slug: str, suffix: str) -> Response:
    """Give the public evidence of a city to programs."""
    query = read_query(allowed={"page", "per_page"})
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", 100, high=100) or 100
    city = cities.get_city(slug)
    listed = queries.evidence_of(city.id, with_removed=True)
    seen = [kept for kept in listed if kept.line.is_public]
    if suffix == "csv":
        return csv_stream(f"evidence-{city.slug}.csv", evidencepage.CSV_HEADER, evidencepage.csv_rows(seen))
    page = _page_of(seen, number, per_page)
    items = [evidencepage.fields(kept) for kept in page.items]
    return json_list(page, items, city=city.slug, not_public=len(listed) - len(seen))


@bp.route("/cities/<slug>/evidence/<int(max=2147483647):number>", methods=["GET", "POST"])
@csrf.exempt  # the form checks its token itself
@permission(MEMBER)  # coordinators of the city and organizers: the policy says which
def edit_evidence(slug: str, number: int) -> ResponseReturnValue:
    """Let a coordinator change what describes a piece of evidence, and who may see it."""
    read_query()
    city = cities.get_city(slug)
    kept = _for_change(city, number)
    form = _form(city, kept)
    if request.method == "POST" and form.is_good():
        me: Any = signed_in_user()
        now, city_id, home = clock.now(), city.id, f"/cities/{city.slug}/evidence#evidence-{kept.id}"

        def change() -> str:
            service.change_evidence(
                by=me, city_id=city_id, number=kept.id, expected=form.seen_version, said=form.description(), now=now
            )
            return home

        try:
            return redirect(form.carry_out(change, now), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            return _changed_meanwhile(city, kept.ids, form)
    return _edit_page(city, kept, form), 400 if form.problems else 200


@bp.route("/cities/<slug>/evidence/<int(max=2147483647):number>/take-out", methods=["GET", "POST"])
@csrf.exempt  # the form checks its token itself
@permission(MEMBER)  # coordinators of the city and organizers: the policy says which
def take_out_evidence(slug: str, number: int) -> ResponseReturnValue:
    """Ask, and then take a piece of evidence out for good."""
    read_query()
    city = cities.get_city(slug)
    if request.method == "POST" and _is_gone(city, number):
        return redirect(f"/cities/{city.slug}/evidence#evidence-{number}", 303)  # sent twice
    kept = _for_change(city, number)
    me: Any = signed_in_user()
    if not policy.can_take_out_evidence(me, city.id, kept.source):
        raise Forbidden("a city takes out its own evidence, organizers all")
    form, status = TakeOutForm(version=str(kept.version)), 200
    if request.method == "POST" and form.is_good():
        now, city_id, home = clock.now(), city.id, f"/cities/{city.slug}/evidence#evidence-{kept.id}"

        def remove() -> str:
            service.remove_evidence(by=me, city_id=city_id, number=kept.id, expected=form.seen_version, now=now)
            return home

        try:
            return redirect(form.carry_out(remove, now), 303)
        except Conflict:
            kept, status = _now(city, kept.ids), 409
            form.version.data = str(kept.version)
    page = _edit_page(city, kept, form, "commitments/evidence_out.html", is_stale=status == 409)
    return page, 400 if form.problems else status


def _for_change(city: City, number: int) -> queries.Kept:
    """Return a piece that this person may change; raises NotFound and Forbidden."""
    me = signed_in_user()
    if not policy.reads_all_evidence(me, city.id):
        raise Forbidden("only those of the city, and organizers, look behind its evidence")
    kept = queries.find_kept(city.id, number)
    if not policy.can_describe_evidence(me, city.id, kept.source):
        raise Forbidden("what others brought, organizers change")
    return kept


def _is_gone(city: City, number: int) -> bool:
    """Tell whether a piece of the city was taken out already; raises NotFound, and Forbidden for who may not know."""
    if not policy.reads_all_evidence(signed_in_user(), city.id):
        raise Forbidden("only those of the city, and organizers, look behind its evidence")
    piece = queries.get_evidence(number)
    return piece.city_id == city.id and piece.removed_at is not None


def _form(city: City, kept: queries.Kept) -> EvidenceForm:
    line, terms = kept.line, vocabulary()
    form = EvidenceForm(
        data={
            "kind": line.kind, "title": queries.get_evidence(kept.id).title, "issuer": line.issuer,
            "issued": line.issued_text, "language": line.language,
            "expires": line.expires_on.isoformat() if line.expires_on else "", "is_public": line.is_public,
            "version": str(kept.version),
        }
    )  # fmt: skip
    form.offer(recordpage.kinds_of_documents(terms, held=line.kind), recordpage.language_choices(line.language))
    if not policy.can_take_out_evidence(signed_in_user(), city.id, kept.source):
        form.is_public.data = line.is_public  # organizers say who sees what others brought
    return form


def _now(city: City, ids: frozenset[int]) -> queries.Kept:
    """Return the piece as it is after someone else changed it; raises NotFound when it was taken out."""
    found = [kept for kept in queries.evidence_of(city.id) if kept.ids & ids]
    if not found:
        raise NotFound("the evidence was taken out meanwhile")
    return found[0]


def _changed_meanwhile(city: City, ids: frozenset[int], form: EvidenceForm) -> ResponseReturnValue:
    """Show what was saved meanwhile beside what was typed; saving once more then takes what was typed."""
    kept = _now(city, ids)
    form.version.data = str(kept.version)
    return _edit_page(city, kept, form, is_stale=True), 409


def _edit_page(
    city: City, kept: queries.Kept, form: Any, template: str = "commitments/evidence_edit.html", is_stale: bool = False
) -> str:
    me, (name, _other, _language) = signed_in_user(), names(city)
    return render_template(
        template,
        city=city,
        city_name=name,
        form=form,
        is_stale=is_stale,
        row=evidencepage.row(
            kept, vocabulary(), today(), can_describe=True,
            can_take_out=policy.can_take_out_evidence(me, city.id, kept.source),
        ),
        nav_current="desk",
    )  # fmt: skip


def _page_of(seen: list[queries.Kept], number: int, size: int) -> Page[queries.Kept]:
    first = (number - 1) * size
    if number > 1 and first >= len(seen):
        raise NotFound("no such page of evidence")
    return Page(seen[first : first + size], len(seen), number, size)

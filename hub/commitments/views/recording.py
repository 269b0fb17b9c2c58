"""Recording where a city stands on an item, and giving out the evidence kept here."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from hub.cities import queries as cities
from hub.cities.models import City
from hub.cities.profile import names
from hub.commitments import itempage, policy, queries, recordpage, service
from hub.commitments.forms import RecordForm
from hub.commitments.states import StatusLine
from hub.commitments.views.blueprint import bp, item_or_redirect, today
from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import csrf
from hub.vocabularies.queries import ItemView, vocabulary
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.downloads import stored_file
from hub.web.gate import MEMBER, permission, public
from hub.web.params import read_query

LARGEST_ID = 2147483647


@bp.route("/cities/<slug>/commitments/<code>/record", methods=["GET", "POST"])
@limits.uploads
@csrf.exempt  # the form checks its token itself, so that an old one brings the form back with what was typed
@permission(MEMBER)  # coordinators of the city and organizers: the policy says which
def record_status(slug: str, code: str) -> ResponseReturnValue:
    """Show where a city stands on an item and what the next rung asks, and record what is said of it, and by whom."""
    named = read_query(allowed={"corrects"}).integer("corrects", None, high=LARGEST_ID)
    city, item = cities.get_city(slug), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    me: Any = signed_in_user()
    claimants = policy.claimants_of(me, city.id)
    if not claimants:
        raise Forbidden("only a coordinator of the city, or an organizer, records its status")
    is_sent = request.method == "POST"
    if item.replaced_by is not None and not is_sent:
        return redirect(f"/cities/{city.slug}/commitments/{item.replaced_by}/record", 303)
    corrected = _to_correct(city, item, named)
    form, kept = _form(city, item, corrected, claimants)
    meanwhile: list[queries.Meanwhile] = []
    status = 200
    if is_sent and form.is_good():
        try:
            if place := _carry_out(form, kept, city, item, named, me):
                return redirect(place, 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            status = 409
            meanwhile = queries.recorded_after(city.id, item.code, form.newest_seen, policy.sees_of(me))
            form.after.data = str(queries.newest_record_ids(city.id).get(item.code, 0))
            corrected = _to_correct(city, item, named)
    page = _page(form, kept, city, item, corrected, meanwhile)
    return page, 400 if form.problems else status


def _to_correct(city: City, item: ItemView, named: int | None) -> StatusLine | None:
    """Return the record that is to be put right; raises NotFound, and Forbidden where it is somebody else's word."""
    if named is None:
        return None
    line = queries.get_to_correct(city.id, item.code, named)
    if not policy.may_correct(signed_in_user(), city.id, line.claimed_by, is_compiled=line.is_compiled):
        raise Forbidden("a record is corrected by those whose word it is")
    return line


def _carry_out(
    form: RecordForm, kept: list[queries.Kept], city: City, item: ItemView, corrects: int | None, me: Any
) -> str:
    """Record the status and return where to go on; empty when a file cannot be taken, which stands at its field."""
    chosen = set(form.used.data or [])
    said = form.statement(frozenset(piece.id for piece in kept if str(piece.id) in chosen))
    if said is None:
        return ""
    city_id, slug, folder = city.id, city.slug, current_app.config["HUB"].files_dir
    now = clock.now()

    def record() -> str:
        service.record_status(
            by=me, city_id=city_id, item_code=item.code, said=said, after=form.newest_seen, corrects=corrects,
            files_dir=folder, now=now,
        )  # fmt: skip
        return f"/cities/{slug}/commitments#{item.code}"

    return form.carry_out(record, now)


def _form(
    city: City, item: ItemView, corrected: StatusLine | None, claimants: tuple[str, ...]
) -> tuple[RecordForm, list[queries.Kept]]:
    """Return the form with what it offers, filled from the record to correct, and the evidence of the city."""
    kept, terms = queries.evidence_of(city.id), vocabulary()
    newest = queries.newest_record_ids(city.id).get(item.code, 0)
    filled: dict[str, Any] = {"after": str(newest)}
    if corrected is not None:
        carried = set(queries.evidence_ids(corrected.id))
        ticked = [str(piece.id) for piece in kept if piece.ids & carried]
        filled |= recordpage.values_of(corrected) | {"used": ticked}
        if corrected.claimed_by not in claimants:
            filled.pop("claimed_by")  # compiled as said by others: the city now says it itself
    form = RecordForm(data=filled)
    form.offer(
        recordpage.claimant_choices(claimants),
        recordpage.status_choices(recordpage.offered_signs(item, terms, has_records=newest > 0)),
        recordpage.precision_choices(),
        recordpage.kind_choices(item, terms),
        recordpage.kept_choices(kept, terms),
        recordpage.language_choices(),
    )
    return form, kept


def _page(
    form: RecordForm,
    kept: list[queries.Kept],
    city: City,
    item: ItemView,
    corrected: StatusLine | None,
    meanwhile: list[queries.Meanwhile],
) -> str:
    terms, day, me = vocabulary(), today(), signed_in_user()
    steps = queries.item_history(city.id, item.code, day, policy.sees_of(me))
    current = itempage.current_of(steps)
    missing = queries.missing_for_next(city.id, item.code, day)
    name, _other, _language = names(city)
    return render_template(
        "commitments/record.html",
        form=form,
        city=city,
        city_name=name,
        item=item,
        evidence_types=itempage.evidence_labels(item, terms),
        status=recordpage.standing_of(current, item, terms),
        ladder=recordpage.ladder(missing, item, terms),
        todo=recordpage.todo(missing, item, terms),
        told=itempage.told(steps, item, terms),
        correctable={
            step.record.id
            for step in steps
            if policy.may_correct(me, city.id, step.record.claimed_by, is_compiled=step.record.is_compiled)
        },
        statuses=recordpage.offered_signs(item, terms, has_records=bool(steps)),
        kept=recordpage.kept_rows(kept, terms, day),
        corrected=recordpage.standing_of(corrected, item, terms),
        meanwhile=recordpage.meanwhile_rows(meanwhile, item, terms),
        nav_current="desk",
    )


@bp.get("/evidence/<int(max=2147483647):number>")
@public
def show_evidence(number: int) -> Response:
    """Give out an uploaded piece of evidence to who may read it; for everyone else it is not there."""
    read_query()
    piece = queries.get_evidence(number)
    if piece.sha256 is None or not policy.can_read_evidence(signed_in_user(), piece):
        raise NotFound(f"no evidence {number}")
    return stored_file(piece.sha256, piece.name or "", piece.mime or "", is_public=piece.is_public)

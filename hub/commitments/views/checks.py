"""Having records checked: a city asks, an organizer or a peer decides, the city may appeal."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from hub.cities import queries as cities
from hub.cities.profile import names
from hub.commitments import checkpage, policy, queries, service
from hub.commitments.checkforms import AppealForm, AskForm, FindingForm, PeerForm
from hub.commitments.models import CHECK, DECIDED, OPEN, CheckRequest
from hub.commitments.views.blueprint import bp, item_or_redirect, today
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import csrf
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, MEMBER, ORGANIZER, permission
from hub.web.locale import language
from hub.web.params import read_query

LARGEST_ID = 2147483647


@bp.route("/cities/<slug>/commitments/<code>/check", methods=["GET", "POST"])
@csrf.exempt  # the form checks its token itself, so that an old one brings the form back with what was typed
@permission(COORDINATOR)
def ask_for_check(slug: str, code: str) -> ResponseReturnValue:
    """Show what is to be checked, and ask for it; where a check is open already, lead to it."""
    read_query()
    city, item = cities.get_city(slug), item_or_redirect(code)
    if isinstance(item, AnyResponse):
        return item
    me: Any = signed_in_user()
    if not policy.can_ask_for_check(me, city.id):
        raise Forbidden("only a coordinator of the city asks for a check")
    line = queries.standing_line(city.id, item.code, today())
    if line is None:
        raise NotFound(f"nothing on record of {item.code} in {slug}")
    form, city_id = AskForm(), city.id
    waiting = queries.find_open_request(line.id)
    if waiting is not None and (request.method != "POST" or form.is_good()):
        return redirect(f"/checks/{waiting.id}", 303)
    if request.method == "POST" and form.is_good():
        try:
            return redirect(form.carry_out(lambda: _asked(me, city_id, item.code, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:  # a colleague asked at the same moment
            return redirect(f"/cities/{slug}/commitments/{item.code}/check", 303)
    page = render_template(
        "commitments/check_ask.html",
        form=form,
        city=city,
        city_name=names(city)[0],
        item=item,
        record=checkpage.checked(line, item, vocabulary()),
        nav_current="desk",
    )
    return page, 400 if form.problems else 200


def _asked(me: Any, city_id: int, code: str, form: AskForm) -> str:
    made = service.ask_for_check(
        by=me, city_id=city_id, item_code=code, note=form.note.data or "", now=clock.now()
    )  # fmt: skip
    return f"/checks/{made.id}"


@bp.route(f"/checks/<int(max={LARGEST_ID}):request_id>", methods=["GET", "POST"])
@csrf.exempt
@permission(MEMBER)
def show_check(request_id: int) -> ResponseReturnValue:
    """Show a request with its record and evidence, and take down what an organizer or a peer found."""
    read_query()
    check, me = _readable(request_id)
    form = FindingForm()
    form.offer(_open_to(check, me))
    if request.method != "POST":
        return _page(check, me, finding_form=form)
    if not form.tier.choices:
        raise Forbidden("only organizers and coordinators of other cities without part in it decide")
    if not form.is_good():
        return _page(check, me, 400, finding_form=form)
    if form.has_conflict:
        return _page(check, me, finding_form=form, is_thanked=True)
    now = clock.now()

    def decide() -> str:
        service.decide_check(by=me, request_id=request_id, found=form.finding, now=now)
        return f"/checks/{request_id}"

    try:
        return redirect(form.carry_out(decide, now), 303)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(check, me, 400, finding_form=form)
    except Conflict:
        return _late(request_id, me)


@bp.post(f"/checks/<int(max={LARGEST_ID}):request_id>/withdraw")
@permission(COORDINATOR)
def withdraw_check(request_id: int) -> ResponseReturnValue:
    """Take a request back."""
    read_query()
    _check, me = _readable(request_id)
    try:
        with transaction():
            service.withdraw_check(by=me, request_id=request_id, now=clock.now())
    except Conflict:
        return _late(request_id, me)
    return redirect(f"/checks/{request_id}", 303)


@bp.post(f"/checks/<int(max={LARGEST_ID}):request_id>/peer")
@csrf.exempt
@permission(ORGANIZER)
def ask_peer(request_id: int) -> ResponseReturnValue:
    """Ask the coordinators of another city to check as peers."""
    read_query()
    check, me = _readable(request_id)
    form, now = _peer_form(check), clock.now()

    def ask() -> str:
        service.ask_peer(by=me, request_id=request_id, city_id=form.city_id, seen=form.seen, now=now)
        return f"/checks/{request_id}"

    if not form.is_good():
        return _page(check, me, 400, peer_form=form)
    try:
        return redirect(form.carry_out(ask, now), 303)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(check, me, 400, peer_form=form)
    except Conflict:
        return _late(request_id, me)


@bp.post(f"/checks/<int(max={LARGEST_ID}):request_id>/appeal")
@csrf.exempt
@permission(COORDINATOR)
def appeal(request_id: int) -> ResponseReturnValue:
    """Appeal against the refusal that a request ended in."""
    read_query()
    check, me = _readable(request_id)
    if not policy.can_ask_for_check(me, check.city_id):
        raise Forbidden("only a coordinator of the city appeals")
    form, now = AppealForm(), clock.now()

    def carry() -> str:
        made = service.appeal(by=me, request_id=request_id, reason=form.reason.data or "", now=now)
        return f"/checks/{made.id}"

    if not form.is_good():
        return _page(check, me, 400, appeal_form=form)
    try:
        return redirect(form.carry_out(carry, now), 303)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(check, me, 400, appeal_form=form)
    except Conflict:
        return _late(request_id, me)


def _readable(request_id: int) -> tuple[CheckRequest, Any]:
    """Return the request and who asks; raises NotFound also where she may not know of it."""
    check, me = queries.get_request(request_id), signed_in_user()
    if not policy.can_read_request(me, check):
        raise NotFound(f"no check {request_id}")
    return check, me


def _open_to(check: CheckRequest, me: Any) -> tuple[str, ...]:
    recorded_by, refused_by = queries.parties_of(check).recorded_by, queries.find_refuser(check.appeal_of_id)
    return policy.tiers_open(me, check, recorded_by, refused_by)


def _peer_form(check: CheckRequest) -> PeerForm:
    form = PeerForm(data={"city": str(check.peer_city_id or ""), "version": str(check.version)})
    form.offer([(str(city.id), city.label(language())) for city in queries.cities_to_ask(check.city_id)])
    return form


def _late(request_id: int, me: Any) -> ResponseReturnValue:
    """Show what was decided or changed meanwhile; nothing was saved."""
    db.session.rollback()
    return _page(queries.get_request(request_id), me, 409, is_late=True)


def _page(
    check: CheckRequest,
    me: Any,
    status: int = 200,
    *,
    finding_form: FindingForm | None = None,
    peer_form: PeerForm | None = None,
    appeal_form: AppealForm | None = None,
    is_late: bool = False,
    is_thanked: bool = False,
) -> ResponseReturnValue:
    terms, day = vocabulary(), today()
    item, parties = terms.get_item(check.item_code), queries.parties_of(check)
    line = checkpage.line_of(check.city_id, check.item_code, check.record_id, policy.sees_of(me))
    in_force = queries.standing_line(check.city_id, check.item_code, day)
    stands = in_force is not None and in_force.id == check.record_id
    checks = queries.checks_of([check.record_id]).get(check.record_id, [])
    found = next((each for each in checks if each.request_id == check.id), None)
    is_own = policy.can_ask_for_check(me, check.city_id)
    open_to = _open_to(check, me) if check.state == OPEN and stands else ()
    if finding_form is None:
        finding_form = FindingForm(formdata=None)
        finding_form.offer(open_to)
    appealed = queries.find_appeal(found.id) if found is not None else None
    can_appeal = is_own and stands and check.kind == CHECK and check.state == DECIDED and appealed is None
    page = render_template(
        "commitments/check.html",
        check=check,
        city=parties.city,
        city_name=names(parties.city)[0],
        item=item,
        record=checkpage.checked(line, item, terms) if line is not None else None,
        stands=stands,
        found=found,
        checks=checks,
        against=next((each for each in checks if each.id == check.appeal_of_id), None),
        appealed=appealed,
        peer=parties.peer.label(language()) if parties.peer is not None else "",
        asker=parties.asker if me.organizes or is_own else "",
        open_to=open_to,
        is_own=is_own,
        is_organizer_page=me.organizes,
        can_appeal=can_appeal and found is not None and not found.is_confirmed,
        can_ask_peer=check.kind == CHECK and bool(open_to) and policy.can_check_documents(me, check.city_id),
        finding_form=finding_form,
        peer_form=peer_form or _peer_form(check),
        appeal_form=appeal_form or AppealForm(formdata=None),
        is_late=is_late,
        is_thanked=is_thanked,
        state_words=checkpage.state_words(check.state, found.result if found else ""),
        nav_current="desk",
    )
    return page, status

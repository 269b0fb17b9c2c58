"""A second person reads: sending a draft, publishing it or sending it back, and the same for a change that waits."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.completeness import Unfinished, unfinished
from hub.cases.content import CaseText, content_of, content_of_text, text_in, text_of
from hub.cases.diff import Change, changes
from hub.cases.forms.reviewing import ReviewForm
from hub.cases.history import field_name, spell
from hub.cases.models import DRAFT, CaseProposal, CaseStudy
from hub.cases.policy import (
    can_review_draft,
    can_review_proposal,
    can_take_up_proposal,
    can_withdraw_proposal,
    has_second_reader,
)
from hub.cases.proposals import WAITING, brought_up, content_begun_from, get_proposal, proposal_line
from hub.cases.queries import get_case
from hub.cases.rows import case_path
from hub.cases.template import BY_NAME
from hub.cases.unsaved import copy_of
from hub.cases.views.base import bp, common
from hub.cases.views.sending import carried_out, version_sent
from hub.cases.waiting import waiting_of
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.people.queries import count_coordinators
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, WRITER, permission
from hub.web.locale import gettext as _
from hub.web.params import read_query, takes

PUBLISH, RETURN = "publish", "return"


@bp.post("/cases/<slug>/submit")
@takes("version")
@permission(WRITER)
def submit_case(slug: str) -> ResponseReturnValue:
    """Send a draft as it is stored to a second reader; what it lacks leads to the editor."""
    me: Any = signed_in_user()
    version, form = version_sent(), ReviewForm(formdata=None)
    try:
        with transaction():
            service.submit_case(slug, version, by=me, now=clock.now())
    except Unfinished as error:
        return _draft_page(get_case(slug, me), form, error, 400)
    except Conflict:
        form.refuse("form_key", _("Someone saved it meanwhile. Look at it again, then send this once more."))
        return _draft_page(get_case(slug, me), form, None, 409)
    return redirect(case_path(slug), 303)


@bp.route("/cases/<slug>/review", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR)
def review_case(slug: str) -> ResponseReturnValue:
    """Publish a draft that somebody else sent, or send it back with a note."""
    read_query()
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not me.coordinates(case.city_id):
        raise Forbidden("coordinators of its city read a draft")
    if request.method != "POST":
        if case.state != DRAFT or case.submitted_at is None:
            return redirect(case_path(slug), 303)
        return _draft_page(case, ReviewForm(formdata=None), _lacking(case), 200)
    form = ReviewForm()
    if not form.is_good():
        return _draft_page(case, form, _lacking(case), 400)
    version, note, do = form.read_version, str(form.note.data or ""), request.form.get("do")

    def work() -> str:
        if do == PUBLISH:
            service.publish_case(slug, version, by=me, now=clock.now())
        else:
            service.return_case(slug, version, note, by=me, now=clock.now())
        return case_path(slug)

    try:
        return redirect(carried_out(form, work, [version, note, do]), 303)
    except Unfinished as error:
        return _draft_page(get_case(slug, me), form, error, 400)
    except Invalid as error:
        form.refuse_invalid(error)
        return _draft_page(get_case(slug, me), form, _lacking(case), 400)
    except (Conflict, Forbidden):
        case = get_case(slug, me)
        if version == case.version:
            raise
        form.refuse("form_key", _("Someone saved it meanwhile. Look at it again, then send this once more."))
        return _draft_page(case, form, _lacking(case), 409)


def _lacking(case: CaseStudy) -> Unfinished | None:
    return unfinished(text_of(case), has_years=bool(case.years_text)) if case.state == DRAFT else None


def _draft_page(case: CaseStudy, form: ReviewForm, error: Unfinished | None, status: int) -> ResponseReturnValue:
    me: Any = signed_in_user()
    form.version.data = str(case.version)
    page = render_template(
        "cases/review.html",
        **(common(case) | {"nav_current": "desk"}),
        form=form,
        waiting=waiting_of(case, me),
        may_decide=can_review_draft(me, case),
        missing=[(BY_NAME[name].step, name, field_name(name)) for name in (error.missing if error else [])],
        flaws=[(BY_NAME[flaw.field].step, flaw.field, _(flaw.message)) for flaw in (error.flaws if error else [])],
    )
    return page, status


@bp.route("/cases/<slug>/proposals/<int(max=2147483647):number>", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR, "POST")
@permission(WRITER, "GET")
def review_change(slug: str, number: int) -> ResponseReturnValue:
    """Show a change of a published case beside what stands now; publish it, or send it back with a note."""
    read_query()
    me: Any = signed_in_user()
    case = get_case(slug, me)
    proposal = get_proposal(case, number, me)
    if request.method != "POST":
        return _change_page(case, proposal, ReviewForm(formdata=None), 200)
    form = ReviewForm()
    if not form.is_good():
        return _change_page(case, proposal, form, 400)
    version, note, do = form.read_version, str(form.note.data or ""), request.form.get("do")

    def work() -> str:
        if do == PUBLISH:
            service.publish_proposal(slug, number, version, by=me, now=clock.now())
            return case_path(slug)
        service.return_proposal(slug, number, note, by=me, now=clock.now())
        return f"{case_path(slug)}/proposals/{number}"

    status = 400
    try:
        return redirect(carried_out(form, work, [version, note, do]), 303)
    except Unfinished as error:
        for name in error.missing:
            form.refuse("form_key", _("The case would lose what publishing needs: %(part)s.", part=field_name(name)))
        for flaw in error.flaws:
            form.refuse("form_key", _(flaw.message))
    except Invalid as error:
        form.refuse_invalid(error)
    except Conflict:
        status = 409
        form.refuse("form_key", _("The case study moved on meanwhile. Look at both below, then decide once more."))
    case = get_case(slug, me)
    return _change_page(case, get_proposal(case, number, me), form, status)


@bp.post("/cases/<slug>/proposals/<int(max=2147483647):number>/withdraw")
@permission(WRITER)
def withdraw_change(slug: str, number: int) -> ResponseReturnValue:
    """Take back a change that one proposed oneself."""
    me: Any = signed_in_user()
    with transaction():
        service.withdraw_proposal(slug, number, by=me, now=clock.now())
    return redirect(f"{case_path(slug)}/proposals/{number}", 303)


@bp.post("/cases/<slug>/proposals/<int(max=2147483647):number>/again")
@permission(WRITER)
def take_up_change(slug: str, number: int) -> ResponseReturnValue:
    """Bring a change that came back into the editor, to be mended and proposed anew."""
    me: Any = signed_in_user()
    with transaction():
        service.take_up_proposal(slug, number, by=me, now=clock.now())
    return redirect(f"{case_path(slug)}/edit", 303)


def _change_page(case: CaseStudy, proposal: CaseProposal, form: ReviewForm, status: int) -> ResponseReturnValue:
    me: Any = signed_in_user()
    form.version.data = str(case.version)
    is_open = proposal.state == WAITING
    begun_from, stands = content_begun_from(proposal), content_of(case)
    wanted = brought_up(case, proposal) if is_open else text_in(proposal.content)
    before = stands if is_open or begun_from is None else dict(begun_from)
    meanwhile = changes(begun_from, stands, spell) if is_open and begun_from and _moved(case, proposal) else []
    page = render_template(
        "cases/review_change.html",
        **(common(case) | {"nav_current": "desk"}),
        form=form,
        line=proposal_line(proposal),
        is_open=is_open,
        is_small=proposal.is_small,
        proposed=_differences(before, wanted),
        meanwhile=meanwhile,
        consent=wanted.consent_note if is_open and wanted.consent_note != case.consent_note else "",
        may_decide=is_open and can_review_proposal(me, case, proposal),
        may_publish=case.is_published,
        may_take_up=can_take_up_proposal(me, case, proposal) and copy_of(case.id, me.id) is None,
        may_withdraw=is_open and can_withdraw_proposal(me, case, proposal),
        lacks_reader=has_second_reader(case) and not count_coordinators(case.city_id, without={proposal.proposed_by}),
        field_name=field_name,
    )
    return page, status


def _moved(case: CaseStudy, proposal: CaseProposal) -> bool:
    return proposal.base_version != case.version


def _differences(before: dict[str, Any], wanted: CaseText) -> list[Change]:
    """Return what a text would change, in the order of the page; what it does not speak of stays."""
    return changes(before, before | content_of_text(wanted), spell)

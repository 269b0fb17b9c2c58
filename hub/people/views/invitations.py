"""Taking up an invitation that came by mail."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf, limiter
from hub.people import letters, passwords, policy, queries, service
from hub.people.forms import ConfirmForm, NewAccountForm
from hub.people.models import ORGANIZER, Invitation, User
from hub.people.views.base import PASSWORDS, begin_session, bp, dead_link, kept_private, private_page
from hub.web.forms import HubForm
from hub.web.gate import public
from hub.web.locale import language
from hub.web.params import read_query


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@limiter.limit(PASSWORDS, methods=["POST"])
@csrf.exempt
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Say who invites to what, and let the person invited make her account or add the role to the one she has."""
    read_query()
    invitation = queries.find_invitation(token)
    if invitation is None or not policy.is_open(invitation, clock.now()):
        return dead_link()
    known = queries.find_user_by_email(invitation.email)
    if known is not None and not known.is_active:
        return dead_link()
    form: HubForm = NewAccountForm() if known is None else ConfirmForm()
    if request.method == "POST" and form.is_good():
        try:
            return kept_private(redirect(_accept(form, token, invitation, known), 303))
        except NotFound:  # used or withdrawn meanwhile
            return dead_link()
        except Invalid as error:
            known = queries.find_user_by_email(invitation.email)
            form = form if isinstance(form, ConfirmForm) or known is None else ConfirmForm(formdata=None)
            form.refuse_invalid(error)
    return private_page(
        "people/invitation.html", 400 if form.problems else 200, form=form, invitation=invitation, known=known,
        inviter=invitation.inviter, city_name=letters.city_name(invitation, language()),
    )  # fmt: skip


def _accept(form: HubForm, token: str, invitation: Invitation, known: User | None) -> str:
    """Accept in one transaction, sign in, and return where to go; a form sent twice leads to the sign-in page."""
    password, now = str(form["password"].data or ""), clock.now()
    new_hash = confirmed_hash = None
    if known is None:
        new_hash = passwords.hash_password(password)
    elif passwords.is_right(known.password_hash, password):
        confirmed_hash = known.password_hash
    else:
        raise Invalid("password", "This is not the password of your account. Check it and try again.")
    name = str(form["name"].data) if "name" in form else ""
    place = "/organizers" if invitation.role == ORGANIZER else "/desk"
    opened: list[tuple[User, str]] = []

    def accept() -> str:
        user = service.accept_invitation(
            token, name=name, new_hash=new_hash, confirmed_hash=confirmed_hash, language=language(), now=now
        )
        opened.append((user, service.begin_sign_in(user, is_remembered=False, now=now)))
        return place

    form.carry_out(accept, now)
    if not opened:
        return f"/login?next={place}"
    begin_session(*opened[0], is_remembered=False)
    return place

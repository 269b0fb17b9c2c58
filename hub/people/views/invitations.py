"""Taking up an invitation that came by mail."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid, NotFound
from hub.extensions import csrf
from hub.people import factor_letters, letters, passwords, policy, queries, service
from hub.people.factors import factors_of
from hub.people.forms import ConfirmForm, NewAccountForm
from hub.people.forms.account import LONGEST_NAME
from hub.people.forms.factors import ButtonForm
from hub.people.models import ORGANIZER, Invitation, User
from hub.people.passkeys import Refused
from hub.people.service.accepting import make_account
from hub.people.service.ceremonies import ACCEPT
from hub.people.service.passkeys import add_passkey, begin_accepting
from hub.people.views.base import (
    begin_session,
    bp,
    dead_link,
    hash_new_password,
    kept_private,
    private_page,
    where_from,
)
from hub.people.views.ceremonies import (
    asked,
    lead_to,
    read_json,
    refused,
    refused_invalid,
    short_name,
    site,
    take_new,
)
from hub.people.views.factors import INVITED
from hub.people.views.failures import count_failures, mark_of, note_failure
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.forms import HubForm
from hub.web.gate import PROVE, TO_READ, is_fresh, public
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query

Begun = tuple[User, str]  # an account and the token of its new sign-in


def _find_open(token: str) -> tuple[Invitation, User | None] | None:
    """Return an invitation that can be taken up, with the account of its address; None where there is none."""
    invitation = queries.find_invitation(token)
    if invitation is None or not policy.is_open(invitation, clock.now()):
        return None
    known = queries.find_user_by_email(invitation.email)
    if known is not None and not (known.is_active and policy.can_give_to(invitation.inviter, known)):
        return None
    return invitation, known


def _account() -> str:
    invitation = queries.find_invitation(str((request.view_args or {}).get("token", "")))
    return mark_of(invitation.email) if invitation is not None else "nobody"


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@limits.guesses
@count_failures(_account)
@csrf.exempt
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Say who invites to what, and let the person invited make her account or add the role to the one she has."""
    read_query()
    found = _find_open(token)
    if found is None:
        if session.get(INVITED) == token:
            del session[INVITED]
        return dead_link()
    invitation, known = found
    me = signed_in_user()
    is_mine = known is not None and me is not None and me.id == known.id
    form = _form(invitation, known, is_mine=is_mine)
    if request.method == "POST" and form is not None:
        if is_mine and "password" in request.form:  # the form that made the account and signed her in, sent twice
            return kept_private(redirect(f"/invitations/{token}", 303))
        if is_mine and not is_fresh(me):
            return _prove_first(token)
        try:
            if form.is_good(beside={"name"}):  # of the form for a new account, which stood open until there was one
                return kept_private(redirect(_carry_out(form, token, invitation, known, is_mine=is_mine), 303))
        except NotFound:  # used or withdrawn meanwhile
            return dead_link()
        except Invalid as error:
            found = _find_open(token)
            if found is None:
                return dead_link()
            invitation, known = found
            form = _form(invitation, known, is_mine=is_mine, kept=form)
            if form is not None:
                form.refuse_invalid(error)
    return _page(token, invitation, known, form, is_mine=is_mine)


def _form(
    invitation: Invitation, known: User | None, *, is_mine: bool, kept: HubForm | None = None
) -> HubForm | None:  # fmt: skip
    """Return the form that fits: a new account, one button, a password; none where she is to sign in first."""
    wanted: type[HubForm] | None
    if known is None:
        wanted = NewAccountForm
    elif is_mine:
        wanted = ButtonForm
    elif known.has_factor or not known.password_hash or policy.ends_with_factor(invitation, known):
        wanted = None
    else:
        wanted = ConfirmForm
    if wanted is None or type(kept) is wanted:
        return kept if wanted is not None else None
    return wanted(formdata=None) if kept is not None else wanted()


def _page(
    token: str, invitation: Invitation, known: User | None, form: HubForm | None, *, is_mine: bool
) -> ResponseReturnValue:
    me = signed_in_user()
    with_steps = policy.ends_with_factor(invitation, known)
    if is_mine and with_steps and session.get(INVITED) != token:
        session[INVITED] = token  # the pages that set up what is missing lead back here
    is_bad = bool(form.problems) if form is not None else request.method == "POST"
    return private_page(
        "people/invitation.html", 400 if is_bad else 200, form=form, token=token,
        invitation=invitation, known=known, inviter=invitation.inviter, is_mine=is_mine, with_steps=with_steps,
        has=factors_of(known.id) if known is not None and is_mine else None, other=me if not is_mine else None,
        city_name=letters.city_name(invitation, language()), is_fresh=is_mine and is_fresh(me, within=TO_READ),
        prove_url=_prove_address(token),
    )  # fmt: skip


def _prove_address(token: str) -> str:
    return f"{PROVE}?next={quote(f'/invitations/{token}', safe='/')}"


def _prove_first(token: str) -> ResponseReturnValue:
    return kept_private(redirect(_prove_address(token), 303))


def _carry_out(form: HubForm, token: str, invitation: Invitation, known: User | None, *, is_mine: bool) -> str:
    """Do what the form is for in one transaction and return where to go. Raises Invalid, NotFound."""
    now, place = clock.now(), "/organizers" if invitation.role == ORGANIZER else "/desk"
    if is_mine and known is not None:

        def accept() -> str:
            service.accept_invitation(token, by=known, now=now)
            return place

        place = form.carry_out(accept, now)
        session.pop(INVITED, None)
        return place
    password = str(form["password"].data or "")
    if known is None:
        name = str(form["name"].data or "")
        new_hash = hash_new_password(password, name=name, email=invitation.email)
        return _begin(form, token, invitation, place, name=name, new_hash=new_hash)
    if not passwords.is_right(known.password_hash, password):
        note_failure("password", mark_of(known.email))
        raise Invalid("password", "This is not the password of your account. Check it and try again.")
    return _begin(form, token, invitation, place, confirmed_hash=known.password_hash)


def _begin(
    form: HubForm, token: str, invitation: Invitation, place: str, *, name: str = "", new_hash: str | None = None,
    confirmed_hash: str | None = None,
) -> str:  # fmt: skip
    """Make the account or add the role, sign in, and return where to go; a form sent twice leads to signing in."""
    now, begun = clock.now(), list[Begun]()
    with_steps = new_hash is not None and policy.ends_with_factor(invitation, None)
    place = f"/invitations/{token}" if with_steps else place

    def begin() -> str:
        if with_steps:
            user = make_account(token, name=name, new_hash=new_hash or "", language=language(), now=now)
        else:
            user = service.accept_invitation(
                token, name=name, new_hash=new_hash, confirmed_hash=confirmed_hash, language=language(), now=now
            )
        begun.append((user, service.begin_sign_in(user, is_remembered=False, now=now, **where_from())))
        return place

    form.carry_out(begin, now)
    if not begun:
        return f"/login?next={place}"
    begin_session(*begun[0], is_remembered=False)
    return place


@bp.post("/invitations/<token>/passkey/begin")
@limits.ceremonies
@public
def begin_account_with_passkey(token: str) -> ResponseReturnValue:
    """Tell the browser of someone invited what to ask its device for."""
    read_query()
    found = _find_open(token)
    if found is None or found[1] is not None:
        return refused(_gone())
    invitation_id, email = found[0].id, found[0].email
    try:
        name = short_name(read_json(), LONGEST_NAME)
    except Invalid as error:
        return refused_invalid(error)
    with transaction():
        beginning = begin_accepting(invitation_id, email=email, name=name, site=site(), now=clock.now())
    return asked(ACCEPT, beginning)


@bp.post("/invitations/<token>/passkey")
@limits.guesses
@public
def make_account_with_passkey(token: str) -> ResponseReturnValue:
    """Make the account of someone invited, without a password, with the passkey that her device made."""
    read_query()
    found, now = _find_open(token), clock.now()
    if found is None or found[1] is not None:
        return refused(_gone())
    invitation_id, with_steps = found[0].id, policy.ends_with_factor(found[0], None)
    place = f"/invitations/{token}" if with_steps else "/organizers" if found[0].role == ORGANIZER else "/desk"
    device = where_from()["device"] or _("First passkey")
    try:
        new, content = take_new(ACCEPT, read_json(), None)
        if content["invitation"] != invitation_id:
            raise Refused("begun for another invitation")
        with transaction():
            make = make_account if with_steps else service.accept_invitation
            user = make(token, name=content["name"], new_hash="", language=language(), now=now)
            add_passkey(new, name=device, handle=content["handle"], by=user, now=now)
            factor_letters.queue_factor_changed(user, factor_letters.PASSKEY_ADDED, language(), now, name=device)
            begun = service.begin_sign_in(user, is_remembered=False, now=now, method="passkey", **where_from())
    except NotFound:
        return refused(_gone())
    except Invalid as error:
        return refused_invalid(error)
    except (Refused, Conflict):
        return refused(_("The passkey could not be added, or it took too long. Try again."))
    begin_session(user, begun, is_remembered=False)
    return lead_to(place)


def _gone() -> str:
    return _("This invitation cannot be taken up any more. Open its address again to see what to do.")

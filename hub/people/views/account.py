"""One's own account: name, language and time zone, password."""

from __future__ import annotations

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.people import letters, passwords, queries, service
from hub.people.forms import ChangePasswordForm, LanguageForm, NameForm, NewPasswordForm
from hub.people.views.base import (
    begin_session,
    bp,
    hash_new_password,
    kept_private,
    me,
    offered_languages,
    private_page,
)
from hub.site.queries import work_of
from hub.web import limits
from hub.web.forms import HubForm
from hub.web.gate import FRESH, MEMBER, PROVE, TO_READ, is_fresh, permission
from hub.web.locale import language
from hub.web.params import read_query

DONE = {"name", "language", "password", "asked", "moved", "confirmed", "ended"}


@bp.route("/account", methods=["GET", "POST"])
@csrf.exempt
@permission(MEMBER)
def show_account() -> ResponseReturnValue:
    """Show a member what the hub keeps about her, and let her write her name otherwise or keep it from public pages."""
    query = read_query(allowed={"done"})
    user = me()
    form = NameForm(obj=user)
    if request.method == "POST" and form.is_good():
        name, is_withheld = form.name.data or "", bool(form.is_name_withheld.data)

        def save() -> str:
            service.rename(name, by=user, now=clock.now())
            service.withhold_name(is_withheld, by=user, now=clock.now())
            return "/account?done=name"

        return kept_private(redirect(form.carry_out(save, clock.now()), 303))
    return _account(name_form=form, done=query.text("done", 20))


@bp.post("/account/language")
@csrf.exempt
@permission(MEMBER)
def choose_language() -> ResponseReturnValue:
    """Keep the language and the time zone a member chose for her pages and mails."""
    read_query()
    user = me()
    form = _language_form()
    if not form.is_good():
        return _account(language_form=form)

    def choose() -> str:
        service.choose_language(form.language.data or None, by=user, now=clock.now())
        service.choose_time_zone(form.time_zone.data or None, by=user, now=clock.now())
        return "/account?done=language"

    try:
        return kept_private(redirect(form.carry_out(choose, clock.now()), 303))
    except Invalid as error:
        form.refuse_invalid(error)
        return _account(language_form=form)


@bp.route("/account/password", methods=["GET", "POST"])
@limits.guesses
@csrf.exempt
@permission(MEMBER)
def change_password() -> ResponseReturnValue:
    """Let a member choose another password; it ends her sign-ins on all other devices.

    She gives the present one, or, where she has none, proved lately who she is.
    """
    read_query()
    is_first = not me().password_hash
    if is_first and not is_fresh(me(), within=FRESH if request.method == "POST" else TO_READ):
        return kept_private(redirect(f"{PROVE}?next=/account/password", 303))
    form = NewPasswordForm() if is_first else ChangePasswordForm()
    if request.method == "POST" and form.is_good():
        try:
            return kept_private(redirect(_change(form), 303))
        except Invalid as error:
            form.refuse_invalid(error)
        except NotFound:  # signed out meanwhile, from another device
            logout_user()
            session.clear()
            return kept_private(redirect("/login", 303))
    return private_page(
        "people/password_change.html", 400 if form.problems else 200, form=form, user=me(), is_first=is_first
    )


def _change(form: NewPasswordForm) -> str:
    user, now = me(), clock.now()
    user_id, checked, keep = user.id, user.password_hash, user.sign_in_id
    if checked and not passwords.is_right(checked, str(form["present"].data or "")):
        raise Invalid("present", "This is not your present password.")
    new_hash = hash_new_password(form.password.data or "", name=user.name, email=user.email)
    is_remembered = session.permanent
    with transaction():
        changed = service.change_password(user_id, checked_hash=checked, new_hash=new_hash, now=now, keep=keep)
        letters.queue_password_changed(changed, language(), now)
        token = service.renew_sign_in(keep, now)
    begin_session(changed, token, is_remembered=is_remembered)
    return "/account?done=password"


def _language_form(**values: object) -> LanguageForm:
    user = me()
    own = (each.city.time_zone for each in user.memberships if each.city.time_zone)
    return LanguageForm(offered_languages(), kept_zone=user.time_zone or "", city_zone=next(own, ""), **values)


def _account(
    *, name_form: HubForm | None = None, language_form: HubForm | None = None, done: str = ""
) -> ResponseReturnValue:
    user, now = me(), clock.now()
    name_form = name_form or NameForm(formdata=None, obj=user)
    language_form = language_form or _language_form(
        formdata=None, data={"language": user.language or "", "time_zone": user.time_zone or ""}
    )  # fmt: skip
    bad = next((form for form in (name_form, language_form) if form.problems), None)
    return private_page(
        "people/account.html", 400 if bad else 200, user=user, work=work_of(user.id, language()), name_form=name_form,
        language_form=language_form, bad=bad, done=done if done in DONE else "",
        sign_ins=queries.sign_ins_of(user.id, now),
    )  # fmt: skip

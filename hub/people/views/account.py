"""One's own account: name, language, password."""

from __future__ import annotations

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.extensions import csrf, limiter
from hub.people import letters, passwords, service
from hub.people.forms import ChangePasswordForm, LanguageForm, NameForm
from hub.people.views.base import PASSWORDS, begin_session, bp, kept_private, me, offered_languages, private_page
from hub.site.queries import work_of
from hub.web.forms import HubForm
from hub.web.gate import MEMBER, permission
from hub.web.locale import language
from hub.web.params import read_query

DONE = {"name", "language", "password"}


@bp.route("/account", methods=["GET", "POST"])
@csrf.exempt
@permission(MEMBER)
def show_account() -> ResponseReturnValue:
    """Show a member what the hub keeps about her, and let her write her name otherwise."""
    query = read_query(allowed={"done"})
    user = me()
    form = NameForm(obj=user)
    if request.method == "POST" and form.is_good():
        name = form.name.data or ""

        def rename() -> str:
            service.rename(name, by=user, now=clock.now())
            return "/account?done=name"

        return kept_private(redirect(form.carry_out(rename, clock.now()), 303))
    return _account(name_form=form, done=query.text("done", 20))


@bp.post("/account/language")
@csrf.exempt
@permission(MEMBER)
def choose_language() -> ResponseReturnValue:
    """Keep the language a member chose for her pages and mails."""
    read_query()
    user = me()
    form = LanguageForm(offered_languages())
    if not form.is_good():
        return _account(language_form=form)

    def choose() -> str:
        service.choose_language(form.language.data or None, by=user, now=clock.now())
        return "/account?done=language"

    return kept_private(redirect(form.carry_out(choose, clock.now()), 303))


@bp.route("/account/password", methods=["GET", "POST"])
@limiter.limit(PASSWORDS, methods=["POST"])
@csrf.exempt
@permission(MEMBER)
def change_password() -> ResponseReturnValue:
    """Let a member who knows her password choose another; it ends her sign-ins on all other devices."""
    read_query()
    form = ChangePasswordForm()
    if request.method == "POST" and form.is_good():
        try:
            return kept_private(redirect(_change(form), 303))
        except Invalid as error:
            form.refuse_invalid(error)
    return private_page("people/password_change.html", 400 if form.problems else 200, form=form, user=me())


def _change(form: ChangePasswordForm) -> str:
    user, now = me(), clock.now()
    user_id, checked = user.id, user.password_hash
    if not passwords.is_right(checked, form.present.data or ""):
        raise Invalid("present", "This is not your present password.")
    new_hash = passwords.hash_password(form.password.data or "")
    is_remembered = session.permanent
    with transaction():
        changed = service.change_password(user_id, checked_hash=checked, new_hash=new_hash, now=now)
        letters.queue_password_changed(changed, language(), now)
        token = service.begin_sign_in(changed, is_remembered=is_remembered, now=now)
    begin_session(changed, token, is_remembered=is_remembered)
    return "/account?done=password"


def _account(
    *, name_form: HubForm | None = None, language_form: HubForm | None = None, done: str = ""
) -> ResponseReturnValue:
    user = me()
    name_form = name_form or NameForm(formdata=None, obj=user)
    language_form = language_form or LanguageForm(
        offered_languages(), formdata=None, data={"language": user.language or ""}
    )  # fmt: skip
    bad = next((form for form in (name_form, language_form) if form.problems), None)
    return private_page(
        "people/account.html", 400 if bad else 200, user=user, work=work_of(user.id, language()), name_form=name_form,
        language_form=language_form, bad=bad, done=done if done in DONE else "",
    )  # fmt: skip

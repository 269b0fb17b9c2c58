"""One's own account: name, address, password, factors, sign-ins, invitations, leaving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from hub.core import clock
from hub.core.db import db
from hub.people.models import Passkey, SignIn
from tests.doors.flows.world import NOTHING, World, fill, flow, press
from tests.people import doors, factors
from tests.people.accounts import PASSWORD, make_user, send_form
from tests.people.authenticator import Authenticator, Script

NOON = datetime(2030, 5, 17, 12, 0, 10, tzinfo=UTC)
SECOND = "/login/second"


@flow({
    "/account": "AccountRenamed",
    "/account/language": "LanguageChosen",
    "/account/password": "PasswordChanged",
    "/account/email": "AddressProofAsked",
    "/account/email/<token>": "EmailChanged",
    "/account/email/again": "AddressProofAsked",
    "/account/export": NOTHING,
})  # fmt: skip
def ones_own_account(w: World) -> None:
    me = w.person("ana")
    fill(me, "/account", "/account", name="Ana of the Hills")
    fill(me, "/account", "/account/language", language="ko")
    me.get("/account?lang=en")
    fill(me, "/account/password", "/account/password", password="another long enough one", present=PASSWORD)
    fill(me, "/account/email", "/account/email", email="ana2@example.org")
    doors.answer(me)
    path = doors.link_in(doors.mails(me, "ana2@example.org")[-1], "/account/email/").split("?")[0]
    fill(me, path, path)
    doors.change(me, w.ids["ana"], confirmed_at=None)
    fill(me, "/account", "/account/email/again")
    fill(me, "/account/export", "/account/export")


@flow({
    "/account/sign-ins/<int(max=2147483647):sign_in_id>/end": "SignInsEnded",
    "/account/sign-ins/end-others": "SignInsEnded",
    "/account/sign-ins/end-all": "SignInsEnded",
    "/login": "SignedIn",
    "/logout": "SignedOut",
})  # fmt: skip
def coming_and_going(w: World) -> None:
    me = w.person("ana")
    others = [w.browser() for _ in range(3)]
    for other in others:
        assert send_form(other, "ana@example.org", PASSWORD).status_code == 303
    with w.app.app_context():
        newest = db.session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    press(me, "/account", f"/account/sign-ins/{newest}/end")
    press(me, "/account", "/account/sign-ins/end-others")
    press(me, "/desk", "/logout")
    assert send_form(me, "ana@example.org", PASSWORD).status_code == 303
    press(me, "/account", "/account/sign-ins/end-all")


@flow({"/password/forgot": NOTHING, "/password/reset/<token>": "PasswordChanged"})
def a_password_forgotten(w: World) -> None:
    me = w.browser()
    make_user(me, "ana@example.org")
    fill(me, "/password/forgot", "/password/forgot", email="ana@example.org")
    doors.answer(me)
    path = doors.link_in(doors.mails(me, "ana@example.org")[-1], "/password/reset/").split("?")[0]
    fill(me, path, path, password="another long enough one")


@flow({
    "/account/security/codes": "CodesTurnedOn",
    "/account/security/codes/off": "CodesTurnedOff",
    "/account/security/recovery": "RecoveryCodesMade",
    "/login/second": "RecoveryCodeUsed",
    "/confirm": NOTHING,
})  # fmt: skip
def codes(w: World) -> None:
    with clock.frozen_at(NOON):
        me = w.person("ana")
        factors.turn_on(me, NOON)
        recovery = factors.make_codes(me)
        other = w.browser()
        send_form(other, "ana@example.org", PASSWORD)
        assert doors.send(other, SECOND, recovery=recovery[0]).status_code == 303
        press(me, "/account/security", "/account/security/codes/off")
    with clock.frozen_at(NOON + timedelta(hours=1)):
        page = "/confirm?next=/account/security/codes"
        assert doors.send(me, "/confirm", page=page, password=PASSWORD).status_code == 303


@flow({
    "/account/security/passkeys/begin": NOTHING,
    "/account/security/passkeys": "PasskeyAdded",
    "/account/security/passkeys/<int(max=2147483647):passkey_id>/remove": "PasskeyRemoved",
    "/login/passkey/begin": NOTHING,
    "/login/passkey": "SignedIn",
    "/login/second/passkey/begin": NOTHING,
    "/login/second/passkey": "SignedIn",
    "/confirm/passkey/begin": NOTHING,
    "/confirm/passkey": NOTHING,
})  # fmt: skip
def passkeys(w: World) -> None:
    with clock.frozen_at(NOON):
        me = w.person("ana")
        script = Script(me, Authenticator())
        assert script.add().status_code == 200
        other = w.browser()
        assert Script(other, script.device).sign_in().status_code == 200
        third = w.browser()
        assert send_form(third, "ana@example.org", PASSWORD).headers["Location"] == SECOND
        assert Script(third, script.device).run(f"{SECOND}/passkey", page=SECOND).status_code == 200
    with clock.frozen_at(NOON + timedelta(hours=1)):
        page = "/confirm?next=/account/security"
        done = script.run("/confirm/passkey", page=page, fields={"next": "/account/security"})
        assert done.status_code == 200, done.text
        with w.app.app_context():
            number = db.session.scalars(select(Passkey.id)).one()
        press(me, "/account/security", f"/account/security/passkeys/{number}/remove")


@flow({
    "/invitations/<token>": "InvitationAccepted",
    "/invitations/<token>/passkey/begin": NOTHING,
    "/invitations/<token>/passkey": "InvitationAccepted",
})  # fmt: skip
def invitations(w: World) -> None:
    new, known = w.browser(), w.person("bea")
    assert doors.accept(new, doors.make_invitation(new, "ana@example.org")).status_code == 303
    token = doors.make_invitation(known, "bea@example.org", role="contributor")
    assert doors.send(known, f"/invitations/{token}").status_code == 303
    other = w.browser()
    path = f"/invitations/{doors.make_invitation(other, 'eve@example.org')}"
    script = Script(other, Authenticator())
    assert script.run(f"{path}/passkey", page=path, way="create", fields={"name": "Eve"}).status_code == 200


@flow({"/account/leave": "PersonLeft",
       "/organizers/people/<int(max=2147483647):user_id>/forget": "PersonLeft"})  # fmt: skip
def leaving(w: World) -> None:
    me, boss = w.person("ana", city="graz"), w.organizer()
    bea = make_user(boss, "bea@example.org", city="graz")
    fill(me, "/account/leave", "/account/leave", understood="y")
    page = f"/organizers/people/{bea}/forget"
    fill(boss, page, page, understood="y")

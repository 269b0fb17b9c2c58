"""What people do at the doors that change something, from the first page to the last button.

Each flow names the rules it sends a good form to, with what that leaves in the log; nothing where it changes nothing
that is kept. A new door needs a line here: `test_trail.py` prints which rules have none.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.readers import FailedEntry
from hub.follows.letters import unsubscribe_path
from hub.follows.models import Notification
from hub.people.models import Passkey, SignIn
from tests.cases import desk
from tests.cities import forms as joining
from tests.commitments import recorder
from tests.feeds.site import item, running_site
from tests.hands import forms_in
from tests.people import doors, factors
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.authenticator import Authenticator, Script, post_json

NOTHING = ""
NOON = datetime(2030, 5, 17, 12, 0, 10, tzinfo=UTC)
SECOND = "/login/second"

Flow = Callable[["World"], None]
FLOWS: dict[str, tuple[dict[str, str], Flow]] = {}


class World:
    """The application, with a browser for everyone who is needed."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = app
        self.monkeypatch = monkeypatch
        self.ids: dict[str, int] = {}

    def browser(self) -> FlaskClient:
        """Return a browser in which nobody is signed in."""
        client: FlaskClient = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        new_address(client)
        return client

    def person(self, name: str, **values: Any) -> FlaskClient:
        """Return the browser of someone signed in, who just proved who she is."""
        client = self.browser()
        self.ids[name] = sign_in(client, f"{name}@example.org", name=name.title(), **values)
        return client

    def coordinator(self, name: str = "coordinator", city: str = "gwangju") -> FlaskClient:
        return self.person(name, city=city)

    def organizer(self, name: str = "organizer") -> FlaskClient:
        return self.person(name, is_organizer=True)

    def make(self, row: Any) -> Any:
        """Keep a row and return its key."""
        with self.app.app_context(), transaction():
            db.session.add(row)
            db.session.flush()
            return getattr(row, "id", None)


def flow(rules: dict[str, str]) -> Callable[[Flow], Flow]:
    """Name the rules that a flow goes through, with the kind of entry that each good form leaves."""

    def keep(function: Flow) -> Flow:
        FLOWS[function.__name__] = (rules, function)
        return function

    return keep


def fill(client: FlaskClient, page: str, action: str, pick: str = "", **values: Any) -> TestResponse:
    """Open a page, fill the form that leads to a path (the one that holds `pick`), and send it."""
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code, opened.text[-800:])
    found = [each for each in forms_in(opened.text) if each.method == "post"]
    found = [each for each in found if (each.action.split("?")[0] or page) == action]
    found = [each for each in found if pick in (*each.names, *(value for _name, value in [*each.fields, *each.buttons]))
             or not pick]  # fmt: skip
    assert found, (page, action, [each.action for each in forms_in(opened.text)])
    files = {name: value for name, value in values.items() if isinstance(value, tuple)}
    data: dict[str, Any] = {}
    for name, value in found[0].filled({name: value for name, value in values.items() if name not in files}):
        data.setdefault(name, []).append(value)
    data = {name: several[0] if len(several) == 1 else several for name, several in data.items()}
    response = client.post(action, data=data | files)
    assert response.status_code in (200, 303), (action, response.status_code, response.text[-1500:])
    return response


def press(client: FlaskClient, page: str, action: str, **values: str) -> TestResponse:
    """Press a button on a page."""
    return fill(client, page, action, **values)


# Accounts


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


def half(client: FlaskClient, path: str, page: str, **fields: Any) -> dict[str, Any]:
    """Begin a ceremony and return what the browser is asked."""
    begun = post_json(client, path, fields, page=page)
    assert begun.status_code == 200, begun.text
    return dict(begun.json)


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


# A city's people


@flow({
    "/cities/<slug>/people": "PersonInvited",
    "/cities/<slug>/people/invitations/<int(max=2147483647):invitation_id>/withdraw": "InvitationWithdrawn",
    "/cities/<slug>/people/<int(max=2147483647):user_id>/role": "RoleChanged",
    "/cities/<slug>/people/<int(max=2147483647):user_id>/remove": "MemberRemoved",
})  # fmt: skip
def a_team(w: World) -> None:
    me, page = w.coordinator(), "/cities/gwangju/people"
    colleague = make_user(me, "bea@example.org", city="gwangju", role="contributor")
    fill(me, page, page, email="new@example.org", role="contributor")
    number = doors.invitations(me, "new@example.org")[0].id
    press(me, page, f"{page}/invitations/{number}/withdraw")
    press(me, page, f"{page}/{colleague}/role")
    press(me, page, f"{page}/{colleague}/remove")


@flow({
    "/organizers/people/invite": "PersonInvited",
    "/organizers/people/invitations/<int(max=2147483647):invitation_id>/withdraw": "InvitationWithdrawn",
    "/organizers/people/<int(max=2147483647):user_id>/suspend": "PersonSuspended",
    "/organizers/people/<int(max=2147483647):user_id>/restore": "PersonRestored",
    "/organizers/people/<int(max=2147483647):user_id>/role": "RoleChanged",
    "/organizers/people/<int(max=2147483647):user_id>/end-organizer": "OrganizerRoleEnded",
})  # fmt: skip
def all_people(w: World) -> None:
    boss, page = w.organizer(), "/organizers/people"
    bea = make_user(boss, "bea@example.org", city="graz", role="contributor")
    other = make_user(boss, "olga@example.org", is_organizer=True)
    fill(boss, f"{page}/invite", f"{page}/invite", email="new@example.org", role="coordinator", city="graz")
    number = doors.invitations(boss, "new@example.org")[0].id
    press(boss, f"{page}/invite", f"{page}/invitations/{number}/withdraw")
    fill(boss, f"{page}/{bea}", f"{page}/{bea}/suspend", reason="Asked for it")
    press(boss, f"{page}/{bea}", f"{page}/{bea}/restore")
    press(boss, f"{page}/{bea}", f"{page}/{bea}/role")
    press(boss, f"{page}/{other}", f"{page}/{other}/end-organizer")


# Cities


@flow({
    "/join": "CityApplied",
    "/join/<token>": "ApplicationConfirmed",
    "/join/<token>/letter": "LetterReceived",
    "/organizers/applications/<int(max=2147483647):application_id>": "CityAdmitted",
})  # fmt: skip
def joining_the_hub(w: World) -> None:
    applicant, boss, page = w.browser(), w.organizer(), "/organizers/applications"
    path, number = joining.waiting(applicant)
    fill(applicant, path, f"{path}/letter", letter=(io.BytesIO(joining.PDF), "letter.pdf"))
    new = {"city": "new", "name": "Sunnyvale Springs", "slug": "sunnyvale-springs", "region": "asia-pacific",
           "gov_type": "municipality"}  # fmt: skip
    fill(boss, f"{page}/{number}", f"{page}/{number}", "admit", **new)
    _path, number = joining.waiting(w.browser(), email="other@springs.example", city_name="Elsewhere")
    fill(boss, f"{page}/{number}", f"{page}/{number}", "decline", reason="Not now")


@flow({
    "/cities/<slug>/edit": "CityChanged",
    "/organizers/cities/<slug>/suspend": "CitySuspended",
    "/organizers/cities/<slug>/restore": "CityRestored",
})  # fmt: skip
def a_city(w: World) -> None:
    me, boss = w.coordinator(), w.organizer()
    fill(me, "/cities/gwangju/edit", "/cities/gwangju/edit", contact_office="Human Rights Division")
    page = "/organizers/cities/gwangju/suspend"
    fill(boss, page, page, reason="Asked for it")
    press(boss, "/organizers/cities", "/organizers/cities/gwangju/restore")


# Case studies


@flow({
    "/cases/new": "CaseStarted",
    "/cases/<slug>/edit": "CaseDraftSaved",
    "/cases/<slug>/files": "CaseFileAdded",
    "/cases/<slug>/files/<int(max=2147483647):file_id>/remove": "CaseFileRemoved",
    "/cases/<slug>/take-out/files/<int(max=2147483647):file_id>": "CaseFileDestroyed",
    "/cases/<slug>/archive": "CaseArchived",
    "/cases/<slug>/publish": "CasePublished",
    "/cases/<slug>/move": "CaseMoved",
    "/cases/<slug>/delete": "CaseDraftDeleted",
})  # fmt: skip
def writing(w: World) -> None:
    me, boss = w.coordinator(), w.organizer()
    slug = desk.start(me, "A fair")
    page = f"/cases/{slug}"
    assert desk.send(me, slug, problem="Nobody knew Zsófia.").status_code == 303
    assert desk.upload(me, slug, desk.PDF, "paper.pdf").status_code == 303
    number = desk.stored(me, slug).files[0].id
    fields = desk.hidden(me, f"{page}/edit")
    assert me.post(f"{page}/files/{number}/remove", data=fields).status_code == 303
    press(me, f"{page}/take-out", f"{page}/take-out/files/{number}")
    assert desk.send(me, slug, "publish").status_code == 303
    assert desk.send(me, slug, problem="Nobody knew anyone.", change_note="Shorter").status_code == 303
    fill(me, f"{page}/archive", f"{page}/archive", reason="Over")
    press(me, page, f"{page}/publish")
    fill(boss, f"{page}/move", f"{page}/move", city="graz", reason="It is theirs")
    draft = desk.start(me, "Another fair")
    fill(me, f"/cases/{draft}/delete", f"/cases/{draft}/delete")


@flow({"/cases/<slug>/confirm": "CaseTakenOver"})
def taking_over(w: World) -> None:
    me, page = w.coordinator(city="graz"), "/cases/graz-advisory-council"
    press(me, page, f"{page}/confirm")


@flow({"/cases/<slug>/take-out": "PersonTakenOut"})
def taking_out(w: World) -> None:
    me = w.coordinator()
    slug = desk.publish(me, problem="Nobody knew Zsófia Quintero.")
    page = f"/cases/{slug}/take-out"
    fields = desk.hidden(me, page) | {"spellings": "Quintero", "reason": "wish"}
    looked = me.post(page, data=fields | {"do": "look"})
    assert looked.status_code == 200
    mark = looked.text.split('name="mark" type="text" value="')[1].split('"')[0]
    done = me.post(page, data=desk.hidden_in(looked.text) | {"mark": mark, "do": "take"})
    assert done.status_code == 303, done.text[-1500:]


# Commitments, news, follows, the house


@flow({"/cities/<slug>/commitments/<code>/record": "StatusRecorded"})
def a_status(w: World) -> None:
    assert recorder.send(w.coordinator(), recorder.address(), **recorder.LINK).status_code == 303


@flow({
    "/organizers/sources/new": NOTHING,
    "/organizers/sources": "SourceAdded",
    "/organizers/sources/<slug>": "SourceChanged",
    "/organizers/sources/<slug>/pause": "SourcePaused",
    "/organizers/sources/<slug>/resume": "SourceResumed",
    "/organizers/sources/<slug>/sync": "SourceChecked",
})  # fmt: skip
def sources(w: World) -> None:
    boss, page = w.organizer(), "/organizers/sources"
    with running_site() as site:
        site.feed(item())
        w.monkeypatch.setitem(w.app.config, "HUB", replace(w.app.config["HUB"], fetch_allow=site.allow))
        looked = fill(boss, f"{page}/new", f"{page}/new", address=site.url())
        [form] = [each for each in forms_in(looked.text) if each.action == page]
        added = boss.post(page, data=dict(form.filled({"title": "City news"})))
        assert added.status_code == 303, added.text[-1500:]
        source = added.headers["Location"]
        fill(boss, source, source, title="City stories")
        press(boss, source, f"{source}/pause")
        press(boss, source, f"{source}/resume")
        with clock.frozen_at(clock.now() + timedelta(hours=1)):
            boss = w.organizer("other")
            press(boss, source, f"{source}/sync")


@flow({
    "/follow": "Followed",
    "/unfollow": "Unfollowed",
    "/following/mail": "DigestTurnedOff",
    "/notifications/read": "NotificationsRead",
    "/unsubscribe/<token>": "DigestTurnedOff",
})  # fmt: skip
def following(w: World) -> None:
    me = w.person("ana")
    press(me, "/cities/gwangju", "/follow")
    press(me, "/cities/gwangju", "/unfollow")
    press(me, "/following", "/following/mail")
    told = {"event": "StatusRecorded", "subject_id": 1, "because": {"kind": "city", "key": "gwangju"}}
    w.make(Notification(user_id=w.ids["ana"], position=1, created_at=clock.now(), **told))
    press(me, "/notifications", "/notifications/read")
    other = w.person("bea")
    with w.app.app_context():
        path = unsubscribe_path(w.ids["bea"]).split("?")[0]
    press(other, path, path)


@flow({"/organizers/system/parked/<reader>/<int(max=2147483647):position>/retry": "ParkedEntryPutBack"})
def the_machines(w: World) -> None:
    boss, now = w.organizer(), clock.now()
    w.make(FailedEntry(reader="mail", position=1, attempts=8, error="ValueError", next_at=now, parked_at=now))
    press(boss, "/organizers/system", "/organizers/system/parked/mail/1/retry")

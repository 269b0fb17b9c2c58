"""Taking up an invitation with the account one has, with a passkey, and as an organizer: step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Invalid, NotFound
from hub.people import service
from hub.people.models import Invitation, User
from hub.people.service.accepting import make_account
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.authenticator import Authenticator, Script, post_json
from tests.people.doors import (
    NEW,
    accept,
    change,
    fields_of,
    log_size,
    mails,
    make_invitation,
    newest_entries,
    send,
    user_of,
)
from tests.people.factors import CODES, SECURITY, elsewhere, make_codes, send_button, turn_on

ANA = "ana@example.org"


def test_who_is_signed_in_accepts_with_one_button(client: FlaskClient) -> None:
    user_id = sign_in(client, ANA)
    token = make_invitation(client, ANA)
    page = client.get(f"/invitations/{token}").text
    assert 'name="password"' not in page
    before = log_size(client)
    response = send(client, f"/invitations/{token}")
    assert (response.status_code, response.headers["Location"]) == (303, "/desk")
    assert log_size(client) == before + 1
    kind, payload, actor = newest_entries(client)[0]
    assert (kind, payload["user_id"], payload["is_new_account"], actor) == (
        "InvitationAccepted", user_id, False, user_id)  # fmt: skip
    assert client.get("/cities/gwangju/people").status_code == 200


def test_the_button_needs_a_fresh_proof(client: FlaskClient) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        sign_in(client, ANA)
        token = make_invitation(client, ANA)
        form = fields_of(client.get(f"/invitations/{token}").text)
    with clock.frozen_at(start + timedelta(minutes=16)):
        place = f"/confirm?next=/invitations/{token}"
        assert client.post(f"/invitations/{token}", data=form).headers["Location"] == place
        page = client.get(f"/invitations/{token}").text
        assert f'href="{place}"' in page
        assert "Accept the invitation</button>" not in page
        assert send(client, "/confirm", page=place, password=PASSWORD).headers["Location"] == f"/invitations/{token}"
        assert send(client, f"/invitations/{token}").status_code == 303


def test_who_is_signed_in_with_another_address_is_told_so(client: FlaskClient) -> None:
    make_user(client, ANA)
    sign_in(client, "other@example.org", name="Other One")
    token = make_invitation(client, ANA)
    page = client.get(f"/invitations/{token}").text
    assert "You are signed in as Other One." in page
    assert 'name="password"' in page


def test_an_account_with_a_second_step_signs_in_first(client: FlaskClient) -> None:
    make_user(client, ANA, has_factor=True)
    token = make_invitation(client, ANA)
    page = client.get(f"/invitations/{token}").text
    assert 'name="password"' not in page
    assert f'href="/login?next=/invitations/{token}"' in page
    new_address(client)
    form = {"csrf_token": "", "form_key": "", "password": PASSWORD}
    assert client.post(f"/invitations/{token}", data=form).status_code == 400  # there is no such form
    user = user_of(client, ANA)
    assert user is not None
    with pytest.raises(Invalid, match="Sign in with it"), client.application.app_context(), transaction():
        service.accept_invitation(token, confirmed_hash=user.password_hash, now=clock.now())
    assert client.get(f"/invitations/{token}").status_code == 200


def test_a_demo_account_gives_no_role_outside_the_demo(client: FlaskClient) -> None:
    by = make_user(client, "by@example.org", city="gwangju", is_demo=True)
    token = make_invitation(client, ANA, by=by)
    make_user(client, ANA)
    assert client.get(f"/invitations/{token}").status_code == 410
    with pytest.raises(Invalid, match="demo"):
        make_invitation(client, ANA, role="contributor", by=by)
    with pytest.raises(NotFound), client.application.app_context(), transaction():
        service.accept_invitation(token, confirmed_hash="x", now=clock.now())


def with_passkey(client: FlaskClient, token: str, name: str = "Ana López", **slips: Any) -> TestResponse:
    """Make the account of an invitation with a passkey in this browser."""
    new_address(client)
    path = f"/invitations/{token}"
    script = Script(client, Authenticator())
    return script.run(f"{path}/passkey", page=path, way="create", fields={"name": name}, **slips)


def test_a_new_person_may_come_with_a_passkey_and_no_password(client: FlaskClient) -> None:
    token = make_invitation(client, ANA)
    assert "A passkey needs JavaScript" in client.get(f"/invitations/{token}").text
    before = log_size(client)
    answer = with_passkey(client, token)
    assert (answer.status_code, answer.json) == (200, {"next": "/desk"}), answer.text
    user = user_of(client, ANA)
    assert user is not None
    assert (user.name, user.password_hash, user.has_factor) == ("Ana López", "", True)
    kinds = [each[0] for each in newest_entries(client, 3)]
    assert kinds == ["InvitationAccepted", "PasskeyAdded", "SignedIn"]
    assert log_size(client) == before + 3
    assert client.get("/cities/gwangju/people").status_code == 200
    new_address(client)
    browser = client.application.test_client()
    assert send_form(browser, ANA, "").status_code == 400
    assert send_form(browser, ANA, "no account has this password").status_code == 400


@pytest.mark.parametrize(
    "slip", [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"is_verified": False}, {"challenge": "AA"}]
)
def test_a_passkey_made_elsewhere_makes_no_account(client: FlaskClient, slip: dict[str, Any]) -> None:
    token = make_invitation(client, ANA)
    assert with_passkey(client, token, **slip).status_code == 400
    assert user_of(client, ANA) is None
    assert client.get(f"/invitations/{token}").status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\x00b"])
def test_a_passkey_needs_a_name_beside_it(client: FlaskClient, name: str) -> None:
    token = make_invitation(client, ANA)
    answer = with_passkey(client, token, name=name)
    assert (answer.status_code, answer.json["parameter"]) == (400, "name")
    assert user_of(client, ANA) is None


def test_a_passkey_for_an_invitation_that_is_gone_or_another(client: FlaskClient) -> None:
    token, other = make_invitation(client, ANA), make_invitation(client, "bea@example.org")
    new_address(client)
    device, path = Authenticator(), f"/invitations/{token}"
    asked = post_json(client, f"{path}/passkey/begin", {"name": "Ana"}, page=path)
    assert asked.json["user"]["name"] == ANA
    answer = {"answer": device.create(asked.json)}
    assert post_json(client, f"/invitations/{other}/passkey", answer, page=path).status_code == 400
    assert user_of(client, ANA) is None
    assert user_of(client, "bea@example.org") is None
    make_user(client, ANA)
    for half in ("passkey", "passkey/begin"):
        gone = post_json(client, f"{path}/{half}", {"name": "x"}, page=path.replace(token, other))
        assert gone.status_code == 400
        assert "cannot be taken up any more" in gone.json["detail"]


ORGANIZERS = ["/organizers", "/organizers/people", "/organizers/people/invite", "/organizers/audit"]


def opens_nothing(client: FlaskClient) -> bool:
    """Tell whether no page of the organizers opens."""
    return {client.get(path).status_code for path in ORGANIZERS} == {403}


def test_an_organizers_invitation_ends_with_a_second_factor_and_recovery_codes(client: FlaskClient) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        by = make_user(client, "by@example.org", is_organizer=True)
        token = make_invitation(client, ANA, role="organizer", city=None, by=by)
        path = f"/invitations/{token}"
        page = client.get(path).text
        assert "Three steps to begin" in page
        before = log_size(client)
        response = accept(client, token, name="Ana López")
        assert (response.status_code, response.headers["Location"]) == (303, path)
        user = user_of(client, ANA)
        assert user is not None
        assert (user.is_organizer, user.confirmed_at, user.has_factor) == (False, start, False)
        assert [each[0] for each in newest_entries(client, 2)] == ["AccountCreated", "SignedIn"]
        assert log_size(client) == before + 2
        assert opens_nothing(client)

        page = client.get(path).text
        assert "Set up a second factor</a>" in page
        assert "Become an organizer" not in page
        refused = client.post(path, data=fields_of(client.get("/account").text))
        assert refused.status_code == 400
        assert "Set up a second factor and recovery codes first." in refused.text
        assert f'href="{path}"' in client.get(SECURITY).text  # the way back

        turn_on(client, start)
        assert opens_nothing(client)
        page = client.get(path).text
        assert 'href="/account/security/recovery"' in page
        assert "Become an organizer" not in page
        make_codes(client)
        assert opens_nothing(client)

        before = log_size(client)
        assert "Become an organizer</button>" in client.get(path).text
        response = send(client, path)
        assert (response.status_code, response.headers["Location"]) == (303, "/organizers")
        assert log_size(client) == before + 1
        kind, payload, actor = newest_entries(client)[0]
        assert (kind, payload["role"], actor) == ("InvitationAccepted", "organizer", user.id)
        assert payload["is_new_account"] is False
        assert client.get("/organizers").status_code == 200
        assert client.get(path).status_code == 410
        assert "Back to the invitation" not in client.get(SECURITY).text
        assert send_button(client, f"{CODES}/off").status_code == 400  # her last factor stays now


def test_an_organizer_may_come_with_a_passkey(client: FlaskClient) -> None:
    token = make_invitation(client, ANA, role="organizer", city=None)
    path = f"/invitations/{token}"
    before = log_size(client)
    assert with_passkey(client, token).json == {"next": path}
    assert [each[0] for each in newest_entries(client, 3)] == ["AccountCreated", "PasskeyAdded", "SignedIn"]
    assert log_size(client) == before + 3
    assert "a passkey" in client.get(path).text
    assert opens_nothing(client)
    user = user_of(client, ANA)
    assert user is not None
    assert user.confirmed_at is None  # the operator saw the link
    make_codes(client)
    assert send(client, path).headers["Location"] == "/organizers"
    assert client.get("/organizers").status_code == 200
    assert "the passkey" in mails(client, ANA)[1].text


def test_the_account_waits_and_can_go_on_elsewhere(client: FlaskClient) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        token = make_invitation(client, ANA, role="organizer", city=None)
        path = f"/invitations/{token}"
        accept(client, token)
        other = elsewhere(client)
        page = other.get(path).text
        assert f'href="/login?next={path}"' in page
        assert 'name="password"' not in page
        assert send_form(other, ANA, NEW, next_page=path).headers["Location"] == path
        assert "Set up a second factor</a>" in other.get(path).text


@pytest.mark.parametrize(
    "end", ["withdrawn", "inviter demoted", "inviter suspended", "inviter without factor", "expired"]
)
def test_the_inviters_right_is_asked_again_at_the_last_step(client: FlaskClient, end: str) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        by = make_user(client, "by@example.org", is_organizer=True)
        token = make_invitation(client, ANA, role="organizer", city=None, by=by)
        path = f"/invitations/{token}"
        accept(client, token)
        turn_on(client, start)
        make_codes(client)
        form = fields_of(client.get(path).text)
        changes = {
            "inviter demoted": {"is_organizer": False}, "inviter suspended": {"is_active": False},
            "inviter without factor": {"has_factor": False},
        }  # fmt: skip
        if end in changes:
            change(client, by, **changes[end])
        if end == "withdrawn":
            with client.application.app_context(), transaction():
                invitation = db.session.query(Invitation).filter_by(email=ANA).one()
                service.withdraw_invitation(invitation.id, by=db.session.get_one(User, by), now=start)
    with clock.frozen_at(start + timedelta(days=7) if end == "expired" else start):
        if end == "expired":
            assert send_form(client, ANA, NEW).headers["Location"] == "/login/second"
        assert client.post(path, data=form).status_code == 410
        assert client.get(path).status_code == 410
        user = user_of(client, ANA)
        assert user is not None
        assert not user.is_organizer


def test_within_the_demo_an_organizer_needs_no_factor(client: FlaskClient) -> None:
    by = make_user(client, "by@example.org", is_organizer=True, is_demo=True)
    token = make_invitation(client, ANA, role="organizer", city=None, by=by)
    assert "Three steps" not in client.get(f"/invitations/{token}").text
    assert accept(client, token).headers["Location"] == "/organizers"
    assert client.get("/organizers").status_code == 200
    user = user_of(client, ANA)
    assert user is not None
    assert user.is_demo


def test_an_account_on_record_becomes_organizer_in_the_same_steps(client: FlaskClient) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        sign_in(client, ANA, city="gwangju")
        token = make_invitation(client, ANA, role="organizer", city=None)
        path = f"/invitations/{token}"
        assert "Set up a second factor</a>" in client.get(path).text
        turn_on(client, start)
        make_codes(client)
        assert send(client, path).headers["Location"] == "/organizers"
        assert client.get("/organizers").status_code == 200
        assert client.get("/cities/gwangju/people").status_code == 200


def test_the_services_refuse_what_the_doors_would(client: FlaskClient) -> None:
    token = make_invitation(client, ANA, role="organizer", city=None)
    now = clock.now()
    with client.application.app_context():
        with pytest.raises(Invalid, match="steps"), transaction():
            service.accept_invitation(token, name="Ana", new_hash="x", now=now)
        with transaction():
            user_id = make_account(token, name="Ana", new_hash="x", language=None, now=now).id
        with pytest.raises(Invalid, match="steps"), transaction():
            service.accept_invitation(token, by=db.session.get_one(User, user_id), now=now)
        with pytest.raises(Invalid, match="has an account"), transaction():
            make_account(token, name="Ana", new_hash="x", language=None, now=now)
        assert not db.session.get_one(User, user_id).is_organizer


def test_the_form_that_made_the_account_may_come_twice(client: FlaskClient) -> None:
    token = make_invitation(client, ANA, role="organizer", city=None)
    new_address(client)
    path = f"/invitations/{token}"
    form = fields_of(client.get(path).text) | {"name": "Ana", "password": NEW}
    assert client.post(path, data=form).headers["Location"] == path
    assert client.post(path, data=form).headers["Location"] == path

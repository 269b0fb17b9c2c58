"""Invitations: who may send them, what becomes of them, how one is taken up."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.people import service
from hub.people.models import User
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import (
    DEAD,
    NEW,
    accept,
    change,
    city_id_of,
    invitations,
    link_in,
    log_size,
    mails,
    make_invitation,
    newest_entries,
    send,
    suspend_city,
    user_of,
)

ANA = "ana@example.org"


def try_to_invite(client: FlaskClient, by: int | None, role: str, city: str | None, email: str = ANA) -> str:
    """Invite and return "", or the name of what was raised."""
    city_id = city_id_of(client, city) if city else None
    with client.application.app_context():
        try:
            with transaction():
                actor = db.session.get(User, by) if by else None
                service.invite(by=actor, email=email, role=role, city_id=city_id, language="en", now=clock.now())
        except (Forbidden, Invalid) as error:
            return type(error).__name__
    return ""


WHO_MAY = [
    ("operator", "organizer", None, ""), ("operator", "coordinator", "gwangju", ""),
    ("organizer", "organizer", None, ""), ("organizer", "coordinator", "utrecht", ""),
    ("organizer", "contributor", "gwangju", ""),
    ("coordinator", "coordinator", "gwangju", ""), ("coordinator", "contributor", "gwangju", ""),
    ("coordinator", "coordinator", "utrecht", "Forbidden"), ("coordinator", "organizer", None, "Forbidden"),
    ("contributor", "contributor", "gwangju", "Forbidden"), ("member", "contributor", "gwangju", "Forbidden"),
    ("suspended", "contributor", "gwangju", "Forbidden"),
    ("organizer", "organizer", "gwangju", "Forbidden"), ("organizer", "coordinator", None, "Forbidden"),
    ("organizer", "mayor", "gwangju", "Forbidden"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "role", "city", "raised"), WHO_MAY)
def test_who_may_invite_whom(client: FlaskClient, who: str, role: str, city: str | None, raised: str) -> None:
    by = None
    if who != "operator":
        place = {"city": "gwangju", "role": who} if who in ("coordinator", "contributor") else {}
        place |= {"city": "gwangju"} if who == "suspended" else {}
        by = make_user(client, "by@example.org", is_organizer=who == "organizer", **place)
        change(client, by, is_active=who != "suspended")
    before = log_size(client)
    assert try_to_invite(client, by, role, city) == raised
    assert log_size(client) == before + (0 if raised else 1)


def test_nobody_is_invited_to_a_suspended_city(client: FlaskClient) -> None:
    by = make_user(client, "by@example.org", is_organizer=True)
    suspend_city(client, "gwangju")
    assert try_to_invite(client, by, "coordinator", "gwangju") == "Invalid"
    assert try_to_invite(client, None, "coordinator", "gwangju") == "Invalid"
    assert not invitations(client, ANA)


@pytest.mark.parametrize(
    ("held", "asked", "raised"),
    [("coordinator", "coordinator", "Invalid"), ("coordinator", "contributor", "Invalid"),
     ("contributor", "contributor", "Invalid"), ("contributor", "coordinator", "")],
)  # fmt: skip
def test_who_has_the_role_is_not_invited_to_it(client: FlaskClient, held: str, asked: str, raised: str) -> None:
    make_user(client, ANA, city="gwangju", role=held)
    assert try_to_invite(client, None, asked, "gwangju", email=" ANA@example.org") == raised
    assert try_to_invite(client, None, asked, "utrecht") == ""


def test_the_new_invitation_replaces_the_one_that_waited(client: FlaskClient) -> None:
    first = make_invitation(client, ANA)
    elsewhere = make_invitation(client, ANA, city="utrecht")
    before = log_size(client)
    second = make_invitation(client, ANA)
    assert log_size(client) == before + 1
    old, _other, new = invitations(client, ANA)
    kind, payload, actor = newest_entries(client)[0]
    assert (kind, actor) == ("PersonInvited", None)
    assert payload == {"invitation_id": new.id, "role": "coordinator", "city_id": new.city_id, "replaces": old.id}
    assert ANA not in str(payload)
    assert client.get(f"/invitations/{first}").status_code == 410
    assert client.get(f"/invitations/{second}").status_code == 200
    assert client.get(f"/invitations/{elsewhere}").status_code == 200
    assert len(mails(client, ANA)) == 3


def test_the_mail_leads_to_the_page_and_says_who_invites_to_what(client: FlaskClient) -> None:
    by = make_user(client, "by@example.org", name="Kim <b>", city="gwangju")
    token = make_invitation(client, ANA, by=by)
    mail = mails(client, ANA)[0]
    assert link_in(mail, "/invitations/") == f"/invitations/{token}?lang=en"
    assert mail.subject == "You are invited to coordinate Gwangju in the Human Rights Cities Hub"
    assert "Kim <b> invites you" in mail.text
    assert "Kim &lt;b&gt; invites you" in mail.html
    page = client.get(f"/invitations/{token}")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("<h1") == 1
    for words in ("Kim &lt;b&gt; invites you to be a coordinator of Gwangju", ANA, "Coordinate Gwangju"):
        assert words in page.text


@pytest.mark.parametrize("role", ["coordinator", "contributor"])
def test_a_new_person_gets_an_account_her_role_and_is_signed_in(client: FlaskClient, role: str) -> None:
    token = make_invitation(client, ANA, role=role)
    before = log_size(client)
    response = accept(client, token, name=" Ana  López ")
    assert (response.status_code, response.headers["Location"]) == (303, "/desk")
    assert client.get("/account").status_code == 200
    assert client.get("/desk").status_code == 200
    user = user_of(client, ANA)
    assert user is not None
    assert (user.name, user.language, user.is_organizer) == ("Ana López", "en", False)
    assert [each.role for each in user.memberships] == [role]
    assert log_size(client) == before + 2
    (kind, payload, actor), signed_in = newest_entries(client, 2)
    assert (kind, actor, payload["is_new_account"], payload["role"]) == ("InvitationAccepted", user.id, True, role)
    assert signed_in == ("SignedIn", {"user_id": user.id, "method": "password"}, user.id)
    assert ANA not in str(payload)
    assert DEAD in client.get(f"/invitations/{token}").text
    new_address(client)
    assert send_form(client.application.test_client(), ANA, NEW).status_code == 303


def test_an_account_on_record_gets_the_role_for_its_password(client: FlaskClient) -> None:
    user_id = make_user(client, ANA, city="utrecht", role="contributor")
    token = make_invitation(client, ANA)
    page = client.get(f"/invitations/{token}").text
    assert 'name="name"' not in page
    before = log_size(client)
    wrong = accept(client, token, password="not the password at all")
    assert wrong.status_code == 400
    assert "This is not the password of your account." in wrong.text
    assert log_size(client) == before
    assert accept(client, token, password=PASSWORD, name="Somebody Else").status_code == 303
    user = user_of(client, ANA)
    assert user is not None
    assert (user.id, user.name) == (user_id, "A person")
    assert {each.city.slug: each.role for each in user.memberships} == {
        "utrecht": "contributor", "gwangju": "coordinator"}  # fmt: skip
    assert newest_entries(client, 2)[0][1]["is_new_account"] is False
    assert log_size(client) == before + 2  # accepted, and signed in


def test_a_contributor_becomes_coordinator_and_never_the_other_way(client: FlaskClient) -> None:
    user_id = make_user(client, ANA)
    low, high = make_invitation(client, ANA, role="contributor"), make_invitation(client, ANA)
    assert accept(client, high, password=PASSWORD).status_code == 303
    assert accept(client.application.test_client(), low, password=PASSWORD).status_code == 303
    user = user_of(client, ANA)
    assert user is not None
    assert [(each.user_id, each.role) for each in user.memberships] == [(user_id, "coordinator")]


@pytest.mark.parametrize("is_demo", [True, False])
def test_whom_a_demo_account_invites_is_demo_too(client: FlaskClient, is_demo: bool) -> None:
    by = make_user(client, "by@example.org", city="gwangju", is_demo=is_demo)
    assert accept(client, make_invitation(client, ANA, by=by)).status_code == 303
    user = user_of(client, ANA)
    assert user is not None
    assert user.is_demo == is_demo


def test_accepting_takes_over_the_browser(client: FlaskClient) -> None:
    sign_in(client, "other@example.org", name="Other One")
    token = make_invitation(client, ANA)
    assert accept(client, token).status_code == 303
    html = client.get("/account").text
    assert ANA in html
    assert "Other One" not in html


def hidden(html: str) -> dict[str, Any]:
    return dict(re.findall(r'<input type="hidden" name="(csrf_token|form_key)" value="([^"]*)"', html))


def test_one_form_sent_twice_makes_one_account(client: FlaskClient) -> None:
    token = make_invitation(client, ANA)
    new_address(client)
    form = hidden(client.get(f"/invitations/{token}").text) | {"name": "Ana", "password": NEW}
    before = log_size(client)
    assert client.post(f"/invitations/{token}", data=form).headers["Location"] == "/desk"
    assert client.post(f"/invitations/{token}", data=form).status_code == 410
    assert log_size(client) == before + 2  # accepted, and signed in


def test_two_forms_of_one_invitation_make_one_account(client: FlaskClient) -> None:
    token = make_invitation(client, ANA)
    path, browsers = f"/invitations/{token}", [client.application.test_client() for _ in range(2)]
    forms = []
    for browser in browsers:
        new_address(browser)
        forms.append(hidden(browser.get(path).text) | {"name": "Ana", "password": NEW})
    codes = [browser.post(path, data=form).status_code for browser, form in zip(browsers, forms, strict=True)]
    assert codes == [303, 410]
    assert browsers[1].get("/account").status_code == 401


def test_the_service_refuses_the_second_of_two_whatever_the_door_saw(client: FlaskClient) -> None:
    token = make_invitation(client, ANA)
    values: dict[str, Any] = {"name": "Ana", "new_hash": "x", "confirmed_hash": None, "language": None}
    with client.application.app_context():
        with transaction():
            service.accept_invitation(token, now=clock.now(), **values)
        with pytest.raises(NotFound), transaction():
            service.accept_invitation(token, now=clock.now(), **values)


def test_an_account_made_meanwhile_asks_for_its_password(client: FlaskClient) -> None:
    token = make_invitation(client, ANA)
    new_address(client)
    form = hidden(client.get(f"/invitations/{token}").text) | {"name": "Ana", "password": NEW}
    make_user(client, ANA)
    response = client.post(f"/invitations/{token}", data=form)
    assert response.status_code == 400
    assert 'href="#password"' in response.text
    assert 'name="name"' not in response.text
    user = user_of(client, ANA)
    assert user is not None
    assert not user.memberships


def dead(client: FlaskClient, token: str) -> bool:
    """Tell whether an invitation opens nothing: not its page, and not by a form that stood open."""
    page = client.get(f"/invitations/{token}?lang=en")
    new_address(client)
    posted = client.post(f"/invitations/{token}", data={"name": "Ana", "password": NEW})
    return page.status_code == posted.status_code == 410 and DEAD in page.text and user_of(client, ANA) is None


@pytest.mark.parametrize("end", ["expired", "tampered", "inviter suspended", "inviter demoted", "city suspended"])
def test_what_ends_an_invitation(client: FlaskClient, end: str) -> None:
    by = make_user(client, "by@example.org", is_organizer=True)
    start = clock.now()
    with clock.frozen_at(start):
        token = make_invitation(client, ANA, by=by)
        assert client.get(f"/invitations/{token}").status_code == 200
    if end == "expired":
        with clock.frozen_at(start + timedelta(days=7, seconds=-1)):
            assert client.get(f"/invitations/{token}").status_code == 200
        with clock.frozen_at(start + timedelta(days=7)):
            assert dead(client, token)
        return
    if end == "tampered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif end == "inviter suspended":
        change(client, by, is_active=False)
    elif end == "inviter demoted":
        change(client, by, is_organizer=False)
    else:
        suspend_city(client, "gwangju")
    assert dead(client, token)


def test_a_coordinators_invitation_ends_with_her_being_coordinator(client: FlaskClient) -> None:
    by = make_user(client, "by@example.org", city="gwangju")
    make_user(client, "two@example.org", city="gwangju")
    token = make_invitation(client, ANA, by=by)
    with client.application.app_context(), transaction():
        actor = db.session.get_one(User, by)
        service.remove_member(by, city_id=city_id_of(client, "gwangju"), by=actor, now=clock.now())
    assert dead(client, token)


def test_a_suspended_person_cannot_come_back_by_invitation(client: FlaskClient) -> None:
    user_id = make_user(client, ANA)
    token = make_invitation(client, ANA)
    change(client, user_id, is_active=False)
    assert client.get(f"/invitations/{token}").status_code == 410
    by = make_user(client, "by@example.org", is_organizer=True)
    assert try_to_invite(client, by, "coordinator", "utrecht") == "Invalid"


HOSTILE = [
    {}, {"name": "Ana"}, {"password": NEW}, {"name": "", "password": NEW}, {"name": "a\x00b", "password": NEW},
    {"name": "x" * 121, "password": NEW}, {"name": "x" * 900_000, "password": NEW},
    {"name": "Ana", "password": "short"}, {"name": ["a", "b"], "password": ["x", "y"]},
    {"name": "Ana", "password": "a long enough\x00 one"},
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_forms_make_no_account(client: FlaskClient, data: dict[str, Any]) -> None:
    token = make_invitation(client, ANA)
    new_address(client)
    html = client.get(f"/invitations/{token}").text
    response = client.post(f"/invitations/{token}", data=hidden(html) | data)
    assert response.status_code == 400
    assert 'href="#' in response.text
    assert user_of(client, ANA) is None
    assert client.post(f"/invitations/{token}", data=data).status_code == 400
    assert client.post(f"/invitations/{token}", json={"name": [1]}).status_code == 400
    assert client.get(f"/invitations/{token}").status_code == 200


def test_a_name_of_markup_is_only_a_name_and_role_and_address_are_not_asked_of_the_form(client: FlaskClient) -> None:
    token = make_invitation(client, ANA, role="contributor")
    for more in ({"role": "organizer"}, {"email": "evil@example.org"}, {"city_id": "1"}, {"is_organizer": "y"}):
        assert accept(client, token, **more).status_code == 400
        assert user_of(client, ANA) is None
    assert accept(client, token, name="<script>alert(1)</script>").status_code == 303
    user = user_of(client, ANA)
    assert user is not None
    assert not user.is_organizer
    assert [each.role for each in user.memberships] == ["contributor"]
    assert "<script>alert" not in client.get("/account").text
    assert user_of(client, "evil@example.org") is None


@pytest.mark.parametrize("token", ["x", "x" * 5000, "가", "%00", "..%2f", "<script>"])
def test_made_up_tokens_meet_the_designed_page(client: FlaskClient, token: str) -> None:
    response = client.get(f"/invitations/{token}")
    assert response.status_code in (404, 410)
    assert response.text.count("<h1") == 1


def test_withdrawn_means_gone(client: FlaskClient) -> None:
    sign_in(client, "by@example.org", city="gwangju")
    token = make_invitation(client, ANA)
    invitation_id = invitations(client, ANA)[0].id
    path = f"/cities/gwangju/people/invitations/{invitation_id}/withdraw"
    before = log_size(client)
    assert send(client, path, page="/cities/gwangju/people", action=path).status_code == 303
    assert log_size(client) == before + 1
    assert newest_entries(client)[0][0] == "InvitationWithdrawn"
    assert client.get(f"/invitations/{token}").status_code == 410
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert csrf
    assert client.post(path, data={"csrf_token": csrf[1]}).status_code == 404
    assert log_size(client) == before + 1


@pytest.mark.parametrize("by_operator", [True, False])
def test_an_inviters_mail_proves_the_address_and_the_operators_link_does_not(
    client: FlaskClient, by_operator: bool
) -> None:
    by = None if by_operator else make_user(client, "by@example.org", is_organizer=True)
    assert accept(client, make_invitation(client, ANA, by=by)).status_code == 303
    user = user_of(client, ANA)
    assert user is not None
    assert (user.confirmed_at is None) == by_operator


def test_an_address_has_one_spelling(client: FlaskClient) -> None:
    token = make_invitation(client, " ANA@Example.ORG ")
    assert accept(client, token).status_code == 303
    assert user_of(client, ANA) is not None
    assert try_to_invite(client, None, "coordinator", "gwangju", email="Ａna@example.org") == "Invalid"

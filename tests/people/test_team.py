"""A city's people, as its coordinators look after them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import invitations, log_size, mails, make_invitation, newest_entries, send, suspend_city

TEAM = "/cities/gwangju/people"


def press(client: FlaskClient, path: str) -> TestResponse:
    """Send a button's form with a token of one's own."""
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert csrf
    return client.post(path, data={"csrf_token": csrf[1]})


def invite(client: FlaskClient, **data: Any) -> TestResponse:
    new_address(client)
    given = {"email": "ana@example.org", "role": "contributor", "language": "ko"} | data
    return send(client, TEAM, action=TEAM, **given)


def test_the_page_shows_the_people_and_who_is_invited(client: FlaskClient) -> None:
    make_user(client, "draft@example.org", city="gwangju", role="contributor", name="Park <i>")
    make_user(client, "far@example.org", city="utrecht")
    make_invitation(client, "wait@example.org", role="contributor")
    make_invitation(client, "elsewhere@example.org", city="utrecht")
    sign_in(client, "me@example.org", city="gwangju", name="Kim")
    page = client.get(TEAM)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("<h1") == 1
    for words in ("People of Gwangju", "Park &lt;i&gt;", "draft@example.org", "wait@example.org", "Open until"):
        assert words in page.text
    assert "far@example.org" not in page.text
    assert "elsewhere@example.org" not in page.text


@pytest.mark.parametrize(
    ("who", "code"),
    [({}, 403), ({"city": "gwangju", "role": "contributor"}, 403), ({"city": "utrecht"}, 403),
     ({"is_organizer": True}, 403), ({"city": "gwangju"}, 200)],
)  # fmt: skip
def test_only_coordinators_of_the_city_come_in(client: FlaskClient, who: dict[str, Any], code: int) -> None:
    other = make_user(client, "other@example.org", city="gwangju")
    make_invitation(client, "wait@example.org")
    invitation_id = invitations(client, "wait@example.org")[0].id
    assert client.get(TEAM).status_code == 401
    sign_in(client, "me@example.org", **who)
    assert client.get(TEAM).status_code == code
    if code == 403:
        before = log_size(client)
        for path in (TEAM, f"{TEAM}/{other}/remove", f"{TEAM}/invitations/{invitation_id}/withdraw"):
            assert press(client, path).status_code == 403
        assert log_size(client) == before


def test_another_citys_things_are_not_reached_through_ones_own(client: FlaskClient) -> None:
    far = make_user(client, "far@example.org", city="utrecht")
    make_invitation(client, "wait@example.org", city="utrecht")
    invitation_id = invitations(client, "wait@example.org")[0].id
    sign_in(client, "me@example.org", city="gwangju")
    before = log_size(client)
    for path in (f"{TEAM}/{far}/remove", f"{TEAM}/invitations/{invitation_id}/withdraw", f"{TEAM}/2147483647/remove",
                 f"{TEAM}/{10**30}/remove", f"{TEAM}/-1/remove", f"{TEAM}/x/remove",
                 "/cities/nowhere/people/1/remove"):  # fmt: skip
        assert press(client, path).status_code == 404
    assert client.get("/cities/nowhere/people").status_code == 404
    assert log_size(client) == before


def test_a_colleague_is_invited_by_mail_in_the_language_chosen(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org", city="gwangju")
    before = log_size(client)
    response = invite(client, email=" Ana@Example.org ")
    assert (response.status_code, response.headers["Location"]) == (303, f"{TEAM}?done=invited")
    assert "on its way" in client.get(f"{TEAM}?done=invited").text
    found = invitations(client, "ana@example.org")
    assert [(each.role, each.language, each.invited_by) for each in found] == [("contributor", "ko", user_id)]
    assert "?lang=ko" in mails(client, "ana@example.org")[0].text
    assert log_size(client) == before + 1
    assert newest_entries(client)[0][::2] == ("PersonInvited", user_id)


HOSTILE = [
    ("email", ""), ("email", "nobody"), ("email", "a\x00@example.org"), ("email", "x" * 900_000), ("email", ["a", "b"]),
    ("email", "<script>alert(1)</script>@example.org"), ("email", "a@example.org,b@example.org"), ("role", ""),
    ("role", "organizer"), ("role", "mayor"), ("role", "\x00"), ("language", "de"), ("language", "\x00"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), HOSTILE)
def test_hostile_invitations_are_refused_at_their_field(client: FlaskClient, field: str, value: Any) -> None:
    sign_in(client, "me@example.org", city="gwangju")
    before = log_size(client)
    response = invite(client, **{field: value})
    assert response.status_code == 400
    assert f'href="#{field}"' in response.text
    assert "<script>alert" not in response.text
    assert log_size(client) == before


def test_what_was_typed_is_kept_and_a_colleague_is_not_invited_twice_to_one_role(client: FlaskClient) -> None:
    sign_in(client, "me@example.org", city="gwangju")
    response = invite(client, email="ME@example.org", role="coordinator")
    assert response.status_code == 400
    assert "has this role already" in response.text
    assert 'value="ME@example.org"' in response.text
    assert client.post(TEAM, data={"email": "a@example.org"}).status_code == 400
    assert client.post(TEAM, json={"email": {"a": 1}}).status_code == 400


def test_a_person_removed_is_out_at_her_next_request(client: FlaskClient) -> None:
    gone = make_user(client, "gone@example.org", city="gwangju")
    browser = client.application.test_client()
    new_address(browser)
    send_form(browser, "gone@example.org", PASSWORD)
    assert browser.get(TEAM).status_code == 200
    user_id = sign_in(client, "me@example.org", city="gwangju")
    before = log_size(client)
    path = f"{TEAM}/{gone}/remove"
    response = send(client, path, page=TEAM, action=path)
    assert (response.status_code, response.headers["Location"]) == (303, f"{TEAM}?done=removed")
    assert browser.get(TEAM).status_code == 403
    assert browser.get("/account").status_code == 200
    assert log_size(client) == before + 1
    kind, payload, actor = newest_entries(client)[0]
    assert (kind, payload["user_id"], payload["role"], actor) == ("MemberRemoved", gone, "coordinator", user_id)
    assert press(client, path).status_code == 404


def test_the_last_coordinator_stays_and_is_told_why(client: FlaskClient) -> None:
    me = sign_in(client, "me@example.org", city="gwangju")
    make_user(client, "draft@example.org", city="gwangju", role="contributor")
    before = log_size(client)
    response = press(client, f"{TEAM}/{me}/remove")
    assert response.status_code == 400
    assert "You are the last coordinator here." in response.text
    assert log_size(client) == before
    make_user(client, "two@example.org", city="gwangju")
    response = press(client, f"{TEAM}/{me}/remove")
    assert (response.status_code, response.headers["Location"]) == (303, "/desk")
    assert client.get(TEAM).status_code == 403


def test_a_suspended_colleague_does_not_count_as_a_coordinator(client: FlaskClient) -> None:
    from tests.people.doors import change

    me = sign_in(client, "me@example.org", city="gwangju")
    change(client, make_user(client, "two@example.org", city="gwangju"), is_active=False)
    assert press(client, f"{TEAM}/{me}/remove").status_code == 400


def test_a_suspended_city_has_nobody_who_may(client: FlaskClient) -> None:
    sign_in(client, "me@example.org", city="gwangju")
    suspend_city(client, "gwangju")
    assert client.get(TEAM).status_code == 403
    assert press(client, TEAM).status_code == 403


def test_a_button_without_its_token_does_nothing(client: FlaskClient) -> None:
    gone = make_user(client, "gone@example.org", city="gwangju")
    sign_in(client, "me@example.org", city="gwangju")
    before = log_size(client)
    assert client.post(f"{TEAM}/{gone}/remove").status_code == 400
    assert log_size(client) == before

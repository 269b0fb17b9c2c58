"""Where someone is signed in, as she sees it, and ending it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.people.models import SignIn, User
from hub.people.service import begin_sign_in
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import NEW, change, log_size, newest_entries, send
from tests.people.test_team import press

PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


def another(client: FlaskClient, email: str = "me@example.org", agent: str = PHONE) -> FlaskClient:
    """Return another browser in which the same person is signed in."""
    browser = client.application.test_client()
    new_address(browser)
    browser.environ_base["HTTP_USER_AGENT"] = agent
    assert send_form(browser, email, PASSWORD).status_code == 303
    return browser


def ids_of(client: FlaskClient, user_id: int) -> list[int]:
    with client.application.app_context():
        return list(db.session.scalars(select(SignIn.id).where(SignIn.user_id == user_id).order_by(SignIn.id)))


def test_the_list_says_device_time_way_and_network(client: FlaskClient) -> None:
    change(client, sign_in(client, "me@example.org"), time_zone="Asia/Seoul")
    with clock.frozen_at(datetime(2026, 3, 4, 20, 30, tzinfo=UTC)):
        phone = another(client)
        page = phone.get("/account?lang=en").text
    for words in ("Firefox, Android", "(this device)", "Mar 5, 2026, 5:30", "KST", phone.environ_base["REMOTE_ADDR"],
                  "Password"):  # fmt: skip
        assert words in page
    assert page.count("(this device)") == 1


def test_one_that_has_ended_and_those_of_others_are_not_in_it(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org")
    make_user(client, "other@example.org")
    another(client, "other@example.org", "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0")
    long_ago = clock.now() - timedelta(days=2)
    with client.application.app_context(), transaction():
        user = db.session.get_one(User, user_id)
        begin_sign_in(user, is_remembered=False, now=long_ago, device="Opera, Windows")
    page = client.get("/account").text
    assert "Opera" not in page
    assert "Firefox, Linux" not in page


def test_ending_one_closes_it_at_its_next_request(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org")
    phone, laptop = another(client), another(client)
    before = log_size(client)
    response = press(client, f"/account/sign-ins/{ids_of(client, user_id)[1]}/end")
    assert (response.status_code, response.headers["Location"]) == (303, "/account?done=ended#h-where")
    assert [each.get("/account").status_code for each in (phone, laptop, client)] == [401, 200, 200]
    assert newest_entries(client) == [("SignInsEnded", {"user_id": user_id, "count": 1}, user_id)]
    assert log_size(client) == before + 1
    assert "Signed out there." in client.get("/account?done=ended").text


@pytest.mark.parametrize(("door", "left"), [("end-others", [401, 401, 200]), ("end-all", [401, 401, 401])])
def test_ending_many(client: FlaskClient, door: str, left: list[int]) -> None:
    user_id = sign_in(client, "me@example.org")
    browsers = [another(client), another(client), client]
    before = log_size(client)
    response = press(client, f"/account/sign-ins/{door}")
    assert response.status_code == 303
    assert response.headers["Location"] == ("/login" if door == "end-all" else "/account?done=ended#h-where")
    assert [each.get("/account").status_code for each in browsers] == left
    assert newest_entries(client) == [("SignInsEnded", {"user_id": user_id, "count": left.count(401)}, user_id)]
    assert log_size(client) == before + 1


def test_ones_own_device_is_signed_out_by_its_number_too(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org")
    assert press(client, f"/account/sign-ins/{ids_of(client, user_id)[0]}/end").headers["Location"] == "/login"
    assert client.get("/account").status_code == 401


def test_nobody_ends_the_sign_in_of_another(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org")
    stranger = client.application.test_client()
    sign_in(stranger, "stranger@example.org")
    before = log_size(client)
    for number in (ids_of(client, user_id)[0], 2147483647, 0):
        assert press(stranger, f"/account/sign-ins/{number}/end").status_code == 404
    for number in ("-1", "x", str(10**30)):
        assert press(stranger, f"/account/sign-ins/{number}/end").status_code == 404
    assert press(stranger, "/account/sign-ins/end-all").status_code == 303
    assert client.get("/account").status_code == 200
    assert log_size(client) == before + 1


def test_it_takes_a_sign_in_and_a_token(client: FlaskClient) -> None:
    doors = ("1/end", "end-others", "end-all")
    for door in doors:
        assert client.post(f"/account/sign-ins/{door}").status_code in (400, 401)
        assert client.get(f"/account/sign-ins/{door}").status_code == 405
    sign_in(client, "me@example.org")
    for door in doors:
        assert client.post(f"/account/sign-ins/{door}").status_code == 400
    assert client.get("/account").status_code == 200


def test_a_new_password_gives_the_sign_in_that_stays_another_token(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org")
    kept = client.get_cookie("session")
    assert kept
    assert send(client, "/account/password", present=PASSWORD, password=NEW).status_code == 303
    assert len(ids_of(client, user_id)) == 1
    thief = client.application.test_client()
    thief.set_cookie("session", kept.value)
    assert thief.get("/account").status_code == 401
    assert client.get("/account").status_code == 200

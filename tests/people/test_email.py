"""The address of an account: confirming it, and changing to another one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db
from hub.core.log import CHANGES, LogPersonal
from hub.people.models import User
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import DEAD, answer, change, link_in, log_size, mails, newest_entries, send, user_of
from tests.people.test_team import press

PAGE = "/account/email"


@pytest.fixture
def member(client: FlaskClient) -> FlaskClient:
    sign_in(client, "old@example.org")
    return client


def ask(client: FlaskClient, email: str = "new@example.org") -> str:
    """Ask for another address and return the path in the mail that went there."""
    new_address(client)
    response = send(client, PAGE, email=email)
    assert (response.status_code, response.headers["Location"]) == (303, "/account?done=asked")
    answer(client)
    return link_in(mails(client, email.lower())[-1], "/account/email/").split("?")[0]


def address_of(client: FlaskClient, user_id: int) -> str:
    with client.application.app_context():
        return db.session.get_one(User, user_id).email


def test_the_whole_way_to_another_address(client: FlaskClient) -> None:
    user_id = sign_in(client, "old@example.org", language="fr")
    other = client.application.test_client()
    new_address(other)
    assert send_form(other, "old@example.org", PASSWORD).status_code == 303
    before = log_size(client)
    path = ask(client, "New@Example.org")
    assert newest_entries(client) == [("AddressProofAsked", {"user_id": user_id}, user_id)]
    assert log_size(client) == before + 1
    assert "?lang=fr" in mails(client, "new@example.org")[0].text
    assert len(mails(client, "old@example.org")) == 1  # told at once
    page = client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert "new@example.org" in page.text
    assert address_of(client, user_id) == "old@example.org"  # what looks at mails changes nothing
    response = press(client, path)
    assert (response.status_code, response.headers["Location"]) == (303, "/account?done=moved")
    assert address_of(client, user_id) == "new@example.org"
    assert newest_entries(client) == [("EmailChanged", {"user_id": user_id}, user_id)]
    with client.application.app_context():
        sealed = select(LogPersonal.content).where(LogPersonal.position == before + 2, LogPersonal.part == CHANGES)
        assert db.session.scalar(sealed) == {"email": ["old@example.org", "new@example.org"]}
    assert len(mails(client, "old@example.org")) == 2
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 401
    assert client.get(path).status_code == 410
    for email, code in (("old@example.org", 400), ("new@example.org", 303)):
        new_address(other)
        assert send_form(other, email, PASSWORD).status_code == code


def test_an_address_that_has_an_account_is_answered_alike_and_told_by_mail(member: FlaskClient) -> None:
    taken = make_user(member, "taken@example.org")
    answers = []
    for email in ("taken@example.org", "free@example.org"):
        new_address(member)
        answers.append(send(member, PAGE, email=email))
    assert {(each.status_code, each.headers["Location"], each.text) for each in answers} == {
        (303, "/account?done=asked", answers[0].text)
    }
    answer(member)
    assert [mail.subject for mail in mails(member, "taken@example.org")] == ["An account has this address already"]
    assert "/account/email/" not in mails(member, "taken@example.org")[0].text
    assert len(mails(member, "free@example.org")) == 1
    assert len(mails(member, "old@example.org")) == 2
    assert address_of(member, taken) == "taken@example.org"


def test_another_account_is_told_of_such_a_wish_once_a_day(member: FlaskClient) -> None:
    make_user(member, "taken@example.org")
    for _ in range(3):
        new_address(member)
        send(member, PAGE, email="taken@example.org")
    answer(member)
    assert len(mails(member, "taken@example.org")) == 1


HOSTILE = [
    "", " ", "no address", "a@b@c.org", "x" * 900_000, "a\x00@example.org", "<script>@example.org", "가@example.org",
    "a@example.org\r\nBcc: b@example.org", ["a@example.org", "b@example.org"], "OLD@example.org",
]  # fmt: skip


@pytest.mark.parametrize("email", HOSTILE)
def test_what_cannot_be_ones_address_is_refused_at_its_field(member: FlaskClient, email: Any) -> None:
    before = log_size(member)
    response = send(member, PAGE, email=email)
    assert response.status_code == 400
    assert 'href="#email"' in response.text
    assert "<script>@" not in response.text
    assert log_size(member) == before
    assert answer(member) == 0


def test_only_someone_who_proved_lately_who_she_is_comes_in(member: FlaskClient) -> None:
    assert member.application.test_client().get(PAGE).status_code == 401
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        for response in (member.get(PAGE), press(member, PAGE)):
            assert response.status_code == 303
            assert response.headers["Location"].startswith("/confirm?next=/account")


def test_a_wrong_used_old_or_foreign_link_meets_the_dead_page(member: FlaskClient) -> None:
    start = clock.now()
    path = ask(member)
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), f"{PAGE}/nothing", f"{PAGE}/" + "x" * 3000,
                  f"{PAGE}/가", f"{PAGE}/again"):  # fmt: skip
        assert member.get(wrong).status_code == 410
    stranger = member.application.test_client()
    sign_in(stranger, "stranger@example.org")
    for response in (stranger.get(path), press(stranger, path)):
        assert response.status_code == 410
        assert DEAD in response.text
    with clock.frozen_at(start + timedelta(hours=23, minutes=59)):
        assert stranger.application.test_client().get(path).status_code == 303
    with clock.frozen_at(start + timedelta(hours=24, minutes=1)):
        assert stranger.application.test_client().get(path).status_code == 410
    assert press(member, path).status_code == 303
    assert press(member, path).status_code == 410


def test_someone_signed_out_is_led_through_the_sign_in_and_nothing_changes_without_it(member: FlaskClient) -> None:
    path = ask(member)
    visitor = member.application.test_client()
    response = visitor.get(path)
    assert (response.status_code, response.headers["Location"]) == (303, f"/login?next={path}")
    assert visitor.post(path).status_code in (303, 400)
    assert user_of(member, "new@example.org") is None


def test_a_link_to_a_mistyped_address_ends_with_the_next_wish(member: FlaskClient) -> None:
    mistyped = ask(member, "mistyped@example.org")
    assert member.get(mistyped).status_code == 200
    path = ask(member)
    assert member.get(mistyped).status_code == 410
    again = ask(member)
    assert member.get(path).status_code == 200  # two mails to one address: both may be opened, one of them used
    assert press(member, again).status_code == 303
    assert member.get(path).status_code == 410


@pytest.mark.parametrize("act", ["password", "everywhere else", "reset"])
def test_what_closes_an_account_to_others_ends_a_wish_for_another_address(member: FlaskClient, act: str) -> None:
    path = ask(member)
    new_address(member)
    send(member, PAGE, email="later@example.org")  # not answered yet
    if act == "password":
        words = {"present": PASSWORD, "password": "four words in a row"}
        assert send(member, "/account/password", **words).status_code == 303
    elif act == "everywhere else":
        assert press(member, "/account/sign-ins/end-others").status_code == 303
    else:
        send(member, "/password/forgot", email="old@example.org")
        answer(member)
        reset = link_in(mails(member, "old@example.org")[-1], "/password/reset/").split("?")[0]
        assert send(member, reset, password="four words in a row").status_code == 303
        sign_back = send_form(member, "old@example.org", "four words in a row")
        assert sign_back.status_code == 303
    assert member.get(path).status_code == 410
    answer(member)
    held = {"/account/email/" in mail.text for mail in mails(member, "later@example.org")}
    assert held == ({True} if act == "reset" else set())  # here the worker had answered before the password changed
    later = [link_in(mail, "/account/email/").split("?")[0] for mail in mails(member, "later@example.org")]
    assert all(member.get(each).status_code == 410 for each in later)


def test_an_address_taken_meanwhile_is_said_in_words(member: FlaskClient) -> None:
    user_id = user_of(member, "old@example.org")
    path = ask(member)
    make_user(member, "new@example.org")
    before = log_size(member)
    response = press(member, path)
    assert response.status_code == 409
    assert "Another account has this address now." in response.text
    assert user_id is not None
    assert address_of(member, user_id.id) == "old@example.org"
    assert log_size(member) == before


def test_five_links_an_hour_go_to_addresses_of_ones_choice(member: FlaskClient) -> None:
    for number in range(7):
        new_address(member)
        send(member, PAGE, email=f"many{number}@example.org")
    assert answer(member) == 7
    assert [len(mails(member, f"many{number}@example.org")) for number in range(7)] == [1] * 5 + [0] * 2


def test_an_unconfirmed_address_is_shown_and_confirmed_by_the_same_link(member: FlaskClient) -> None:
    user = user_of(member, "old@example.org")
    assert user is not None
    assert "Send the mail again" not in member.get("/account").text
    change(member, user.id, confirmed_at=None)
    assert "Not confirmed yet." in member.get("/account").text
    assert press(member, f"{PAGE}/again").status_code == 303
    assert newest_entries(member) == [("AddressProofAsked", {"user_id": user.id}, user.id)]
    answer(member)
    path = link_in(mails(member, "old@example.org")[0], "/account/email/").split("?")[0]
    assert "Say that old@example.org is yours." in member.get(path).text
    assert press(member, path).headers["Location"] == "/account?done=confirmed"
    assert newest_entries(member) == [("EmailConfirmed", {"user_id": user.id}, user.id)]
    assert "Not confirmed yet." not in member.get("/account").text
    before = log_size(member)
    press(member, f"{PAGE}/again")  # there is nothing to confirm any more
    assert log_size(member) == before
    assert answer(member) == 0


def test_a_password_chosen_by_mail_confirms_the_address(client: FlaskClient) -> None:
    user_id = make_user(client, "old@example.org")
    change(client, user_id, confirmed_at=None)
    new_address(client)
    send(client, "/password/forgot", email="old@example.org")
    answer(client)
    path = link_in(mails(client, "old@example.org")[0], "/password/reset/").split("?")[0]
    assert send(client, path, password="four words in a row").status_code == 303
    user = user_of(client, "old@example.org")
    assert user is not None
    assert user.confirmed_at is not None


def test_a_suspended_account_moves_nowhere(member: FlaskClient) -> None:
    user = user_of(member, "old@example.org")
    path = ask(member)
    assert user is not None
    change(member, user.id, is_active=False)
    assert member.get(path).status_code == 410
    assert member.post(path, data={"csrf_token": "x"}).status_code in (400, 410)
    assert address_of(member, user.id) == "old@example.org"

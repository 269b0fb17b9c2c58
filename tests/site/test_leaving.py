"""Leaving: nothing names her any more, the record holds, and those who stay notice little."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import City
from hub.core import chain, clock
from hub.core.db import db, transaction
from hub.core.errors import Invalid
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.follows.models import Follow, MailChoice, Notification
from hub.people.models import Invitation, Membership, SignIn, User
from hub.people.service import check_password, invite
from hub.people.service.leaving import HERS, addresses_of
from hub.site.leaving import leave
from tests.people.accounts import PASSWORD, make_user, sign_in
from tests.site import lives
from tests.site.leavers import OWN, another, deliver, find_user, head, kinds, organizer, send, texts_with


def test_the_page_says_what_goes_and_what_stays(client: FlaskClient) -> None:
    sign_in(client, "member@example.org", city="graz")
    response = client.get(OWN)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<h1") == 1
    for words in ("What goes", "What stays", "a former member", "cannot be undone", "/account/export"):
        assert words in response.text
    assert "will have no coordinator then" in response.text


def test_no_warning_where_someone_else_coordinates(client: FlaskClient) -> None:
    make_user(client, "other@example.org", city="graz")
    sign_in(client, "member@example.org", city="graz")
    assert "will have no coordinator then" not in client.get(OWN).text


def test_without_the_tick_nothing_happens(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org")
    before = head(client.application)
    response = send(client, understood="")
    assert response.status_code == 400
    assert "This is needed." in response.text
    assert head(client.application) == before
    assert find_user(client.application, user_id).is_active


def test_without_the_forms_token_nothing_happens(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org")
    assert client.post(OWN, data={"understood": "y"}).status_code == 400
    assert find_user(client.application, user_id).is_active


def test_it_asks_who_one_is_first(client: FlaskClient) -> None:
    assert client.get(OWN).status_code == 401
    user_id = sign_in(client, "member@example.org")
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        assert client.get(OWN).headers["Location"] == "/confirm?next=/account/leave"
        assert send(client).status_code == 303
    assert find_user(client.application, user_id).is_active


def test_leaving_empties_the_account_and_signs_out(client: FlaskClient, tmp_path: Path) -> None:
    app = client.application
    user_id = lives.live(client)
    before = head(app)
    response = send(client)
    assert (response.status_code, response.headers["Location"]) == (303, "/privacy?left=1")
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/account").status_code == 401
    with app.app_context():
        user = db.session.get_one(User, user_id)
        assert (user.name, user.email, user.password_hash) == ("", f"left-{user_id}@invalid", "")
        assert (user.is_active, user.is_organizer, user.has_factor, list(user.memberships)) == (False, False, False, [])
        assert (user.language, user.time_zone, user.confirmed_at) == (None, None, None)
        assert user.left_at is not None
        for table in (*HERS, Follow, Notification, MailChoice):
            assert db.session.scalars(select(table).where(table.user_id == user_id)).all() == [], table
        said = db.session.scalars(select(LogEntry).where(LogEntry.kind == "PersonLeft")).one()
        assert (said.actor_id, said.payload["user_id"]) == (user_id, user_id)
        withdrawn = db.session.scalars(select(Invitation).where(Invitation.withdrawn_at.is_not(None))).all()
        assert said.payload["withdrawn"] == sorted(each.id for each in withdrawn)
        assert {each.email for each in withdrawn} == {"friend@elsewhere.example", ""}
    # about her; from where she applied; the values of others' entries that held her address
    assert kinds(app, before) == ["PersonLeft", *["PersonalValuesErased"] * 3]


def test_the_old_address_and_password_open_nothing(client: FlaskClient) -> None:
    app = client.application
    user_id = sign_in(client, "member@example.org")
    token = client.get_cookie("session")
    assert send(client).status_code == 303
    with app.app_context():
        for email in ("member@example.org", f"left-{user_id}@invalid"):
            assert check_password(email, PASSWORD) is None
            assert check_password(email, "") is None
        assert db.session.scalars(select(SignIn).where(SignIn.user_id == user_id)).all() == []
    assert token is not None
    client.set_cookie("session", token.value)
    assert client.get("/account").status_code == 401


def test_the_same_address_can_be_invited_again_and_makes_a_new_account(client: FlaskClient) -> None:
    app = client.application
    user_id = lives.live(client)
    assert send(client).status_code == 303
    with app.app_context(), transaction():
        invite(by=None, email=lives.EMAIL, role="organizer", city_id=None, language="en", now=clock.now())
    again = sign_in(client, lives.EMAIL, name="Z. again")
    assert again != user_id
    page = client.get("/account").text
    assert "Z. again" in page
    with app.app_context():
        assert addresses_of(db.session.get_one(User, again)) == {lives.EMAIL}
        assert chain.verify().problems == []


def test_the_last_organizer_cannot_leave(client: FlaskClient) -> None:
    app = client.application
    user_id = organizer(client)
    assert "last organizer" in client.get(OWN).text
    response = send(client)
    assert response.status_code == 400
    assert "Invite another one first" in response.text
    assert find_user(app, user_id).is_active
    make_user(client, "second@elsewhere.example", is_organizer=True)
    assert send(client).status_code == 303
    assert not find_user(app, user_id).is_active


def test_a_demo_account_cannot_leave(client: FlaskClient) -> None:
    user_id = sign_in(client, "demo@example.org", is_demo=True, city="graz")
    assert "belongs to nobody" in client.get(OWN).text
    assert send(client).status_code == 400
    assert find_user(client.application, user_id).is_active


def test_a_citys_last_coordinator_may_leave_and_organizers_see_it(client: FlaskClient) -> None:
    app = client.application
    with app.app_context(), transaction():
        db.session.scalars(select(City).where(City.slug == "graz")).one().membership = "member"
    sign_in(client, "member@example.org", city="graz")
    other = another(app)
    organizer(other)
    assert "Graz" not in other.get("/organizers").text
    assert send(client).status_code == 303
    page = other.get("/organizers").text
    assert "Cities without a coordinator" in page
    assert 'href="/cities/graz"' in page


def test_an_organizer_closes_an_account_on_request(client: FlaskClient, tmp_path: Path) -> None:
    app = client.application
    other = another(app)
    organizer(other)
    user_id = lives.live(client)
    path = f"/organizers/people/{user_id}/forget"
    assert f'href="{path}"' in other.get(f"/organizers/people/{user_id}").text
    page = other.get(path)
    assert page.status_code == 200
    assert lives.EMAIL in page.text
    assert send(other, path, understood="").status_code == 400
    response = send(other, path)
    assert (response.status_code, response.headers["Location"]) == (303, "/organizers/people")
    assert other.get("/account").status_code == 200, "she herself stays signed in"
    assert client.get("/account").status_code == 401
    assert other.get(path).status_code == 404
    assert send(other, path).status_code in (400, 404)
    deliver(app, tmp_path)
    mail = "".join(path.read_text() for path in (tmp_path / "mail").glob("*.eml"))
    assert "an organizer closed your account" in " ".join(mail.replace("=\n", "").split())
    with app.app_context():
        assert texts_with(lives.NEEDLES) == []
        assert chain.verify().problems == []


def test_a_suspended_account_can_be_closed(client: FlaskClient) -> None:
    app = client.application
    organizer(client)
    user_id = make_user(client, "gone@example.org", name="Gone")
    with app.app_context(), transaction():
        db.session.get_one(User, user_id).is_active = False
    assert send(client, f"/organizers/people/{user_id}/forget").status_code == 303
    with app.app_context():
        assert texts_with(("Gone", "gone@example.org")) == ["outgoing_mail.recipient: gone@example.org"]


def test_who_may_close_an_account(client: FlaskClient) -> None:
    app = client.application
    target = make_user(client, "target@example.org")
    path = f"/organizers/people/{target}/forget"
    assert client.get(path).status_code == 401
    sign_in(client, "member@example.org", city="graz")
    assert client.get(path).status_code == 403
    assert send(client, path).status_code == 403
    boss = another(app)
    boss_id = organizer(boss)
    make_user(client, "second@elsewhere.example", is_organizer=True)
    mine = f"/organizers/people/{boss_id}/forget"
    assert "This is you" in boss.get(mine).text
    assert send(boss, mine).status_code == 400
    assert boss.get("/organizers/people/2000000000/forget").status_code == 404
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        assert boss.get(path).status_code == 200
        assert send(boss, path).headers["Location"].startswith("/confirm")
    demo = make_user(client, "demo@example.org", is_demo=True)
    assert send(boss, f"/organizers/people/{demo}/forget").status_code == 400
    for each in (target, boss_id, demo):
        assert find_user(app, each).is_active


def test_a_form_sent_twice_closes_one_account(client: FlaskClient) -> None:
    app = client.application
    organizer(client)
    user_id = make_user(client, "gone@example.org")
    path = f"/organizers/people/{user_id}/forget"
    fields = dict(re.findall(r'name="(csrf_token|form_key)"[^>]* value="([^"]*)"', client.get(path).text))
    before = head(app)
    assert client.post(path, data={**fields, "understood": "y"}).status_code == 303
    assert client.post(path, data={**fields, "understood": "y"}).status_code == 404
    assert kinds(app, before).count("PersonLeft") == 1


def test_someone_who_left_is_no_member_of_anything(client: FlaskClient) -> None:
    app = client.application
    other = another(app)
    organizer(other)
    user_id = sign_in(client, "member@example.org", name="Member", city="graz")
    before = other.get("/organizers/people").text
    assert "Member" in before
    assert send(client).status_code == 303
    assert "@invalid" not in other.get("/organizers/people").text
    with app.app_context():
        assert db.session.scalars(select(Membership).where(Membership.user_id == user_id)).all() == []
        user = db.session.get_one(User, user_id)
        assert (user.roles, user.public_name) == (frozenset(), "")


def test_two_organizers_cannot_both_leave(busy_app: Flask) -> None:
    client = busy_app.test_client()
    ids = [make_user(client, f"{name}@at-once.example", is_organizer=True) for name in ("one", "two")]
    start, results = threading.Barrier(2), []

    def go(user_id: int) -> None:
        with busy_app.app_context():
            start.wait(30)
            try:
                with transaction():
                    leave(user_id, by=db.session.get_one(User, user_id), language="en", now=clock.now())
                results.append("left")
            except Invalid as error:
                results.append(error.field)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["left", "understood"]
    assert chain.verify().problems == []


@pytest.mark.parametrize("language", ["en", "ko", "es", "fr"])
def test_the_last_mail_is_in_her_language(client: FlaskClient, language: str) -> None:
    sign_in(client, "member@example.org", language=language)
    assert send(client).status_code == 303
    with client.application.app_context():
        mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("last:"))).one()
        assert f'<html lang="{language}"' in mail.html
        assert "/privacy" in mail.text

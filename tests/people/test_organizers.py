"""All accounts, as organizers look after them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Forbidden, Invalid
from hub.core.log import LogPersonal
from hub.people import service
from hub.people.models import User
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import change, invitations, log_size, make_invitation, newest_entries, send, user_of
from tests.people.test_team import press

PEOPLE = "/organizers/people"


@pytest.fixture
def organizer(client: FlaskClient) -> FlaskClient:
    sign_in(client, "boss@example.org", is_organizer=True, name="Boss")
    return client


@pytest.mark.parametrize("who", [{}, {"city": "gwangju"}, {"city": "gwangju", "role": "contributor"}])
def test_only_organizers_come_in(client: FlaskClient, who: dict[str, Any]) -> None:
    other = make_user(client, "other@example.org")
    reads = (PEOPLE, f"{PEOPLE}/invite", f"{PEOPLE}/{other}")
    writes = (f"{PEOPLE}/invite", *(f"{PEOPLE}/{other}/{verb}" for verb in ("suspend", "restore", "end-organizer")),
              f"{PEOPLE}/invitations/1/withdraw")  # fmt: skip
    for path in reads:
        assert client.get(path).status_code == 401
    sign_in(client, "me@example.org", **who)
    for path in reads:
        assert client.get(path).status_code == 403
    for path in writes:
        assert press(client, path).status_code == 403


def test_the_list_finds_people_by_name_and_address(organizer: FlaskClient) -> None:
    make_user(organizer, "ana@example.org", name="Ana López", city="gwangju")
    closed = make_user(organizer, "bo@example.org", name="Bo 100%")
    change(organizer, closed, is_active=False)
    page = organizer.get(PEOPLE)
    assert page.headers["Cache-Control"] == "no-store"
    for words in ("3 people", "Coordinator (Gwangju)", "Suspended", "Organizer", "boss@example.org"):
        assert words in page.text
    for text, found in (
        ("LÓPEZ", True),
        ("lóp", True),
        ("ANA@", True),
        ("gwangju", False),
        ("100%", False),
        ("_", False),
    ):
        assert ("ana@example.org" in organizer.get(PEOPLE, query_string={"q": text}).text) == found
    assert "Bo 100%" in organizer.get(PEOPLE, query_string={"q": "0%"}).text
    assert "Show everyone" in organizer.get(f"{PEOPLE}?q=zzz").text


@pytest.mark.parametrize(
    ("query", "code"),
    [("page=9999", 200), ("page=0", 400), ("page=x", 400), ("q=%00", 400), ("q=" + "x" * 300, 400), ("q=%ff", 400),
     ("q=<script>", 200), ("page=" + "9" * 30, 400), ("nonsense=1", 200)],
)  # fmt: skip
def test_odd_questions(organizer: FlaskClient, query: str, code: int) -> None:
    response = organizer.get(f"{PEOPLE}?{query}")
    assert response.status_code == code
    assert "<script>" not in response.text


def test_a_long_list_has_pages(organizer: FlaskClient) -> None:
    with organizer.application.app_context(), transaction():
        for number in range(60):
            db.session.add(
                User(email=f"p{number:02}@example.org", name=f"P{number:02}", password_hash="x", created_at=clock.now())
            )
    assert "P60" not in organizer.get(PEOPLE).text
    first, second = organizer.get(f"{PEOPLE}?q=p").text, organizer.get(f"{PEOPLE}?q=p&page=2").text
    assert "p05@example.org" in first
    assert "p59@example.org" in second
    assert "p59@example.org" not in first
    assert f'href="{PEOPLE}?q=p&amp;page=2"' in first


INVITED = [
    ({"role": "organizer"}, True), ({"role": "coordinator", "city": "utrecht"}, True),
    ({"role": "contributor", "city": "gwangju"}, True), ({"role": "organizer", "city": "gwangju"}, True),
    ({"role": "coordinator"}, False), ({"role": "coordinator", "city": "nowhere"}, False), ({"role": ""}, False),
    ({"role": "mayor", "city": "gwangju"}, False), ({"role": "coordinator", "city": "\x00"}, False),
    ({"role": "organizer", "email": "no address"}, False), ({"role": "organizer", "email": "x" * 900_000}, False),
    ({"role": "organizer", "language": "xx"}, False), ({"role": ["a", "b"], "city": ["c", "d"]}, False),
]  # fmt: skip


@pytest.mark.parametrize(("data", "goes"), INVITED)
def test_organizers_invite_to_everything(organizer: FlaskClient, data: dict[str, Any], goes: bool) -> None:
    new_address(organizer)
    before = log_size(organizer)
    given = {"email": "ana@example.org", "language": "en"} | data
    response = send(organizer, f"{PEOPLE}/invite", action=f"{PEOPLE}/invite", **given)
    assert response.status_code == (303 if goes else 400)
    assert log_size(organizer) == before + (1 if goes else 0)
    found = invitations(organizer, "ana@example.org")
    assert [(each.role, each.city.slug if each.city else None) for each in found] == (
        [(data["role"], None if data["role"] == "organizer" else data["city"])] if goes else []
    )
    if goes:
        assert "ana@example.org" in organizer.get(f"{PEOPLE}/invite?done=invited").text
    else:
        assert 'href="#' in response.text


def test_an_organizer_withdraws_any_invitation(organizer: FlaskClient) -> None:
    token = make_invitation(organizer, "ana@example.org", role="contributor")
    path = f"{PEOPLE}/invitations/{invitations(organizer, 'ana@example.org')[0].id}/withdraw"
    assert send(organizer, path, page=f"{PEOPLE}/invite", action=path).status_code == 303
    assert organizer.get(f"/invitations/{token}").status_code == 410
    assert press(organizer, path).status_code == 404
    assert press(organizer, f"{PEOPLE}/invitations/2147483647/withdraw").status_code == 404


def test_suspending_and_restoring(organizer: FlaskClient) -> None:
    user_id = make_user(organizer, "ana@example.org", name="Ana <b>", city="gwangju")
    browser = organizer.application.test_client()
    new_address(browser)
    send_form(browser, "ana@example.org", PASSWORD)
    page = f"{PEOPLE}/{user_id}"
    html = organizer.get(page).text
    for words in ("Ana &lt;b&gt;", "ana@example.org", "Coordinator", "1 device", "Not suspended"):
        assert words in html
    before = log_size(organizer)
    response = send(organizer, f"{page}/suspend", page=page, action=f"{page}/suspend", reason="Left <the> city hall")
    assert (response.status_code, response.headers["Location"]) == (303, f"{page}?done=suspended")
    kind, payload, _actor = newest_entries(organizer)[0]
    assert (kind, payload) == ("PersonSuspended", {"user_id": user_id, "withdrawn": []})
    assert log_size(organizer) == before + 1
    with organizer.application.app_context():
        newest = select(LogPersonal).where(LogPersonal.position == log_size(organizer))
        kept = {part.part: part.content for part in db.session.scalars(newest)}
        assert kept["values"] == {"reason": "Left <the> city hall"}
        assert kept["changes"] == {"is_active": [True, False]}
    assert browser.get("/account").status_code == 401
    html = organizer.get(f"{page}?done=suspended").text
    assert "Left &lt;the&gt; city hall" in html
    assert "0 devices" in html
    new_address(browser)
    assert send_form(browser, "ana@example.org", PASSWORD).status_code == 400
    assert send(organizer, f"{page}/restore", page=page, action=f"{page}/restore").status_code == 303
    assert newest_entries(organizer)[0][:2] == ("PersonRestored", {"user_id": user_id})
    assert press(organizer, f"{page}/restore").status_code == 303
    assert log_size(organizer) == before + 2
    assert browser.get("/account").status_code == 401
    assert send_form(browser, "ana@example.org", PASSWORD).status_code == 303


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001, "x" * 900_000, "a\x00b", ["a", "b"], None])
def test_a_suspension_takes_a_reason(organizer: FlaskClient, reason: Any) -> None:
    user_id = make_user(organizer, "ana@example.org")
    page = f"{PEOPLE}/{user_id}"
    data = {} if reason is None else {"reason": reason}
    response = send(organizer, f"{page}/suspend", page=page, action=f"{page}/suspend", **data)
    assert response.status_code == 400
    assert 'href="#reason"' in response.text
    user = user_of(organizer, "ana@example.org")
    assert user is not None
    assert user.is_active


def form_of(client: FlaskClient) -> dict[str, str]:
    html = client.get("/account").text
    return dict(re.findall(r'<input type="hidden" name="(csrf_token|form_key)" value="([^"]*)"', html))


def test_nobody_suspends_herself_and_the_last_organizer_stays(organizer: FlaskClient) -> None:
    me = user_of(organizer, "boss@example.org")
    assert me is not None
    page = f"{PEOPLE}/{me.id}"
    before = log_size(organizer)
    response = organizer.post(f"{page}/suspend", data=form_of(organizer) | {"reason": "tired"})
    assert response.status_code == 400
    assert "You cannot suspend yourself." in response.text
    response = press(organizer, f"{page}/end-organizer")
    assert response.status_code == 400
    assert "This is the last organizer." in response.text
    change(organizer, make_user(organizer, "two@example.org", is_organizer=True), is_active=False)
    assert press(organizer, f"{page}/end-organizer").status_code == 400
    assert log_size(organizer) == before + 1  # the account made just now
    make_user(organizer, "three@example.org", is_organizer=True)
    response = press(organizer, f"{page}/end-organizer")
    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert organizer.get(PEOPLE).status_code == 403


def test_ending_anothers_organizer_role(organizer: FlaskClient) -> None:
    two = make_user(organizer, "two@example.org", is_organizer=True)
    before = log_size(organizer)
    path = f"{PEOPLE}/{two}/end-organizer"
    assert send(organizer, path, page=f"{PEOPLE}/{two}", action=path).status_code == 303
    assert newest_entries(organizer)[0][:2] == ("OrganizerRoleEnded", {"user_id": two, "withdrawn": []})
    assert log_size(organizer) == before + 1
    assert press(organizer, path).status_code == 404


def test_people_who_are_not_there(organizer: FlaskClient) -> None:
    for number in ("2147483647", str(10**30), "0", "-1", "x"):
        assert organizer.get(f"{PEOPLE}/{number}").status_code == 404
        for verb in ("suspend", "restore", "end-organizer"):
            assert press(organizer, f"{PEOPLE}/{number}/{verb}").status_code == 404


@pytest.mark.parametrize("verb", ["suspend_person", "restore_person", "end_organizer_role"])
def test_the_service_itself_asks_who(client: FlaskClient, verb: str) -> None:
    user_id = make_user(client, "ana@example.org", is_organizer=True)
    by = make_user(client, "by@example.org", city="gwangju")
    more = {"reason": "because"} if verb == "suspend_person" else {}
    with client.application.app_context(), pytest.raises(Forbidden), transaction():
        getattr(service, verb)(user_id, by=db.session.get_one(User, by), now=clock.now(), **more)


def test_the_service_suspends_nobody_twice(client: FlaskClient) -> None:
    user_id = make_user(client, "ana@example.org")
    by = make_user(client, "by@example.org", is_organizer=True)
    change(client, user_id, is_active=False)
    with client.application.app_context(), pytest.raises(Invalid), transaction():
        service.suspend_person(user_id, reason="again", by=db.session.get_one(User, by), now=clock.now())

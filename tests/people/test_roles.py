"""Who is what in a city: changing it, and what goes with a right that ends."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, LogPersonal
from hub.people import policy, service
from hub.people.models import User
from tests.people.accounts import make_user, new_address, sign_in
from tests.people.doors import (
    change,
    city_id_of,
    invitations,
    log_size,
    make_invitation,
    newest_entries,
    send,
    user_of,
)
from tests.people.test_team import press

TEAM = "/cities/gwangju/people"
PEOPLE = "/organizers/people"


def turn(client: FlaskClient, path: str, role: str, **data: Any) -> TestResponse:
    """Send the button that changes a role, with a token of one's own."""
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert csrf
    return client.post(path, data={"csrf_token": csrf[1], "role": role} | data)


def role_of(client: FlaskClient, email: str) -> list[str]:
    user = user_of(client, email)
    assert user is not None
    return [membership.role for membership in user.memberships]


def test_a_coordinator_makes_a_contributor_one_and_back(client: FlaskClient) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor", name="Ana <b>")
    me = sign_in(client, "me@example.org", city="gwangju")
    page = client.get(TEAM).text
    assert f'action="{TEAM}/{ana}/role"' in page
    assert "Ana &lt;b&gt;" in page
    before = log_size(client)
    path = f"{TEAM}/{ana}/role"
    response = send(client, path, page=TEAM, action=path)
    assert (response.status_code, response.headers["Location"]) == (303, f"{TEAM}?done=changed")
    assert role_of(client, "ana@example.org") == ["coordinator"]
    kind, payload, actor = newest_entries(client)[0]
    assert (kind, payload["user_id"], payload["role"], payload["withdrawn"]) == ("RoleChanged", ana, "coordinator", [])
    assert actor == me
    with client.application.app_context():
        sealed = select(LogPersonal.content).where(LogPersonal.position == before + 1, LogPersonal.part == CHANGES)
        assert db.session.scalar(sealed) == {"role": ["contributor", "coordinator"]}
    assert turn(client, path, "coordinator").status_code == 303  # she is already
    assert log_size(client) == before + 1
    assert turn(client, path, "contributor").status_code == 303
    assert role_of(client, "ana@example.org") == ["contributor"]
    assert log_size(client) == before + 2


def test_an_organizer_does_so_on_the_persons_page(client: FlaskClient) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor")
    sign_in(client, "boss@example.org", is_organizer=True)
    path = f"{PEOPLE}/{ana}/role"
    response = send(client, path, page=f"{PEOPLE}/{ana}", action=path)
    assert (response.status_code, response.headers["Location"]) == (303, f"{PEOPLE}/{ana}?done=changed")
    assert role_of(client, "ana@example.org") == ["coordinator"]
    assert "The role was changed." in client.get(f"{PEOPLE}/{ana}?done=changed").text
    response = send(client, path, page=f"{PEOPLE}/{ana}", action=path)  # the only coordinator now
    assert response.status_code == 400
    assert "This is the last coordinator here." in response.text
    assert role_of(client, "ana@example.org") == ["coordinator"]
    assert turn(client, path, "coordinator", city="utrecht").status_code == 404
    assert turn(client, path, "coordinator", city="nowhere").status_code == 404
    assert turn(client, path, "coordinator").status_code == 404
    assert turn(client, f"{PEOPLE}/2147483647/role", "coordinator", city="gwangju").status_code == 404


@pytest.mark.parametrize("role", ["", "organizer", "mayor", "\x00", "x" * 5000])
def test_a_role_that_is_none_is_refused(client: FlaskClient, role: str) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor")
    sign_in(client, "me@example.org", city="gwangju", is_organizer=True)
    before = log_size(client)
    assert turn(client, f"{TEAM}/{ana}/role", role).status_code == 400
    assert turn(client, f"{PEOPLE}/{ana}/role", role, city="gwangju").status_code == 400
    assert log_size(client) == before


def test_the_last_coordinator_stays_one(client: FlaskClient) -> None:
    me = sign_in(client, "me@example.org", city="gwangju")
    make_user(client, "draft@example.org", city="gwangju", role="contributor")
    change(client, make_user(client, "closed@example.org", city="gwangju"), is_active=False)
    response = turn(client, f"{TEAM}/{me}/role", "contributor")
    assert response.status_code == 400
    assert "This is the last coordinator here." in response.text
    make_user(client, "two@example.org", city="gwangju")
    response = turn(client, f"{TEAM}/{me}/role", "contributor")
    assert (response.status_code, response.headers["Location"]) == (303, "/desk")
    assert client.get(TEAM).status_code == 403


@pytest.mark.parametrize(
    ("who", "code"),
    [({}, 403), ({"city": "gwangju", "role": "contributor"}, 403), ({"city": "utrecht"}, 403)],
)
def test_nobody_else_changes_roles_of_a_city(client: FlaskClient, who: dict[str, Any], code: int) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor")
    sign_in(client, "me@example.org", **who)
    before = log_size(client)
    assert turn(client, f"{TEAM}/{ana}/role", "coordinator").status_code == code
    assert turn(client, f"{PEOPLE}/{ana}/role", "coordinator", city="gwangju").status_code == 403
    assert log_size(client) == before
    city_id, me = city_id_of(client, "gwangju"), user_of(client, "me@example.org")
    assert me is not None
    with client.application.app_context(), transaction():
        by = db.session.get_one(User, me.id)
        with pytest.raises(Forbidden):
            service.change_role(ana, city_id=city_id, role="coordinator", by=by, now=clock.now())


def test_a_coordinator_reaches_nobody_of_another_city(client: FlaskClient) -> None:
    far = make_user(client, "far@example.org", city="utrecht", role="contributor")
    sign_in(client, "me@example.org", city="gwangju")
    assert turn(client, f"{TEAM}/{far}/role", "coordinator").status_code == 404
    assert turn(client, f"/cities/utrecht/people/{far}/role", "coordinator").status_code == 403
    assert role_of(client, "far@example.org") == ["contributor"]


GRANTS = [
    ({"is_organizer": True}, {("organizer", None), ("coordinator", 1), ("coordinator", 2), ("contributor", 2)}),
    ({"role": "coordinator"}, {("coordinator", 1), ("contributor", 1)}),
    ({"role": "contributor"}, set()),
    ({"is_organizer": True, "has_factor": False}, set()),
    ({"is_organizer": True, "is_active": False}, set()),
    ({"role": "coordinator", "is_active": False}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("who", "may"), GRANTS)
def test_nobody_grants_what_she_could_not_hold(client: FlaskClient, who: dict[str, Any], may: set[Any]) -> None:
    ids = [city_id_of(client, slug) for slug in ("gwangju", "utrecht")]
    role = who.get("role", "")
    user_id = make_user(
        client, "me@example.org", city="gwangju" if role else "", role=role, has_factor=who.get("has_factor", True),
        is_organizer=who.get("is_organizer", False),
    )  # fmt: skip
    change(client, user_id, is_active=who.get("is_active", True))
    asked = {("organizer", None), ("coordinator", 1), ("coordinator", 2), ("contributor", 1), ("contributor", 2)}
    with client.application.app_context():
        user = db.session.get_one(User, user_id)
        granted = {
            (role, place) for role, place in asked if policy.can_invite(user, role, ids[place - 1] if place else None)
        }
    assert granted == may | ({("contributor", 1)} if ("coordinator", 2) in may else set())


def test_a_demo_account_gives_no_role_outside_the_demo(client: FlaskClient) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor")
    bo = make_user(client, "bo@example.org", city="gwangju", role="contributor", is_demo=True)
    sign_in(client, "demo@example.org", city="gwangju", is_demo=True)
    response = turn(client, f"{TEAM}/{ana}/role", "coordinator")
    assert response.status_code == 400
    assert "A demo account gives no role to people outside the demo." in response.text
    assert role_of(client, "ana@example.org") == ["contributor"]
    assert turn(client, f"{TEAM}/{bo}/role", "coordinator").status_code == 303


def withdrawn(client: FlaskClient, email: str) -> bool:
    return invitations(client, email)[0].withdrawn_at is not None


def test_what_she_invited_to_goes_with_each_right_that_ends_and_never_comes_back(client: FlaskClient) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", is_organizer=True)
    make_user(client, "second@example.org", city="gwangju")
    sign_in(client, "boss@example.org", is_organizer=True, city="gwangju")
    make_invitation(client, "writer@example.org", role="contributor", by=ana)
    make_invitation(client, "far@example.org", city="utrecht", by=ana)
    make_invitation(client, "peer@example.org", role="organizer", city=None, by=ana)
    make_invitation(client, "of-another@example.org", role="contributor")

    # As organizer she may invite everywhere, whatever she is in the city.
    assert turn(client, f"{TEAM}/{ana}/role", "contributor").status_code == 303
    assert newest_entries(client)[0][1]["withdrawn"] == []

    assert press(client, f"{PEOPLE}/{ana}/end-organizer").status_code == 303
    gone = [invitations(client, f"{name}@example.org")[0].id for name in ("writer", "far", "peer")]
    assert newest_entries(client)[0][:2] == ("OrganizerRoleEnded", {"user_id": ana, "withdrawn": gone})
    assert all(withdrawn(client, f"{name}@example.org") for name in ("writer", "far", "peer"))
    assert not withdrawn(client, "of-another@example.org")
    change(client, ana, is_organizer=True)
    assert all(withdrawn(client, f"{name}@example.org") for name in ("writer", "far", "peer"))


@pytest.mark.parametrize("end", ["role", "remove", "suspend"])
def test_a_coordinators_invitations_end_with_her(client: FlaskClient, end: str) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju")
    token = make_invitation(client, "writer@example.org", role="contributor", by=ana)
    sign_in(client, "boss@example.org", is_organizer=True, city="gwangju")
    visitor = client.application.test_client()
    new_address(visitor)
    assert visitor.get(f"/invitations/{token}").status_code == 200
    if end == "role":
        assert turn(client, f"{TEAM}/{ana}/role", "contributor").status_code == 303
    elif end == "remove":
        assert press(client, f"{TEAM}/{ana}/remove").status_code == 303
    else:
        page = f"{PEOPLE}/{ana}"
        assert send(client, f"{page}/suspend", page=page, action=f"{page}/suspend", reason="why").status_code == 303
    number = invitations(client, "writer@example.org")[0].id
    assert newest_entries(client)[0][1]["withdrawn"] == [number]
    assert visitor.get(f"/invitations/{token}").status_code == 410
    if end == "suspend":
        assert press(client, f"{PEOPLE}/{ana}/restore").status_code == 303
    elif end == "role":
        assert turn(client, f"{TEAM}/{ana}/role", "coordinator").status_code == 303
    assert visitor.get(f"/invitations/{token}").status_code == 410


def test_a_suspended_city_ends_all_that_was_invited_to_it_for_good(client: FlaskClient) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju")
    tokens = [
        make_invitation(client, "writer@example.org", role="contributor", by=ana),
        make_invitation(client, "second@example.org"),
    ]
    elsewhere = make_invitation(client, "far@example.org", city="utrecht")
    sign_in(client, "boss@example.org", is_organizer=True)
    path = "/organizers/cities/gwangju/suspend"
    assert send(client, path, reason="Asked by the city").status_code == 303
    assert len(newest_entries(client)[0][1]["withdrawn"]) == 2
    assert press(client, "/organizers/cities/gwangju/restore").status_code == 303
    visitor = client.application.test_client()
    new_address(visitor)
    assert [visitor.get(f"/invitations/{token}").status_code for token in (*tokens, elsewhere)] == [410, 410, 200]


SENSITIVE = ["{team}", "{team}/{ana}/role", "{team}/{ana}/remove", "{people}/invite", "{people}/{ana}/suspend",
             "{people}/{ana}/restore", "{people}/{ana}/role", "{people}/{ana}/end-organizer"]  # fmt: skip


@pytest.mark.parametrize("door", SENSITIVE)
def test_each_step_that_changes_who_gets_in_needs_a_fresh_proof(client: FlaskClient, door: str) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor")
    sign_in(client, "me@example.org", city="gwangju", is_organizer=True)
    path = door.format(team=TEAM, people=PEOPLE, ana=ana)
    before = log_size(client)
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        response = turn(client, path, "coordinator", city="gwangju", email="new@example.org", reason="why")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/confirm?next=")
    assert log_size(client) == before


def test_pages_show_the_way_to_the_proof_instead_of_forms_nobody_could_send(client: FlaskClient) -> None:
    ana = make_user(client, "ana@example.org", city="gwangju", role="contributor")
    sign_in(client, "me@example.org", city="gwangju", is_organizer=True)
    pages = {TEAM: f'action="{TEAM}"', f"{PEOPLE}/invite": f'action="{PEOPLE}/invite"',
             f"{PEOPLE}/{ana}": f'action="{PEOPLE}/{ana}/suspend"'}  # fmt: skip
    for page, form in pages.items():
        assert form in client.get(page).text
        with clock.frozen_at(clock.now() + timedelta(minutes=11)):
            stale = client.get(page).text
        assert form not in stale
        assert f'href="/confirm?next={page}"' in stale
        assert "/role" not in stale


def test_the_mail_speaks_the_citys_own_language_unless_another_is_chosen(client: FlaskClient) -> None:
    sign_in(client, "me@example.org", city="gwangju", is_organizer=True, language="en")
    assert '<option value="ko" selected>' in client.get(TEAM).text
    given = {"email": "ana@example.org", "role": "coordinator", "city": "rosario", "language": ""}
    path = f"{PEOPLE}/invite"
    assert send(client, path, action=path, **given).status_code == 303
    assert [each.language for each in invitations(client, "ana@example.org")] == ["es"]
    given |= {"email": "bo@example.org", "city": "utrecht"}  # the hub does not speak Dutch
    assert send(client, path, action=path, **given).status_code == 303
    assert [each.language for each in invitations(client, "bo@example.org")] == ["en"]
    given |= {"email": "cho@example.org", "role": "organizer", "city": "", "language": "fr"}
    assert send(client, path, action=path, **given).status_code == 303
    assert [each.language for each in invitations(client, "cho@example.org")] == ["fr"]


def test_the_service_says_what_is_wrong(client: FlaskClient) -> None:
    by_id = make_user(client, "me@example.org", city="gwangju")
    city_id = city_id_of(client, "gwangju")
    for user_id, role, error in ((by_id, "organizer", Invalid), (2147483647, "contributor", NotFound)):
        with client.application.app_context(), transaction():
            by = db.session.get_one(User, by_id)
            with pytest.raises(error):
                service.change_role(user_id, city_id=city_id, role=role, by=by, now=clock.now())

"""A city keeps its plan: everyone reads it, its coordinators change it, nothing said of an action is overwritten."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import City
from hub.commitments import queries, service
from hub.commitments.models import ActionStep, CityPlan, PlanAction
from hub.commitments.service import ActionSaid, PlanSaid
from hub.core import clock
from hub.core.db import db, transaction
from hub.people.models import User
from tests.cities.factory import make_city
from tests.commitments.plandesk import browser, fill, head, kinds
from tests.people.accounts import make_user
from tests.people.test_at_once import at_once

PLAN = "/cities/graz/plan"


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    """The browser of a coordinator of Graz."""
    return browser(app, "c@example.org", city="graz")


def begun(client: FlaskClient, **values: Any) -> int:
    """Put a plan on record and return its id."""
    given = {"title": "Human rights plan", "starts_on": "2025-01-01", "ends_on": "2029-12-31"}
    response = fill(client, f"{PLAN}/new", **given | values)
    assert response.status_code == 303, response.text[-2000:]
    return int(response.headers["Location"].rsplit("-", 1)[1])


def with_action(client: FlaskClient, plan: int, text: str, **values: Any) -> int:
    """Add an action and return its id."""
    response = fill(client, f"{PLAN}/{plan}/actions/new", text=text, **values)
    assert response.status_code == 303, response.text[-2000:]
    return int(response.headers["Location"].rsplit("-", 1)[1])


def test_a_city_without_a_plan_says_so_and_no_more(client: FlaskClient, coordinator: FlaskClient) -> None:
    page = client.get(PLAN)
    assert page.status_code == 200
    assert "That is not to say that it has none." in page.text
    assert "/plan/new" not in page.text
    assert "/plan/new" in coordinator.get(PLAN).text
    assert client.get("/cities/nowhere/plan").status_code == 404
    assert client.get(f"{PLAN}.json").json["items"] == []


def test_a_plan_with_its_actions_is_read_by_everyone(client: FlaskClient, coordinator: FlaskClient) -> None:
    before = head(client)
    plan = begun(coordinator, summary="<b>For all</b>", url="https://www.graz.at/plan.pdf")
    first = with_action(coordinator, plan, "Train the police", item_code="C5.1", responsible="Peace office",
                        due_on="2020-06-30")  # fmt: skip
    second = with_action(coordinator, plan, "=cmd|' /C calc'!A0", item_code="C4.1.3")
    third = with_action(coordinator, plan, "Open an office", position="1")
    assert kinds(client, before) == ["PlanAdded", "PlanChanged", "PlanChanged", "PlanChanged"]
    page = client.get(PLAN)
    assert "&lt;b&gt;For all&lt;/b&gt;" in page.text
    assert "Dec 31, 2029" in page.text, "until when it runs"
    assert page.text.index("1. Open an office") < page.text.index("2. Train the police")
    assert 'href="/cities/graz/commitments/C5.1"' in page.text
    assert page.text.count("Late</span>") == 1, "what should have been done in 2020 is late"
    assert "/edit" not in page.text, "only its coordinators are offered to change it"
    assert "csrf_token" not in page.text
    document = client.get(f"{PLAN}.json").json
    assert [each["id"] for each in document["items"][0]["actions"]] == [third, first, second]
    assert document["items"][0]["actions"][1] == {
        "id": first, "position": 2, "item": "C5.1", "text": "Train the police", "responsible": "Peace office",
        "due_on": "2020-06-30", "state": "not_started", "steps": [],
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PLAN}.csv").text.lstrip("\ufeff"))))
    assert [row["position"] for row in rows] == ["1", "2", "3"]
    assert rows[2]["text"].startswith("'="), "a spreadsheet must not run it"
    with client.application.app_context():
        graz = db.session.scalars(select(City.id).where(City.slug == "graz")).one()
        assert [each.id for each in queries.actions_by_item(graz)["C4.1.3"]] == [second]
        today = clock.now().date()
        assert [each.id for each in queries.late_actions([graz], today)] == [first]
        assert queries.late_actions([], today) == []


def test_how_far_an_action_has_come_is_only_ever_added(client: FlaskClient, coordinator: FlaskClient) -> None:
    plan = begun(coordinator)
    action = with_action(coordinator, plan, "Train the police", due_on="2020-06-30")
    path = f"{PLAN}/actions/{action}/step"
    unproven = fill(coordinator, path, state="complete")
    assert unproven.status_code == 400
    assert "Say what shows it, or give a link." in unproven.text
    inside = fill(coordinator, path, state="complete", url="http://127.0.0.1/x")
    assert inside.status_code == 400
    assert 'value="http://127.0.0.1/x"' in inside.text, "what was typed stays"
    assert fill(coordinator, path, state="everything").status_code == 400
    before = head(client)
    assert fill(coordinator, path, state="limited", note="Two of nine stations").status_code == 303
    assert fill(coordinator, path, state="complete", url="https://www.graz.at/trained").status_code == 303
    assert fill(coordinator, path, state="limited", note="New officers came").status_code == 303
    assert kinds(client, before) == ["ActionAssessed"] * 3
    page = client.get(PLAN).text
    assert page.index("New officers came") < page.index("https://www.graz.at/trained") < page.index("Two of nine")
    assert "Late</span>" in page
    steps = client.get(f"{PLAN}.json").json["items"][0]["actions"][0]["steps"]
    assert [each["state"] for each in steps] == ["limited", "complete", "limited"]
    with client.application.app_context():
        assert db.session.scalars(select(ActionStep.state).order_by(ActionStep.id)).all() == [
            "limited", "complete", "limited",
        ]  # fmt: skip


def test_a_plan_that_cannot_be_is_refused_at_its_field(coordinator: FlaskClient) -> None:
    given = {"title": "Human rights plan", "starts_on": "2025-01-01", "ends_on": "2029-12-31"}
    for field, value in (
        ("title", ""), ("title", "x" * 201), ("starts_on", "soon"), ("starts_on", "2025-02-30"),
        ("starts_on", "0001-01-01"), ("ends_on", "2024-12-31"), ("url", "javascript:alert(1)"),
        ("url", "http://192.168.0.1/plan"), ("url", "no address"),
    ):  # fmt: skip
        response = fill(coordinator, f"{PLAN}/new", **given | {field: value})
        assert (response.status_code, f'href="#{field}"' in response.text) == (400, True), (field, value)
        assert value in response.text, "what was typed stays"
    assert coordinator.get(f"{PLAN}.json").json["items"] == []


def test_an_action_that_cannot_be_is_refused_at_its_field(coordinator: FlaskClient) -> None:
    plan = begun(coordinator)
    page = f"{PLAN}/{plan}/actions/new"
    for field, value in (("text", ""), ("item_code", "C9.9"), ("due_on", "2999-01-01"), ("position", "first"),
                         ("position", "0")):  # fmt: skip
        response = fill(coordinator, page, **{"text": "Do it"} | {field: value})
        assert (response.status_code, f'href="#{field}"' in response.text) == (400, True), (field, value)
    assert coordinator.get(f"{PLAN}.json").json["items"][0]["actions"] == []


def test_of_two_who_change_a_plan_the_second_sees_both(
    app: Flask, client: FlaskClient, coordinator: FlaskClient
) -> None:
    colleague = browser(app, "d@example.org", city="graz")
    plan = begun(coordinator)
    action = with_action(coordinator, plan, "Train the police")
    for page, field, mine, theirs in (
        (f"{PLAN}/{plan}/edit", "title", "My plan", "Their plan"),
        (f"{PLAN}/actions/{action}/edit", "text", "Mine", "Theirs"),
    ):
        opened = coordinator.get(page).text
        assert fill(colleague, page, **{field: theirs}).status_code == 303
        refused = fill(coordinator, page, html=opened, **{field: mine})
        assert refused.status_code == 409
        assert theirs in refused.text
        assert mine in refused.text
        assert theirs in client.get(PLAN).text, "nothing was overwritten"
        again = fill(coordinator, page, html=refused.text, **{field: mine})
        assert again.status_code == 303
        assert mine in client.get(PLAN).text
    opened = coordinator.get(f"{PLAN}/actions/{action}/step").text
    assert fill(colleague, f"{PLAN}/actions/{action}/step", state="limited").status_code == 303
    refused = fill(coordinator, f"{PLAN}/actions/{action}/step", html=opened, state="complete", note="Done")
    assert refused.status_code == 409
    assert "Someone saved this" in refused.text


def test_moving_an_action_is_no_change_of_the_others(coordinator: FlaskClient) -> None:
    plan = begun(coordinator)
    first, second = with_action(coordinator, plan, "One"), with_action(coordinator, plan, "Two")
    opened = coordinator.get(f"{PLAN}/actions/{first}/edit").text
    assert fill(coordinator, f"{PLAN}/actions/{second}/edit", position="1").status_code == 303
    assert coordinator.get(PLAN).text.index("1. Two") < coordinator.get(PLAN).text.index("2. One")
    saved = fill(coordinator, f"{PLAN}/actions/{first}/edit", html=opened, text="One, at last")
    assert saved.status_code == 303, "it was moved by another and changed by nobody"
    before = head(coordinator)
    assert fill(coordinator, f"{PLAN}/actions/{first}/edit").status_code == 303
    assert kinds(coordinator, before) == [], "what says the same changes nothing"


def test_what_was_entered_by_mistake_is_taken_out(client: FlaskClient, coordinator: FlaskClient) -> None:
    plan = begun(coordinator)
    first, second = with_action(coordinator, plan, "One"), with_action(coordinator, plan, "Two")
    opened = coordinator.get(f"{PLAN}/{plan}/remove").text
    before = head(client)
    assert fill(coordinator, f"{PLAN}/actions/{first}/remove").status_code == 303
    assert "1. Two" in client.get(PLAN).text
    assert coordinator.get(f"{PLAN}/actions/{first}/edit").status_code == 404
    assert fill(coordinator, f"{PLAN}/{plan}/remove", html=opened).status_code == 303
    assert kinds(client, before) == ["PlanChanged", "PlanRemoved"]
    assert "That is not to say that it has none." in client.get(PLAN).text
    assert coordinator.get(f"{PLAN}/actions/{second}/step").status_code == 404
    with client.application.app_context():
        assert db.session.get(CityPlan, plan) is not None, "what was said stays in the database"
        assert db.session.get(PlanAction, first).removed_at is not None
        assert queries.actions_due() == []


def test_nobody_changes_the_plan_of_another_city(app: Flask, coordinator: FlaskClient) -> None:
    plan = begun(coordinator)
    action = with_action(coordinator, plan, "One")
    stranger = browser(app, "s@example.org", city="vienna")
    writer = browser(app, "w@example.org", city="graz", role="contributor")
    doors = [f"{PLAN}/new", f"{PLAN}/{plan}/edit", f"{PLAN}/{plan}/remove", f"{PLAN}/{plan}/actions/new",
             *(f"{PLAN}/actions/{action}/{verb}" for verb in ("edit", "remove", "step"))]  # fmt: skip
    for door in doors:
        assert stranger.get(door).status_code == 403, door
        assert writer.get(door).status_code == 403, door
        assert stranger.get(door.replace("graz", "vienna")).status_code in (200, 404), "of her own city, no such thing"
        form = fill(coordinator, door, title="") if door.endswith("/new") and "actions" not in door else None
        assert form is None or form.status_code == 400
    for door in doors[1:]:
        assert stranger.get(door.replace("graz", "vienna")).status_code == 404, door


def test_of_two_at_one_moment_one_stands(busy_app: Flask) -> None:
    make_city(db.session, "suva", "Suva")
    client, now = busy_app.test_client(), clock.now()
    people = [make_user(client, f"{name}@example.org", city="suva") for name in ("one", "two")]
    with transaction():
        by = db.session.get_one(User, people[0])
        city_id = by.memberships[0].city_id
        plan = service.add_plan(by=by, city_id=city_id, said=PlanSaid("A plan"), now=now).id
        action = service.add_action(by=by, plan_id=plan, said=ActionSaid("An action"), now=now).id
    seen = db.session.get_one(PlanAction, action).version
    db.session.remove()

    def change(user_id: int) -> None:
        said = PlanSaid(f"Of {user_id}")
        service.change_plan(by=db.session.get_one(User, user_id), plan_id=plan, seen=1, said=said, now=now)

    def assess(user_id: int) -> None:
        by, state = db.session.get_one(User, user_id), ("limited", "complete")[people.index(user_id)]
        service.assess_action(by=by, action_id=action, seen=seen, state=state, note="Seen", url="", now=now)

    def add(user_id: int) -> None:
        by = db.session.get_one(User, user_id)
        service.add_action(by=by, plan_id=plan, said=ActionSaid("First", position=1), now=now)

    assert at_once(busy_app, *[partial(change, each) for each in people]) == ["", "Conflict"]
    assert at_once(busy_app, *[partial(assess, each) for each in people]) == ["", "Conflict"]
    assert at_once(busy_app, *[partial(add, each) for each in people]) == ["", ""]
    assert len(db.session.scalars(select(ActionStep.id)).all()) == 1
    assert sorted(db.session.scalars(select(PlanAction.position))) == [1, 2, 3], "no place is taken twice"

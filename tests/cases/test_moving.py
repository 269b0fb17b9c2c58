"""A case is given to another city: from the next request on the former one has no say, and the new one has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry, LogPersonal
from hub.follows.models import Follow
from hub.people.models import Membership, User
from hub.search.follow import follow as follow_log
from hub.search.index.store import Index
from hub.search.sources import source, touched
from tests.cases.desk import Log, browser, hidden, picture, publish, revisions, send, start, stored, upload
from tests.follows.acts import follow
from tests.people.accounts import sign_in
from tests.search.samples import found


@pytest.fixture
def people(client: FlaskClient) -> dict[str, FlaskClient]:
    """People of two cities and an organizer, each at a browser of their own."""
    who: dict[str, dict[str, Any]] = {
        "gwangju": {"city": "gwangju"}, "gwangju2": {"city": "gwangju", "role": "contributor"},
        "graz": {"city": "graz"}, "graz2": {"city": "graz", "role": "contributor"}, "organizer": {"is_organizer": True},
    }  # fmt: skip
    browsers = {name: browser(client) for name in who}
    for name, values in who.items():
        sign_in(browsers[name], f"{name}@example.org", name=f"Of {name}", **values)
    return browsers


def move(client: FlaskClient, slug: str, city: str, reason: str = "It is theirs", **values: str) -> Any:
    """Give a case to a city."""
    path = f"/cases/{slug}/move"
    return client.post(path, data=hidden(client, path) | {"city": city, "reason": reason} | values)


def test_a_draft_is_its_citys_alone(people: dict[str, FlaskClient]) -> None:
    published, draft = publish(people["gwangju"]), start(people["gwangju"], "A secret plan")
    before = stored(people["gwangju"], draft)
    assert people["organizer"].get(f"/cases/{draft}/move").status_code == 404
    sent = hidden(people["organizer"], f"/cases/{published}/move") | {"city": "graz", "reason": "It is theirs"}
    sent["version"] = str(before.version)
    assert people["organizer"].post(f"/cases/{draft}/move", data=sent).status_code == 404
    after = stored(people["gwangju"], draft)
    assert (after.city_id, after.version) == (before.city_id, before.version)


def test_a_published_case_moves_with_all_that_is_its_own(people: dict[str, FlaskClient], tmp_path: Path) -> None:
    client = people["gwangju"]
    slug = publish(client, problem="An unmistakable hazelnut.")
    upload(client, slug, picture())
    case, app, log = stored(client, slug), client.application, Log(client)
    with app.app_context():
        reader = db.session.scalars(select(User.id).where(User.email == "graz2@example.org")).one()
        follow(reader, ("case", slug))
        index = Index.open(tmp_path)
        follow_log(index, source())
    fields = hidden(client, f"/cases/{slug}/edit")
    public = browser(client)
    assert "Gwangju" in public.get(f"/cases/{slug}").text
    assert move(people["organizer"], slug, "graz", "Wrong city").location == f"/cases/{slug}"
    moved = stored(client, slug)
    assert (moved.version, moved.country, moved.title) == (case.version + 1, "AT", case.title)
    assert len(revisions(client, slug)) == 2
    payload = {"case_id": case.id, "from_city_id": case.city_id, "to_city_id": moved.city_id}
    assert log.entries == [("CaseMoved", payload)]
    html = public.get(f"/cases/{slug}").text
    assert ">Graz</a>" in html
    assert "Gwangju</a></b>" not in html
    assert slug in public.get("/cities/graz").text
    assert slug not in public.get("/cities/gwangju").text
    assert public.get(f"/cases/{slug}.json").json["city"]["slug"] == "graz"
    assert public.get(f"/cases/{slug}/history?version={moved.version}").status_code == 200
    with app.app_context():
        assert touched("CaseMoved", payload) == {f"case:{case.id}"}
        follow_log(index, source())
        keys = db.session.scalars(select(Follow.key).where(Follow.user_id == reader, Follow.kind == "case")).all()
        parts = select(LogPersonal.part, LogPersonal.content).join(LogEntry, LogEntry.position == LogPersonal.position)
        said = {row.part: row.content for row in db.session.execute(parts.where(LogEntry.kind == "CaseMoved"))}
    assert found(index, "hazelnut", filters={"city": ("graz",)}) == {case.id}
    index.close()
    assert keys == [slug]
    assert said["values"] == {"reason": "Wrong city"}
    assert said["changes"]["city"] == [case.city_id, moved.city_id]
    assert said["changes"]["country"] == ["KR", "AT"]
    assert "Wrong city" not in public.get(f"/cases/{slug}/history").text
    for former in (client, people["gwangju2"]):
        assert former.get(f"/cases/{slug}/edit").status_code == 403
        assert send(former, slug, fields=fields, problem="Mine", change_note="x").status_code in (400, 403)
        assert former.post(f"/cases/{slug}/archive", data=fields | {"reason": "x"}).status_code in (400, 403)
        assert 'class="mine"' not in former.get(f"/cases/{slug}").text
    assert stored(client, slug).problem == "An unmistakable hazelnut."
    assert send(people["graz"], slug, problem="Ours", change_note="Told anew").status_code == 303
    assert "Send the change to a second reader" in people["graz2"].get(f"/cases/{slug}/edit").text  # only proposes


def test_an_open_editor_of_the_new_city_sees_a_conflict(people: dict[str, FlaskClient]) -> None:
    slug = publish(people["gwangju"])
    fields = hidden(people["gwangju"], f"/cases/{slug}/edit")
    with people["graz"].application.app_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == "gwangju@example.org")).one()
        graz = db.session.scalars(select(Membership.city_id).join(User).where(User.email == "graz@example.org")).one()
        db.session.add(Membership(user_id=user.id, city_id=graz, role="coordinator", since_at=clock.now()))
    move(people["organizer"], slug, "graz")
    response = send(people["gwangju"], slug, fields=fields, problem="In both", change_note="x")
    assert response.status_code == 409
    assert stored(people["gwangju"], slug).problem != "In both"


def test_to_no_city_and_back(people: dict[str, FlaskClient]) -> None:
    slug = publish(people["gwangju"])
    assert move(people["organizer"], slug, "").status_code == 303
    case = stored(people["gwangju"], slug)
    assert (case.city_id, case.country) == (None, "KR")
    assert "National programme" in browser(people["gwangju"]).get(f"/cases/{slug}").text
    assert people["gwangju"].get(f"/cases/{slug}/edit").status_code == 403
    assert people["organizer"].get(f"/cases/{slug}/edit").status_code == 403
    assert move(people["organizer"], slug, "gwangju").status_code == 303
    assert people["gwangju"].get(f"/cases/{slug}/edit").status_code == 200


def test_what_cannot_be_is_refused_by_name(people: dict[str, FlaskClient]) -> None:
    organizer = people["organizer"]
    slug = publish(people["gwangju"])
    log = Log(organizer)
    for values, field in (
        ({"reason": ""}, "reason"), ({"reason": "x" * 501}, "reason"), ({"city": "atlantis"}, "city"),
        ({"city": "gwangju"}, "city"), ({"reason": "a\x00b"}, "reason"),
    ):  # fmt: skip
        response = move(organizer, slug, **({"city": "graz"} | values))
        assert response.status_code == 400, values
        assert f'href="#{field}"' in response.text
    for version in ("", "x", "999", "-1"):
        assert move(organizer, slug, "graz", version=version).status_code in (400, 409)
    assert organizer.get("/cases/absent/move").status_code == 404
    assert log.kinds == []


def test_sent_twice_it_moves_once_and_a_later_save_is_a_conflict(people: dict[str, FlaskClient]) -> None:
    organizer, slug = people["organizer"], publish(people["gwangju"])
    fields = hidden(organizer, f"/cases/{slug}/move") | {"city": "graz", "reason": "Theirs"}
    log = Log(organizer)
    for _ in range(2):
        assert organizer.post(f"/cases/{slug}/move", data=fields).status_code == 303
    assert log.kinds == ["CaseMoved"]
    stale = hidden(organizer, f"/cases/{slug}/move") | {"city": "gwangju", "reason": "Back"}
    send(people["graz"], slug, problem="Ours", change_note="x")
    response = organizer.post(f"/cases/{slug}/move", data=stale)
    assert response.status_code == 409
    assert "Someone saved it meanwhile." in response.text
    assert stored(organizer, slug).city_id is not None
    assert f'name="version" value="{stored(organizer, slug).version}"' in response.text


@pytest.mark.parametrize("who", ["gwangju", "gwangju2", "graz", "visitor"])
def test_only_organizers_move(people: dict[str, FlaskClient], client: FlaskClient, who: str) -> None:
    slug = publish(people["gwangju"])
    other = people.get(who) or browser(client)
    status = 401 if who == "visitor" else 403
    assert other.get(f"/cases/{slug}/move").status_code == status
    assert "/move" not in other.get(f"/cases/{slug}").text
    token = hidden(people["gwangju"], f"/cases/{slug}/edit")["csrf_token"]
    sent = {"csrf_token": token, "city": "graz", "reason": "x", "version": "2"}
    assert other.post(f"/cases/{slug}/move", data=sent).status_code == status
    assert "/move" in people["organizer"].get(f"/cases/{slug}").text

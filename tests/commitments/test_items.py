"""Organizers at the forms of items, and what everyone then reads."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Invalid
from hub.core.log import LogEntry, entries_after, head_position
from hub.core.paths import SEEDS
from hub.people.models import User
from hub.people.service import create_user
from hub.search.sources import load, touched
from hub.site.seeding import load_vocabulary_files
from hub.vocabularies import service
from hub.vocabularies.editing import ItemFacts
from hub.vocabularies.models import CommitmentItem
from hub.vocabularies.queries import ItemView, vocabulary
from tests.commitments.factory import make_record
from tests.hands import form_to
from tests.people.accounts import sign_in

NEW = "/organizers/items/new"
GIVEN = {
    "code": "C4.5", "kind": "network", "name_en": "Cities of refuge", "short_en": "Refuge",
    "what_en": "A network of cities that take in writers at risk.", "fulfilled_en": "A guest lives in the city.",
    "responsible_en": "Mayor", "cycle_months": "12", "rung_adopted_en": "The agreement is signed",
    "proof_adopted": ["membership_listing"], "sources": "A page https://example.org/refuge",
    "name_fr": "Villes refuges",
}  # fmt: skip


def organizer(client: FlaskClient, name: str = "organizer") -> FlaskClient:
    sign_in(client, f"{name}@example.org", is_organizer=True, name=name.title())
    return client


def filled(html: str, path: str, **values: Any) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in form_to(html, path).filled(values):
        data.setdefault(name, []).append(value)
    return data


def send(client: FlaskClient, page: str, **values: Any) -> TestResponse:
    return client.post(page, data=filled(client.get(page).text, page.split("?")[0], **values))


def item(client: FlaskClient, code: str) -> ItemView:
    with client.application.app_context():
        return vocabulary().get_item(code)


def told(client: FlaskClient, after: int) -> list[LogEntry]:
    with client.application.app_context():
        return entries_after(after)


def head(client: FlaskClient) -> int:
    with client.application.app_context():
        return head_position()


def reader(client: FlaskClient) -> FlaskClient:
    return FlaskClient(client.application, client.application.response_class, use_cookies=False)


def test_an_item_is_added_without_code(client: FlaskClient, session: Any) -> None:
    before, anyone = head(organizer(client)), reader(client)
    answer = send(client, NEW, **GIVEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/commitments/C4.5")
    (entry,) = told(client, before)
    assert (entry.kind, entry.payload["item_code"]) == ("ItemAdded", "C4.5")
    page = anyone.get("/commitments/C4.5").text
    for words in ("Cities of refuge", "The agreement is signed", "Listing as a member", "every 12 months"):
        assert words in page, words
    assert "Related to the Declaration, not named in it" in page
    assert "stands in English" not in page
    korean = anyone.get("/commitments/C4.5?lang=ko").text
    assert '<span lang="en">Cities of refuge</span>' in korean
    assert "<h1>Villes refuges</h1>" in anyone.get("/commitments/C4.5?lang=fr").text.replace("<span>", "").replace(
        "</span>", ""
    )
    told_of = anyone.get("/commitments/C4.5.json").json
    assert [rung["words"] for rung in told_of["ladder"]][2] == "The agreement is signed"
    assert (told_of["cycle_months"], told_of["family"], told_of["cities"]) == (12, None, 123)
    assert "Refuge" in anyone.get("/commitments/?group=C4").text
    with client.application.app_context():
        (key,) = touched("ItemAdded", entry.payload)
        assert next(iter(load([key]))).title == "C4.5 Cities of refuge"
        assert list(vocabulary().items)[-6:] == ["C5.2", "R1", "R2", "R3", "R4", "R5"]
    assert send(client, NEW, **GIVEN).status_code == 400  # a code is never used twice
    assert send(client, NEW, **(GIVEN | {"code": "C4.5.1", "name_en": "A room"})).status_code == 303
    assert "C4.5.1 A room" in anyone.get("/commitments/C4.5").text
    assert item(client, "C4.5.1").parent_code == "C4.5"
    listed = client.get("/organizers/items").text
    assert "Words missing in" in listed
    assert "A point of C4.5" in " ".join(listed.split())


def test_what_cannot_be_is_refused_and_kept(client: FlaskClient, session: Any) -> None:
    before = head(organizer(client))
    for field, value in {
        "code": "C4.1", "name_en": "", "short_en": "x" * 25, "cycle_months": "0", "home": "javascript:alert(1)",
        "sources": "https://example.org", "founded": "2006-13", "name_ko": "a\x00b", "kind": "law",
    }.items():  # fmt: skip
        answer = send(client, NEW, **(GIVEN | {field: value}))
        assert answer.status_code == 400, field
        assert f'id="{field}-e1"' in answer.text, field
        assert "A guest lives in the city." in answer.text
    for code in ("C9.1", "C4.9.1", "X1", "C4", ""):
        answer = send(client, NEW, **(GIVEN | {"code": code}))
        assert (answer.status_code, 'id="code-e1"' in answer.text) == (400, True), code
    assert told(client, before) == []


def test_a_change_keeps_what_was_said(client: FlaskClient, session: Any) -> None:
    before, anyone = head(organizer(client, "olga")), reader(client)
    page = "/organizers/items/C2.3"
    assert send(client, page, what_en="Other words.").status_code == 400  # without saying why
    assert send(client, page, name_en="Other name", why="A reason").status_code == 400
    answer = send(client, page, what_en="Measures of rights.", cycle_months="36", why="Values take <b>three</b> years.")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/commitments/C2.3")
    (entry,) = told(client, before)
    assert (entry.kind, entry.payload["item_code"], entry.actor_id is not None) == ("ItemChanged", "C2.3", True)
    assert "every 36 months" in anyone.get("/commitments/C2.3").text
    versions = anyone.get("/commitments/C2.3/versions").text
    for words in (
        "<del>24</del> <ins>36</ins>", "<ins>Measures of rights.</ins>", "Olga", "Version 1", "Version 2",
        "Values take &lt;b&gt;three&lt;/b&gt; years.", "<del>A published set of measures",
    ):  # fmt: skip
        assert words in versions, words
    assert "What counts as evidence" not in versions  # the order in which a form ticks them is no change
    changed = item(client, "C2.3")
    assert (changed.revision, changed.labels["ko"], changed.proofs["adopted"]) == (
        2, {"text": "인권지표", "status": "editorial"}, ("indicator_set",)
    )  # fmt: skip
    with client.application.app_context():
        assert load_vocabulary_files(SEEDS, clock.now())["vocabularies"].kept == 1
        assert vocabulary().items["C2.3"].cycle_months == 36
        assert f"item:{_id('C2.3')}" in touched("ItemChanged", entry.payload)
    after = head(client)
    assert send(client, page, why="The same again").status_code == 303
    assert told(client, after) == []  # nothing was changed
    assert "The first version." in anyone.get("/commitments/C2.4/versions").text
    assert anyone.get("/commitments/c2.3/versions").headers["Location"] == "/commitments/C2.3/versions"
    for address in ("/commitments/C9.9/versions", "/organizers/items/C9.9", f"{NEW}?replaces=C9.9"):
        assert client.get(address).status_code == 404, address
    assert client.get("/organizers/items/c2.3").status_code == 301


def _id(code: str) -> int:
    return db.session.query(CommitmentItem.id).filter_by(code=code).scalar()


def test_of_two_who_change_one_item_the_second_sees_both(client: FlaskClient, session: Any) -> None:
    page = "/organizers/items/R4"
    opened = organizer(client).get(page).text
    assert send(client, page, responsible_en="The council", why="It decides").status_code == 303
    mine = filled(opened, page, responsible_en="The mayor", why="It is hers")
    answer = client.post(page, data=mine)
    assert answer.status_code == 409
    for words in ("Someone else changed this item meanwhile", "<ins>The council</ins>", 'value="The mayor"'):
        assert words in answer.text, words
    assert client.post(page, data=filled(answer.text, page)).status_code == 303  # once more, it is meant
    assert item(client, "R4").responsible_body["en"] == "The mayor"


def test_a_new_version_takes_the_place_of_an_item(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "R1", "adopted", "2020", url="https://example.org/one")
    before, anyone = head(organizer(client)), reader(client)
    page = f"{NEW}?replaces=R1"
    given = {"code": "R6", "name_en": "European Charter of 2030", "why": "A new text was adopted"}
    assert send(client, page, **(given | {"code": "R1.1"})).status_code == 400  # a point is no item
    opened = client.get(page).text
    answer = client.post(page, data=filled(opened, NEW, **given))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/commitments/R6")
    (entry,) = told(client, before)
    assert (entry.kind, entry.payload["item_code"]) == ("ItemChanged", "R1")
    old, new = anyone.get("/commitments/R1").text, anyone.get("/commitments/R6").text
    assert "This item is no longer used" in old
    assert 'href="/commitments/R6"' in old
    assert "Suva" in old
    assert "Suva" not in new
    assert 'href="/commitments/R1"' in new
    assert anyone.get("/commitments/R1.json").json["replaced_by"] == "R6"
    versions = anyone.get("/commitments/R1/versions").text
    assert "<ins>R6</ins>" in versions
    assert "A new text was adopted" in versions
    assert item(client, "R6").rungs == item(client, "R1").rungs
    late = client.post(page, data=filled(opened, NEW, **(given | {"code": "R7", "form_key": "0" * 32})))
    assert late.status_code == 409
    assert reader(client).get("/commitments/R7").status_code == 404
    with client.application.app_context():
        load_vocabulary_files(SEEDS, clock.now())
        assert vocabulary().items["R1"].replaced_by == "R6"


def test_only_organizers_keep_items(client: FlaskClient, session: Any) -> None:
    sign_in(client, "coordinator@example.org", city="gwangju")
    for page in ("/organizers/items", NEW, "/organizers/items/C2.3"):
        assert client.get(page).status_code == 403
        assert reader(client).get(page).status_code in (302, 303, 401, 403)
    assert "/organizers/items" not in client.get("/commitments/C2.3").text


def test_two_at_one_moment_do_not_both_get_a_code(busy_app: Flask) -> None:
    with busy_app.app_context():
        load_vocabulary_files(SEEDS, clock.now())
        boss = create_user(email=f"{uuid4().hex}@example.org", password="", now=clock.now(), name="Boss",
                           is_organizer=True, is_demo=True, language=None)  # fmt: skip
        db.session.commit()
        boss_id = boss.id
    words = {name: {"en": "Words"} for name in ("labels", "short", "what", "fulfilled_means", "responsible_body")}
    start, ended = threading.Barrier(3), []

    def add() -> None:
        with busy_app.app_context():
            start.wait()
            try:
                with transaction():
                    by = db.session.get_one(User, boss_id)
                    service.add_item("R41", ItemFacts("network", texts=words), by=by, now=clock.now())
                ended.append("")
            except Invalid as error:
                ended.append(error.field)

    threads = [threading.Thread(target=add) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["", "code", "code"]

"""The right of reply: asked for without an account, confirmed, released or declined, taken back, forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import Organisation
from hub.core import clock
from hub.core.db import db
from hub.core.jobs import Setting
from hub.core.log import LogPersonal
from hub.exchange.jobs import KEPT_DECIDED, forget_replies
from hub.exchange.models import Reply
from hub.exchange.service.replying import KEPT_UNCONFIRMED
from tests.cases.desk import browser
from tests.exchange.asks import REPLY, Log, mailed, newest, reply, send, token_mailed, waiting_reply
from tests.follows.acts import record_status
from tests.people.accounts import sign_in

CASE = "/cases/graz-advisory-council"


def _organizer(client: FlaskClient, name: str = "olga", **values: Any) -> FlaskClient:
    other = browser(client)
    sign_in(other, f"{name}@example.org", is_organizer=True, **values)
    return other


def _decide(client: FlaskClient, number: int, decision: str, **values: Any) -> Any:
    page = f"/organizers/replies/{number}"
    opened = client.get(page).text
    fields = {"decision": decision, "version": opened.split('name="version" value="')[1].split('"')[0]}
    hidden = {name: opened.split(f'name="{name}" value="')[1].split('"')[0] for name in ("csrf_token", "form_key")}
    return client.post(page, data=hidden | fields | values)


def test_asked_confirmed_released_and_taken_back(client: FlaskClient) -> None:
    boss = _organizer(client)
    assert 'href="/reply?case=graz-advisory-council"' in client.get(CASE).text
    log = Log(client)
    sent = reply(client, text="We were never heard.\n\nSee https://river.example/said <b>now</b>")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/reply/sent")
    assert "We sent a mail" in client.get("/reply/sent").text
    (mail,) = mailed(client)
    assert mail.subject == "Confirm the reply of Neighbours of the River"
    token = token_mailed(client)
    path = f"/reply/{token}"
    assert token not in newest(client, Reply).token_hash
    looked = client.get(f"/reply/confirm/{token}")
    assert looked.headers["Cache-Control"] == "no-store"
    assert "Ana Example" in looked.text
    assert client.get(path).status_code == 200  # looking confirms nothing
    assert newest(client, Reply).state == "unconfirmed"
    assert "Neighbours" not in boss.get("/organizers/replies").text
    confirm = f"/reply/confirm/{token}"
    assert send(client, confirm, confirm).status_code == 303
    assert client.get(confirm).status_code == 303
    assert "It waits for an organizer" in client.get(path).text
    assert "1 reply waits for you." in boss.get("/organizers/replies").text
    number = newest(client, Reply).id
    shown = boss.get(f"/organizers/replies/{number}").text
    assert "We were never heard." in shown
    assert "ana@river.example" in shown
    for place in (CASE, "/cases/graz-advisory-council.json"):
        assert "never heard" not in client.get(place).text
    assert _decide(boss, number, "release").status_code == 303
    html = client.get(CASE).text
    assert "<p>We were never heard.</p>" in html
    assert '<a href="https://river.example/said" rel="nofollow ugc noopener">' in html
    assert "&lt;b&gt;now&lt;/b&gt;" in html
    assert "Neighbours of the River" in html
    assert "Ana Example" not in html
    (said,) = client.get("/cases/graz-advisory-council.json").json["replies"]  # type: ignore[index]
    assert (said["organisation"], said["url"].endswith(f"#reply-{number}")) == ("Neighbours of the River", True)
    assert mailed(client)[-1].subject == "The reply of Neighbours of the River is released"
    assert _decide_again(boss, number) == 409
    assert send(client, path, f"{path}/withdraw").status_code == 303
    assert "never heard" not in client.get(CASE).text
    assert "You took it back" in client.get(path).text
    with client.application.app_context():
        assert not any("never heard" in str(part.content) for part in db.session.scalars(select(LogPersonal)))
    assert log.kinds == [
        "ReplyAsked", "ReplyConfirmed", "ReplyReleased", "PersonalValuesErased", "ReplyWithdrawn"
    ]  # fmt: skip


def _decide_again(boss: FlaskClient, number: int) -> int:
    """Release a reply from a page that was opened before it was decided."""
    fields = {"csrf_token": _token(boss), "form_key": "0" * 32, "version": "2", "decision": "release"}
    return int(boss.post(f"/organizers/replies/{number}", data=fields).status_code)


def _token(client: FlaskClient) -> str:
    return client.get("/following").text.split('name="csrf_token" value="')[1].split('"')[0]


def test_declined_with_a_reason_that_who_asked_reads(client: FlaskClient) -> None:
    boss = _organizer(client)
    token, number = waiting_reply(client)
    assert _decide(boss, number, "decline").status_code == 400
    assert _decide(boss, number, "burn").status_code == 400
    assert _decide(boss, number, "decline", reason="The case does not name you.").status_code == 303
    assert "The case does not name you." in mailed(client)[-1].text
    assert "The case does not name you." in client.get(f"/reply/{token}").text
    assert "never heard" not in client.get(CASE).text
    assert 'value="release"' not in boss.get(f"/organizers/replies/{number}").text


def test_organizers_take_away_what_stood_and_whoever_waits_takes_back(client: FlaskClient) -> None:
    boss = _organizer(client)
    token, number = waiting_reply(client)
    _decide(boss, number, "release")
    assert _decide(boss, number, "remove").status_code == 400
    assert _decide(boss, number, "remove", reason="It names a neighbour.").status_code == 303
    assert "never heard" not in client.get(CASE).text
    assert "The organizers took it away" in client.get(f"/reply/{token}").text
    assert "It names a neighbour." in mailed(client)[-1].text
    token, number = waiting_reply(client)
    assert send(client, f"/reply/{token}", f"/reply/{token}/withdraw").status_code == 303
    assert newest(client, Reply).text == ""
    assert "1 reply waits" not in boss.get("/organizers/replies").text


def test_beside_a_status_and_by_an_organisation_on_record(client: FlaskClient) -> None:
    with client.application.app_context():
        number = record_status("gwangju", "C1.1")
    page = "/cities/gwangju/commitments/C1.1"
    assert f"/reply?record={number}" in client.get(page).text
    boss = _organizer(client, is_demo=True)
    assert "Gwangju" in client.get(f"/reply?record={number}").text
    with client.application.app_context():
        known = db.session.scalars(select(Organisation).order_by(Organisation.id)).first()
        assert known is not None
        name = known.name.upper()
    _, reply_id = waiting_reply(client, beside=f"record={number}", organisation_name=name)
    assert newest(client, Reply).organisation_id is not None
    _decide(boss, reply_id, "release")
    html = client.get(page).text
    assert "We were never heard." in html
    assert '<b class="state">Demo</b>' in html  # a demo organizer released it
    assert f"Reply of {name}" in client.get("/cities/gwangju/commitments").text.replace("&amp;", "&")


def test_hostile_and_wrong_input_is_refused_by_name(client: FlaskClient) -> None:
    log = Log(client)
    for path in ("case=nothing", "record=999999999", "case=%00"):
        assert client.get(f"/reply?{path}").status_code in (400, 404), path
    assert client.get("/reply?record=x").status_code == 400
    assert "Ask for a reply" in client.get("/reply").text
    for wrong, words in (
        ({"email": "nonsense"}, "not an e-mail address"),
        ({"organisation_name": " "}, "This is needed."),
        ({"text": "x" * 3001}, "at most 3000 characters"),
        ({"text": "http://a.example " * 6}, "at most 5 links"),
        ({"concern": "a\x00b"}, "cannot be shown"),
        ({"person_name": "x" * 121}, "at most 120 characters"),
    ):
        answer = reply(client, **wrong)
        assert (answer.status_code, words in answer.text) == (400, True), wrong
        assert 'value="Chair"' in answer.text  # what was typed is kept
    assert reply(client, case="nothing").status_code == 404
    assert reply(client, case="", record="12x").status_code == 404
    for token in ("x", "A" * 43, "%00", "%ff%fe", "한국어"):
        for path in (f"/reply/{token}", f"/reply/confirm/{token}"):
            assert client.get(path).status_code == 404, path
    assert log.kinds == []


def test_the_answer_is_always_the_same_and_three_mails_a_day(client: FlaskClient) -> None:
    answers = {(sent.status_code, sent.headers["Location"]) for sent in (reply(client) for _ in range(4))}
    assert answers == {(303, "/reply/sent")}
    assert len(mailed(client)) == 3
    log = Log(client)
    token = token_mailed(client)
    path = f"/reply/confirm/{token}"
    form = {"csrf_token": client.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]}
    assert [client.post(path, data=form).status_code for _ in range(2)] == [303, 303]
    assert log.kinds == ["ReplyConfirmed"]
    assert client.application.test_client().post(f"/reply/{token}/withdraw").status_code == 400


def test_forgotten_in_time(client: FlaskClient, tmp_path: Any) -> None:
    boss = _organizer(client)
    _, number = waiting_reply(client)
    _decide(boss, number, "release")
    reply(client, email="bea@river.example")
    log, now = Log(client), clock.now()

    def run(after: timedelta) -> int:
        setting = Setting("", "", tmp_path, tmp_path, frozenset(), ("en",), "tests", lambda: now + after)
        with client.application.app_context():
            return forget_replies(setting)

    assert run(timedelta(days=1)) == 0
    assert run(KEPT_UNCONFIRMED + timedelta(hours=1)) == 1
    assert run(KEPT_DECIDED + timedelta(hours=1)) == 1
    assert run(KEPT_DECIDED + timedelta(hours=2)) == 0
    assert log.kinds == ["ReplyForgotten", "ReplierForgotten"]
    kept = newest(client, Reply)
    assert (kept.person_name, kept.email, kept.concern, kept.text) == ("", "", "", REPLY["text"])
    assert "We were never heard." in client.get(CASE).text
    assert "no longer kept" in boss.get(f"/organizers/replies/{number}").text
    assert "3 days" in client.get("/privacy").text.split("A reply whose address nobody confirmed")[1][:200]


def test_only_organizers_decide(client: FlaskClient) -> None:
    _, number = waiting_reply(client)
    other = browser(client)
    sign_in(other, "graz@example.org", city="graz")
    for path in ("/organizers/replies", f"/organizers/replies/{number}", "/organizers/exchange"):
        assert other.get(path).status_code == 403
        assert client.get(path).status_code in (302, 303, 401)
    assert other.post(f"/organizers/replies/{number}", data={"decision": "release"}).status_code == 403
    assert newest(client, Reply).state == "waiting"

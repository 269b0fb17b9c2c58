"""A city says how far it is with a practice of another, and both talk about it."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Conflict, Invalid
from hub.core.log import LogEntry, LogPersonal
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep
from hub.exchange.service import Said, record_adaptation
from hub.exchange.since import read_since, span_of
from hub.people.models import User
from tests.cases.desk import browser
from tests.cases.factory import make_case
from tests.hands import form_to
from tests.people.accounts import make_user, sign_in


@pytest.fixture
def slug(app: Flask) -> str:
    """A published case of Graz."""
    make(app, "a-council", title="A council", city="graz")
    return "a-council"


def make(app: Flask, name: str, **values: Any) -> int:
    """Keep a case and return its number."""
    with app.app_context():
        return make_case(name, **values).id


def record(client: FlaskClient, path: str, **values: Any) -> TestResponse:
    """Open the form at a path, fill it and send it."""
    opened = client.get(path)
    assert opened.status_code == 200, (path, opened.status_code, opened.text[:800])
    form = form_to(opened.text, path.split("?")[0])
    return client.post(form.action, data=dict(form.filled(values)))


def newest(client: FlaskClient) -> Adaptation:
    """Return the adaptation recorded last."""
    found = select(Adaptation).order_by(Adaptation.id.desc()).limit(1)
    with client.application.app_context():
        return db.session.scalars(found).one()


def entries(client: FlaskClient) -> list[tuple[LogEntry, dict[str, Any]]]:
    """Return what the log says of adaptations, each entry with what it changed."""
    said = (LogPersonal.position == LogEntry.position) & (LogPersonal.part == "changes")
    found = select(LogEntry, LogPersonal.content).join(LogPersonal, said).where(LogEntry.kind == "AdaptationRecorded")
    with client.application.app_context():
        return [(entry, content) for entry, content in db.session.execute(found.order_by(LogEntry.position))]


def test_a_coordinator_says_what_her_city_takes_up_and_each_later_step_keeps_the_earlier(
    client: FlaskClient, slug: str
) -> None:
    path = f"/cases/{slug}/adapt"
    assert client.get(path).status_code == 401
    sign_in(client, "bea@example.org", city="utrecht")
    assert "Record that Utrecht takes it up" in client.get(f"/cases/{slug}").text
    before = len(entries(client))
    sent = record(client, f"{path}?state=considering", since="2024", changed="We begin with\nyoung people.")
    assert sent.status_code == 303
    assert re.fullmatch(r"/exchange/adaptations/\d+", sent.location)
    kept = newest(client)
    assert (kept.state, kept.since, kept.version) == ("considering", "2024", 1)
    assert kept.changed == "We begin with\nyoung people."

    own = make(client.application, "our-council", title="Our council", city="utrecht")
    sent = record(client, path, state="running", since="2025-03", reason="It helps.", own_case=str(own))
    assert sent.status_code == 303
    page = client.get(sent.location)
    assert page.headers["Cache-Control"] == "no-store"
    for words in ("Utrecht runs this practice", "Running since March 2025", "Considering since 2024", "Our council",
                  "young people", "It helps."):  # fmt: skip
        assert words in page.text
    with client.application.app_context():
        steps = list(db.session.scalars(select(AdaptationStep).where(AdaptationStep.adaptation_id == kept.id)))
    assert {(step.state, step.since) for step in steps} == {("considering", "2024"), ("running", "2025-03")}
    assert len(entries(client)) == before + 2, "one entry each"
    entry, changes = entries(client)[-1]
    assert set(entry.payload) == {"adaptation_id", "step_id", "city_id", "case_id"}
    assert changes["state"] == ["considering", "running"]

    nobody = browser(client)
    read = nobody.get(f"/cases/{slug}").text
    assert "One city runs it today: Utrecht." in read
    assert "csrf_token" not in nobody.get(sent.location).text
    assert [each["state"] for each in nobody.get(f"/cases/{slug}.json").json["adaptations"]] == ["running"]
    assert "Taken up by others" in nobody.get("/cities/graz").text
    assert "Took up from others" in nobody.get("/cities/utrecht").text
    assert "Where it came from" in nobody.get("/cases/our-council").text


def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(client: FlaskClient, slug: str) -> None:
    sign_in(client, "bea@example.org", city="utrecht")
    other = make(client.application, "of-graz", city="graz")
    draft = make(client.application, "a-draft", city="utrecht", state=DRAFT)
    path = f"/cases/{slug}/adapt"
    slips: list[tuple[dict[str, Any], str]] = [
        ({"state": None}, "This is needed."),
        ({"state": "flying"}, "Choose one of the list."),
        ({"state": "stopped", "since": "2020"}, "Say why it was stopped: it helps the next city."),
        ({"since": "2999"}, "This lies in the future."),
        ({"since": "2023-02-30"}, "There is no such day in the calendar."),
        ({"since": "1066"}, "This lies before 1900."),
        ({"since": "long ago"}, "Write a year, a month or a day"),
        ({"changed": "word " * 10_000}, "Write at most 2000 characters; it has 49999."),
        ({"reason": "a\x00b"}, "It holds a character that cannot be shown."),
        ({"own_case": str(other)}, "Choose one of the list."),
        ({"own_case": str(draft)}, "Choose one of the list."),
        ({"language": "xx"}, "Choose one of the list."),
        ({"version": "first"}, "Someone saved this while you were writing"),
    ]
    for slip, words in slips:
        sent = record(client, path, **({"state": "running", "changed": "Kept words"} | slip))
        assert sent.status_code == (409 if "version" in slip else 400), slip
        assert words in sent.text, slip
        assert "changed" in slip or "Kept words" in sent.text, slip
    assert client.get(f"{path}?state=flying").status_code == 400
    assert client.get(f"{path}?city=graz").status_code == 403, "not a city of hers"
    assert client.get(f"{path}?city=nowhere").status_code == 404
    script = "<script>alert(1)</script> https://spam.example <a href='javascript:x'>"
    sent = record(client, path, state="running", changed=script)
    for page in (client.get(sent.location), client.get(f"/cases/{slug}")):
        assert "<script>alert" not in page.text
        assert "javascript:x&#39;" in page.text


def test_own_cases_drafts_and_archived_ones_are_refused_with_words(client: FlaskClient, slug: str) -> None:
    sign_in(client, "gabi@example.org", city="graz")
    refused = client.get(f"/cases/{slug}/adapt")
    assert refused.status_code == 403
    assert "This is a practice of your own city." in refused.text
    assert "takes it up" not in client.get(f"/cases/{slug}").text
    assert client.post(f"/cases/{slug}/adapt", data={"state": "running"}).status_code == 403
    make(client.application, "a-draft", city="graz", state=DRAFT)
    assert client.get("/cases/a-draft/adapt").status_code == 403
    bea = browser(client)
    sign_in(bea, "bea@example.org", city="utrecht")
    assert bea.get("/cases/a-draft/adapt").status_code == 404
    assert record(bea, f"/cases/{slug}/adapt", state="considering").status_code == 303
    make(client.application, "a-programme", city="", title="A programme")
    assert record(bea, "/cases/a-programme/adapt", state="adapting").status_code == 303, "of no city: anyone may"
    with client.application.app_context(), transaction():
        db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one().state = ARCHIVED
    assert record(bea, f"/cases/{slug}/adapt", state="adapting").status_code == 303, "who began goes on"
    rosa = browser(client)
    sign_in(rosa, "rosa@example.org", city="rosario")
    late = rosa.get(f"/cases/{slug}/adapt")
    assert late.status_code == 403
    assert "This case study was archived" in late.text
    writer = browser(client)
    sign_in(writer, "will@example.org", city="rosario", role="contributor")
    assert writer.get(f"/cases/{slug}/adapt").status_code == 403
    assert writer.get("/exchange/record").status_code == 403


def test_a_state_that_goes_on_keeps_what_is_left_empty_and_nothing_stops_before_it_began(
    client: FlaskClient, slug: str
) -> None:
    sign_in(client, "bea@example.org", city="utrecht")
    path = f"/cases/{slug}/adapt"
    record(client, path, state="running", since="2020-05-04", reason="It helps.", changed="Less often.")
    again = record(client, path)
    assert again.status_code == 400
    assert "This is on record already." in again.text
    record(client, path, changed="Only in winter.")
    kept = newest(client)
    assert (kept.since, kept.reason, kept.changed) == ("2020-05-04", "It helps.", "Only in winter.")
    early = record(client, path, state="stopped", since="2019", reason="No money.")
    assert early.status_code == 400
    assert "It cannot have stopped before it began: 2020-05-04 is on record." in early.text
    assert record(client, path, state="stopped", since="2020", reason="No money.").status_code == 303
    assert record(client, path, state="considering", since="2026").status_code == 303, "reality goes back"
    kept = newest(client)
    assert (kept.state, kept.since, kept.reason) == ("considering", "2026", "")


def test_whoever_saves_second_sees_what_was_saved_meanwhile(client: FlaskClient, slug: str) -> None:
    sign_in(client, "bea@example.org", city="utrecht")
    path = f"/cases/{slug}/adapt"
    late = form_to(client.get(path).text, path)
    record(client, path, state="adapting", changed="From the other window.")
    conflict = client.post(path, data=dict(late.filled({"state": "running", "changed": "From this one."})))
    assert conflict.status_code == 409
    for words in ("Someone saved this while you were writing", "From the other window.", "From this one."):
        assert words in conflict.text
    mended = form_to(conflict.text, path)
    assert client.post(path, data=dict(mended.filled({}))).status_code == 303
    assert newest(client).state == "running"
    assert client.post(path, data=dict(mended.filled({}))).status_code == 303, "sent twice, done once"
    assert newest(client).version == 2


def test_two_at_once_leave_one_adaptation(committing_app: Flask) -> None:
    client = committing_app.test_client()
    with committing_app.app_context():
        user_id = make_user(client, "twice@example.org", city="utrecht")
        case_id = db.session.scalars(select(CaseStudy.id).where(CaseStudy.slug == "porto-alegre-pb")).one()
        city_id = db.session.get_one(User, user_id).memberships[0].city_id
        db.session.remove()
    ready, told = threading.Barrier(2), []

    def say(state: str) -> None:
        with committing_app.app_context():
            ready.wait(10)
            try:
                with transaction():
                    by = db.session.get_one(User, user_id)
                    record_adaptation(
                        by=by, city_id=city_id, case_id=case_id, said=Said(state, "", "", "", "en"), seen=0,
                        now=clock.now(),
                    )  # fmt: skip
                told.append("saved")
            except Conflict:
                told.append("conflict")

    threads = [threading.Thread(target=say, args=(state,)) for state in ("adapting", "running")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    with committing_app.app_context():
        found = select(Adaptation.id).where(Adaptation.origin_id == case_id, Adaptation.city_id == city_id)
        assert len(db.session.scalars(found).all()) == 1
        db.session.remove()
    assert sorted(told) == ["conflict", "saved"]


def test_a_practice_that_the_hub_does_not_hold(client: FlaskClient) -> None:
    sign_in(client, "bea@example.org", city="utrecht")
    path = "/exchange/record"
    page = client.get(path).text
    graz = re.search(r'<option value="(\d+)">Graz<', page)
    assert graz
    assert '">Utrecht</option>' not in page
    good = {"title": "A night office", "from_city": "", "place": "Oslo, Norway", "url": "https://example.org/night",
            "state": "adapting"}  # fmt: skip
    for slip, words in (
        ({"title": ""}, "This is needed."), ({"place": ""}, "Say whose practice it is"),
        ({"from_city": graz[1]}, "Choose a city or write a place, not both."),
        ({"url": "javascript:alert(1)"}, "Give an address that begins with https:// or http://."),
        ({"from_city": "999999"}, "Choose one of the list."),
    ):  # fmt: skip
        sent = record(client, path, **(good | slip))
        assert sent.status_code == 400, slip
        assert words in sent.text, slip
    sent = record(client, path, **good)
    assert sent.status_code == 303
    read = browser(client).get(sent.location).text
    for words in ("A night office", "Oslo, Norway", 'href="https://example.org/night"'):
        assert words in read
    twice = record(client, path, **(good | {"title": "a NIGHT  office"}))
    assert "Your city has this on record already." in twice.text
    assert record(client, f"{sent.location}/step", state="running", since="2025").status_code == 303
    assert newest(client).state == "running"
    gabi = browser(client)
    sign_in(gabi, "gabi@example.org", city="graz")
    assert gabi.get(f"{sent.location}/step").status_code == 403


def test_both_cities_comment_and_what_is_said_can_be_taken_away(client: FlaskClient, slug: str) -> None:
    sign_in(client, "bea@example.org", city="utrecht")
    page = record(client, f"/cases/{slug}/adapt", state="running").location
    gabi, rosa, olga = browser(client), browser(client), browser(client)
    sign_in(gabi, "gabi@example.org", city="graz")
    sign_in(rosa, "rosa@example.org", city="rosario")
    sign_in(olga, "olga@example.org", is_organizer=True)

    def comment(by: FlaskClient, text: str) -> TestResponse:
        form = form_to(by.get(page).text, f"{page}/comment")
        return by.post(form.action, data=dict(form.filled({"text": text})))

    assert comment(gabi, "Ask us about <b>the</b> budget.").status_code == 303
    assert comment(client, "Thank you.").status_code == 303
    assert comment(gabi, "x" * 2001).status_code == 400
    assert comment(gabi, "  ").status_code == 400
    read = browser(client).get(page).text
    assert "Ask us about &lt;b&gt;the&lt;/b&gt; budget." in read
    assert "/comment" not in rosa.get(page).text
    with client.application.app_context():
        first, second = db.session.scalars(select(AdaptationComment).order_by(AdaptationComment.id)).all()
    assert rosa.post(f"{page}/comment", data={"text": "Me too"}).status_code == 403
    token = {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[0]}
    away = f"{page}/comments/{first.id}/remove"
    assert client.post(away, data=token).status_code == 403, "not what the other city said"
    hers = form_to(gabi.get(page).text, away)
    assert gabi.post(away, data=dict(hers.filled({}))).status_code == 303
    organizers = form_to(olga.get(page).text, f"{page}/comments/{second.id}/remove")
    assert olga.post(organizers.action, data=dict(organizers.filled({}))).status_code == 303
    read = browser(client).get(page).text
    assert read.count("Taken away on") == 2
    assert "Thank you." not in read
    assert gabi.post(away, data=dict(hers.filled({}))).status_code == 404, "once"


def test_one_entered_by_mistake_is_gone_from_every_page(client: FlaskClient, slug: str) -> None:
    sign_in(client, "bea@example.org", city="utrecht")
    page = record(client, f"/cases/{slug}/adapt", state="running", changed="Wrong case").location
    gabi = browser(client)
    sign_in(gabi, "gabi@example.org", city="graz")
    assert "Entered by mistake?" not in gabi.get(page).text
    old = form_to(client.get(page).text, f"{page}/remove")
    record(client, f"/cases/{slug}/adapt", changed="Really the wrong case")
    assert client.post(old.action, data=dict(old.filled({}))).status_code == 409, "something was said meanwhile"
    form = form_to(client.get(page).text, f"{page}/remove")
    assert client.post(form.action, data=dict(form.filled({"version": "x"}))).status_code == 400
    assert client.post(form.action, data=dict(form.filled({}))).status_code == 303
    assert client.get(page).status_code == 404
    for path in (f"/cases/{slug}", "/cities/graz", "/cities/utrecht", f"/cases/{slug}.json", "/exchange.json"):
        assert "wrong case" not in client.get(path).text, path
        assert page not in client.get(path).text, path
    assert client.post(form.action, data=dict(form.filled({}))).status_code == 404
    assert record(client, f"/cases/{slug}/adapt", state="considering").status_code == 303, "it can be begun anew"


def test_what_a_demo_account_does_is_marked(client: FlaskClient, slug: str) -> None:
    sign_in(client, "demo@example.org", city="utrecht", is_demo=True)
    page = record(client, f"/cases/{slug}/adapt", state="running").location
    assert "Demo: written with a demo account" in client.get(page).text
    for path in (f"/cases/{slug}", "/cities/utrecht"):
        assert '<b class="state">Demo</b>' in client.get(path).text


def test_dates() -> None:
    today = clock.now().date()
    assert read_since(" 2020 ", today) == "2020"
    assert read_since("2020-5", today) == "2020-05"
    assert read_since("２０２０.05.04", today) == "2020-05-04"
    assert [day.isoformat() for day in span_of("2024-02")] == ["2024-02-01", "2024-02-29"]
    assert [day.isoformat() for day in span_of("2024")] == ["2024-01-01", "2024-12-31"]
    with pytest.raises(Invalid):
        read_since("0000", today)

"""A person is taken out of a case and all its versions, and the hub holds her name nowhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseRedaction, CaseStudy
from hub.core import clock
from hub.core.chain import verify
from hub.core.db import db, transaction
from hub.core.log import LogEntry, LogPersonal
from hub.core.outbox import OutgoingMail, queue_mail
from hub.core.paths import SEEDS
from hub.follows.jobs import send_waiting
from hub.follows.models import Follow, Notification
from hub.people.models import User
from hub.people.service import begin_sign_in
from hub.search.follow import follow as follow_log
from hub.search.index.store import Index
from hub.search.sources import source, touched
from hub.site import seeding
from tests.cases.desk import Log, browser, hidden, publish, revisions, send, start, stored
from tests.cases.takingout import NAME, case_after, filled, holds, look, named_case, public_pages, rows_that_name, take
from tests.follows.acts import follow, read_on, start_reader
from tests.people.accounts import make_user, sign_in
from tests.search.samples import found


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju", name="A writer")
    return client


def test_the_name_is_everywhere_before_and_nowhere_after(writer: FlaskClient) -> None:
    slug = named_case(writer)
    before = public_pages(writer, slug)
    for kind in ("", ".json", ".md", ".bib", ".ris", "/history", "/history?version=2", "/history?version=4"):
        assert holds(before[f"/cases/{quote(slug)}{kind}"]), kind
    for each in ("pdf", "/", "/cities/gwangju", "/principles/GP3.1", "/follow.atom?kind=city&id=gwangju"):
        assert holds(before[each]), each
    assert {"case_study", "case_revision", "case_source", "case_file", "log_personal"} <= set(rows_that_name(writer))
    other = case_after(writer, take(writer, slug))
    after = public_pages(writer, other)
    assert {path for path, text in after.items() if holds(text)} == set()
    assert rows_that_name(writer) == []
    mark = re.search(r"\[a person, taken out on \w+ \d+, \d{4}\]", after[f"/cases/{other}.json"])
    assert mark
    for kind in ("", ".md", ".ris"):
        assert mark[0] in after[f"/cases/{other}{kind}"].replace("\\", "")
    assert mark[0].replace(" ", "") in after["pdf"]
    assert browser(writer).get(f"/cases/{slug}").status_code == 404
    assert slug != other


def test_it_leaves_a_mark_one_entry_and_a_chain_that_holds(writer: FlaskClient) -> None:
    slug = named_case(writer)
    version, log = stored(writer, slug).version, Log(writer)
    slug = case_after(writer, take(writer, slug))
    case = stored(writer, slug)
    assert case.version == version + 1
    assert len(revisions(writer, slug)) == 6
    with writer.application.app_context():
        [mark] = db.session.scalars(select(CaseRedaction))
        assert (mark.case_id, mark.reason, mark.version) == (case.id, "wish", case.version)
        said = {"case_id": case.id, "redaction_id": mark.id, "places": mark.places}
        since = select(LogEntry.kind, LogEntry.payload).where(LogEntry.position > log.start).order_by(LogEntry.position)
        kinds = {row.kind: row.payload for row in db.session.execute(since)}
        assert list(kinds) == ["PersonalValuesErased", "PersonTakenOut"]
        assert kinds["PersonTakenOut"] == said
        assert kinds["PersonalValuesErased"]["reason"] == "taken_out"
        held = LogEntry.payload["case_id"].as_integer() == case.id
        kept = select(LogEntry.kind, LogPersonal.content).join(LogPersonal, LogPersonal.position == LogEntry.position)
        changes = [content for kind, content in db.session.execute(kept.where(held, LogPersonal.part == "changes"))]
        assert changes == [{"version": [version, version + 1]}]
        assert verify().problems == []
        places = mark.places
    html = browser(writer).get(f"/cases/{slug}/history").text
    words = rf"On \w+ \d+, \d{{4}} a person was taken out of all versions of this case study, at {places} places, on"
    assert re.search(words, html)
    assert re.search(words, browser(writer).get(f"/cases/{slug}/history?version=2").text)
    assert "This is the newest version." in browser(writer).get(f"/cases/{slug}/history?version={case.version}").text
    assert browser(writer).get(f"/cases/{slug}.json").json["people_taken_out"][0]["places"] == places


@pytest.mark.parametrize(
    ("reason", "words"),
    [("risk", "to protect her."), ("minor", "to protect her."), ("error", "a person who was named by mistake was")],
)
def test_the_public_mark_does_not_tell_why_she_needs_protection(writer: FlaskClient, reason: str, words: str) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}.")
    case_after(writer, take(writer, slug, reason=reason))
    html = browser(writer).get(f"/cases/{slug}/history").text
    assert words in html
    assert "risk" not in html.split("<main")[1]


def test_sent_twice_it_is_done_once(writer: FlaskClient) -> None:
    slug = named_case(writer)
    data = filled(look(writer, slug)) | {"do": "take"}
    log = Log(writer)
    one, two = (writer.post(f"/cases/{slug}/take-out", data=data) for _ in range(2))
    assert (one.status_code, one.location) == (two.status_code, two.location) == (303, one.location)
    with writer.application.app_context():
        marks = db.session.scalars(select(CaseRedaction)).all()
        entries = select(LogEntry.kind).where(LogEntry.position > log.start, LogEntry.kind == "PersonTakenOut")
        assert (len(marks), len(db.session.scalars(entries).all())) == (1, 1)


def test_followers_go_along_and_their_mail_does_not_name_her(writer: FlaskClient) -> None:
    app = writer.application
    with app.app_context():
        start_reader()
    slug = named_case(writer)
    user_id = make_user(writer, "reader@example.org", name="A reader")
    with app.app_context():
        follow(user_id, ("case", slug), ("city", "gwangju"))
    send(writer, slug, title=f"The park of {NAME}", change_note=f"For {NAME}")
    digest = select(OutgoingMail).where(OutgoingMail.recipient == "reader@example.org")
    with app.app_context():
        read_on()
        with transaction():
            other_mail = {"subject": f"About {NAME}", "text": f"Dear {NAME}, your password", "html": ""}
            queue_mail(key="kept", to="x@example.org", now=clock.now(), **other_mail)
        assert send_waiting(clock.now(), ("en", "ko", "es", "fr"), whatever_the_hour=True) == 1
        mail = db.session.scalars(digest).one()
        assert holds(mail.text)
        assert holds(mail.html)
    other = case_after(writer, take(writer, slug))
    with app.app_context():
        mail = db.session.scalars(digest).one()
        assert not holds(mail.subject + mail.text + mail.html)
        assert f"/cases/{other}" in mail.text
        kept = select(OutgoingMail.text).where(OutgoingMail.key == "kept")
        assert db.session.scalars(kept).one() == f"Dear {NAME}, your password"  # not about this case
        keys = select(Follow.key).where(Follow.user_id == user_id, Follow.kind == "case")
        assert db.session.scalars(keys).all() == [other]
        told = db.session.scalars(select(Notification).where(Notification.user_id == user_id)).all()
        assert told
        assert not any(holds(str(row.because)) for row in told)
    reader = browser(writer)
    sign_in_again(reader, user_id)
    for path in ("/notifications", "/following", "/desk"):
        assert not holds(reader.get(path).text), path
    assert "The park of [a person, taken out" in reader.get("/notifications").text


def sign_in_again(client: FlaskClient, user_id: int) -> None:
    """Let a browser be signed in with an account that is there."""
    with client.application.app_context(), transaction():
        token = begin_sign_in(db.session.get_one(User, user_id), is_remembered=False, now=clock.now())
    with client.session_transaction() as kept:
        kept.update(_user_id=token, _fresh=False)


def test_organizers_see_nothing_of_her_in_the_trail(writer: FlaskClient) -> None:
    slug = named_case(writer)
    case_after(writer, take(writer, slug))
    organizer = browser(writer)
    sign_in(organizer, "o@example.org", is_organizer=True, name="An organizer")
    for path in ("/organizers/audit", "/organizers/audit.csv", "/organizers"):
        response = organizer.get(path)
        assert response.status_code in (200, 404)
        assert not holds(response.text), path
    assert "Took a person out of a case study" in organizer.get("/organizers/audit").text


def test_the_index_follows(writer: FlaskClient, tmp_path: Path) -> None:
    slug = named_case(writer)
    case_id = stored(writer, slug).id
    index = Index.open(tmp_path)
    with writer.application.app_context():
        follow_log(index, source())
    assert found(index, "quintero") == {case_id}
    case_after(writer, take(writer, slug))
    with writer.application.app_context():
        assert touched("PersonTakenOut", {"case_id": case_id}) == {f"case:{case_id}"}
        follow_log(index, source())
    assert found(index, "quintero") == set()
    assert found(index, "zsófia") == set()
    index.close()


def test_an_editor_with_an_older_text_is_warned(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}.")
    fields = hidden(writer, f"/cases/{slug}/edit")
    other = browser(writer)
    sign_in(other, "other@example.org", city="gwangju", name="A colleague")
    case_after(other, take(other, slug))
    response = send(writer, slug, fields=fields, lessons=f"Ask {NAME}.", change_note="Why", problem="Newer words.")
    assert response.status_code == 409
    assert "a person was taken out of all versions" in response.text
    assert "If your text below still names that person, take the name out before you save" in response.text
    assert "Newer words." in response.text
    assert not holds(stored(writer, slug).lessons)
    assert "was taken out" not in writer.get(f"/cases/{slug}/edit").text.split("<form")[0]


def test_a_text_written_meanwhile_is_not_lost_with_the_address(writer: FlaskClient) -> None:
    slug = start(writer, f"Draft of {NAME}")
    fields, foreign = hidden(writer, f"/cases/{slug}/edit"), browser(writer)
    new = case_after(writer, take(writer, slug))
    response = send(writer, slug, fields=fields, problem="Typed for an hour.")
    assert response.status_code == 409
    assert "Typed for an hour." in response.text
    assert f'action="/cases/{new}/edit"' in response.text
    assert "take the name out before you save" in response.text
    assert stored(writer, new).problem == ""
    sign_in(foreign, "foreign@example.org", city="graz")
    own = hidden(foreign, f"/cases/{start(foreign)}/edit")
    for number in (fields["case"], "x", "", "9" * 30):
        assert send(foreign, slug, fields=own | {"case": number}).status_code == 404


def test_two_take_her_out_at_once(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}.")
    other = browser(writer)
    sign_in(other, "other@example.org", city="gwangju")
    mine, theirs = filled(look(writer, slug)), filled(look(other, slug))
    case_after(writer, writer.post(f"/cases/{slug}/take-out", data=mine | {"do": "take"}))
    response = other.post(f"/cases/{slug}/take-out", data=theirs | {"do": "take"})
    assert response.status_code == 400
    assert "It stands nowhere in this case study" in response.text
    assert "a person was taken out of all versions" in response.text


def test_the_seed_files_do_not_bring_her_back(client: FlaskClient) -> None:
    sign_in(client, "o@example.org", is_organizer=True)
    slug = "graz-advisory-council"
    other = case_after(client, take(client, slug, spellings="advisory council", mark="[mark]"))
    with client.application.app_context():
        seeding.load_all(SEEDS, clock.now())
        assert db.session.scalar(select(CaseStudy.id).where(CaseStudy.slug == slug)) is None
    assert other == "graz"


def test_a_draft_too(writer: FlaskClient) -> None:
    slug = start(writer, f"Draft of {NAME}")
    send(writer, slug, title=f"Draft of {NAME}", problem=NAME)
    other = case_after(writer, take(writer, slug))
    assert not holds(stored(writer, other).problem + stored(writer, other).title + other)
    assert rows_that_name(writer) == []


def test_a_coordinator_reaches_only_what_is_her_citys(client: FlaskClient) -> None:
    graz = browser(client)
    sign_in(graz, "graz@example.org", city="graz")
    kept = stored(graz, publish(graz, lessons="About tables."))
    sign_in(client, "writer@example.org", city="gwangju")
    slug = publish(client, lessons="About tables.")
    case_after(client, take(client, slug, spellings="tables"))
    assert "About tables." in sealed(client, kept.id)
    organizer = browser(client)
    sign_in(organizer, "o@example.org", is_organizer=True)
    other = publish(client, lessons="About tables.")
    case_after(organizer, take(organizer, other, spellings="tables"))
    assert "About tables." not in sealed(client, kept.id)
    assert stored(graz, kept.slug).lessons == "About tables."


def sealed(client: FlaskClient, case_id: int) -> str:
    """Return what the log keeps sealed of a case."""
    with client.application.app_context():
        held = select(LogPersonal.content).join(LogEntry, LogEntry.position == LogPersonal.position)
        held = held.where(LogPersonal.part == "changes", LogEntry.payload["case_id"].as_integer() == case_id)
        return str(db.session.scalars(held).all())

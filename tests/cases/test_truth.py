"""Whether a case still holds: who said so last, when it is asked again, and the answer of its city."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.cases.jobs_due import ask_cities
from hub.cases.models import CaseRevision, CaseStudy
from hub.cases.truth import CONFIRMED, DUE, NEVER, UNSAID, question, truth_of
from hub.cases.yearly import months_between
from hub.cities.models import SUSPENDED, City
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.jobs import Setting
from hub.core.log import LogEntry, LogPersonal
from hub.follows.models import Notification
from hub.search.sources import touched
from hub.web.locale import speaking
from hub.wiring import JOBS
from tests.cases import pdftext
from tests.cases.desk import Log, browser, hidden_in, publish, revisions, send, stored
from tests.cases.factory import make_case
from tests.follows.acts import read_on, start_reader
from tests.people.accounts import make_user, sign_in

SAID = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 3, 4, 7, tzinfo=UTC)


@pytest.fixture
def writer(client: FlaskClient) -> Iterator[FlaskClient]:
    """A coordinator of Gwangju, on the day when she publishes."""
    with clock.frozen_at(SAID):
        sign_in(client, "writer@example.org", city="gwangju", name="A writer")
        yield client


def ask(now: datetime) -> int:
    """Let the job look what is due."""
    with clock.frozen_at(now):
        return ask_cities(
            Setting("file:", "http://localhost", Path(), Path(), frozenset(), ("en",), "tests", lambda: now)
        )


def still_true(client: FlaskClient, slug: str, version: str = "") -> int:
    """Press the button of the page, or send it with another version."""
    fields = hidden_in(client.get(f"/cases/{slug}").text.split('id="still-true"')[1].split("</form>")[0])
    data = {"csrf_token": fields["csrf_token"], "version": version or fields["version"]}
    return client.post(f"/cases/{slug}/still-true", data=data).status_code


@pytest.fixture
def english() -> Iterator[None]:
    """The words of no request in English."""
    with speaking("en"):
        yield


def test_months_are_whole() -> None:
    days = [((2026, 3, 4), 0), ((2026, 4, 3), 0), ((2026, 4, 4), 1), ((2027, 3, 3), 11), ((2027, 3, 4), 12)]
    for day, months in [*days, ((2025, 1, 1), 0)]:
        assert months_between(SAID.date(), date(*day)) == months, day
    assert months_between(date(2024, 2, 29), date(2025, 2, 28)) == 11


@pytest.mark.usefixtures("english")
def test_the_words_say_since_when() -> None:
    city = City(name="Gwangju")
    case = CaseStudy(city=city, confirmed_at=SAID, published_at=SAID, is_compiled=False, is_demo=False, stage="running")
    told = truth_of(case, date(2027, 3, 3))
    assert (told.state, told.words, told.iso) == (CONFIRMED, "Confirmed by the city in March 2026", "2026-03")
    assert told.document() == {
        "state": "confirmed", "confirmed_on": "2026-03-04", "months": 11, "words": told.words,
    }  # fmt: skip
    late = truth_of(case, date(2027, 5, 20))
    assert (late.state, late.words, late.is_due) == (DUE, "Not confirmed for 14 months", True)
    assert question(case) == "Is it still so?"
    with speaking("ko"):
        assert "2026년 3월" in truth_of(case, date(2026, 3, 5)).words
    case.state = "archived"
    assert truth_of(case, date(2030, 1, 1)).words == "Confirmed by the city in March 2026"
    case.state, case.ended = "published", 2020
    assert question(case) == "It ended. Is the text still right?"
    case.is_demo = True
    assert truth_of(case, date(2026, 3, 5)).words == "Confirmed with a demo account in March 2026"
    case.is_compiled, case.confirmed_at = True, None
    assert truth_of(case, date(2026, 3, 5))[:2] == (NEVER, "Not yet confirmed by the city")
    case.city = None
    assert truth_of(case, date(2030, 3, 5)).words == "Not yet confirmed by anyone"
    case.published_at = None
    assert truth_of(case, date(2026, 3, 5))[:2] == (UNSAID, "")


def test_a_city_is_asked_once_a_year_and_answers_with_one_click(writer: FlaskClient) -> None:
    app = writer.application
    with app.app_context():
        start_reader()
    slug, reader = publish(writer), browser(writer)
    case, log = stored(writer, slug), Log(writer)
    assert "Confirmed by the city in March 2026" in reader.get(f"/cases/{slug}").text
    assert 'id="still-true"' not in writer.get(f"/cases/{slug}").text
    with app.app_context():
        assert ask(NEXT_YEAR - timedelta(days=1)) == 0
        assert [ask(NEXT_YEAR + timedelta(days=days)) for days in (0, 1, 300)] == [1, 0, 0]
        assert ask(NEXT_YEAR + timedelta(days=366)) == 1
        read_on()
        told = db.session.scalars(select(Notification).where(Notification.event == "CaseDue")).all()
        assert [row.because for row in told] == [{"kind": "office", "key": "gwangju"}] * 2
    assert log.entries == [("CaseDue", {"case_id": case.id})] * 2
    last_year = said(writer, slug, datetime(2025, 1, 2, 3, tzinfo=UTC))
    notices, desk, page = (writer.get(path).text for path in ("/notifications", "/desk", f"/cases/{slug}"))
    assert "A year went by. Is “" in notices
    assert f'href="/cases/{slug}#still-true"' in notices
    assert "Case studies to confirm again" in desk
    for html in (desk, page, reader.get(f"/cases/{slug}").text):
        assert "Not confirmed for 14 months" in html
    assert 'id="still-true"' not in reader.get(f"/cases/{slug}").text
    assert still_true(writer, slug, str(case.version + 1)) == 409
    assert still_true(writer, slug, "x") == 400
    assert still_true(writer, slug) == 303
    now = stored(writer, slug)
    assert (now.version, now.confirmed_at, now.updated_at) == (case.version, SAID, case.updated_at)
    assert len(revisions(writer, slug)) == 1
    assert "Confirmed by the city in March 2026" in reader.get(f"/cases/{slug}").text
    assert "Case studies to confirm again" not in writer.get("/desk").text
    with app.app_context():
        entry = db.session.scalars(select(LogEntry).where(LogEntry.kind == "CaseConfirmed")).one()
        sealed = db.session.get_one(LogPersonal, (entry.position, "changes")).content
        assert sealed == {"confirmed_at": [last_year.isoformat(), SAID.isoformat()]}
        assert touched("CaseConfirmed", entry.payload) == {f"case:{case.id}"}
    assert "cases to confirm" in JOBS


def said(client: FlaskClient, slug: str, moment: datetime) -> datetime:
    """Let it be so long ago that the city confirmed a case."""
    with client.application.app_context(), transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == slug).values(confirmed_at=moment))
    return moment


def test_every_format_says_it(writer: FlaskClient) -> None:
    slug, reader = publish(writer), browser(writer)
    words = "Confirmed by the city in March 2026"
    document = {"state": CONFIRMED, "confirmed_on": "2026-03-04", "months": 0, "words": words}
    assert reader.get(f"/cases/{slug}.json").json["truth"] == document
    listed = reader.get("/cities/gwangju.json").json["cases"]
    assert next(each for each in listed if each["slug"] == slug)["truth"] == document
    assert "truth" in reader.get("/cases.json").json["items"][0]
    assert words in reader.get(f"/cases/{slug}.md").text
    assert words.replace(" ", "") in pdftext.text(reader.get(f"/cases/{slug}.pdf").data).replace(" ", "")
    assert reader.get("/cases/graz-advisory-council.json").json["truth"]["state"] == NEVER


def test_who_may_confirm_and_what(writer: FlaskClient) -> None:
    slug, token = publish(writer), hidden_in(writer.get("/desk").text)["csrf_token"]
    data = {"csrf_token": token, "version": str(stored(writer, slug).version)}
    log = Log(writer)
    assert writer.post(f"/cases/{slug}/still-true", data=data).status_code == 303  # today she said so: nothing changes
    assert log.kinds == []
    for who in ({"city": "graz"}, {"city": "gwangju", "role": "contributor"}, {"is_organizer": True}):
        other = browser(writer)
        sign_in(other, f"other{len(str(who))}@example.org", **who)
        sent = data | {"csrf_token": hidden_in(other.get("/desk").text)["csrf_token"]}
        assert other.post(f"/cases/{slug}/still-true", data=sent).status_code == 403, who
    with writer.application.app_context():
        make_case("compiled", city="gwangju", is_compiled=True)
        compiled = {"csrf_token": token, "version": "1"}
    assert writer.post("/cases/compiled/still-true", data=compiled).status_code == 403  # it is taken over instead
    assert log.kinds == []


def test_a_small_correction_does_not_say_that_the_rest_holds(writer: FlaskClient) -> None:
    slug = publish(writer)
    later = SAID + timedelta(hours=2)
    with clock.frozen_at(later):
        assert send(writer, slug, problem="A comma.", change_note="Typo", is_small="y").status_code == 303
        assert stored(writer, slug).confirmed_at == SAID
        assert send(writer, slug, problem="Another story.", change_note="New facts").status_code == 303
        assert stored(writer, slug).confirmed_at == later


def test_only_cities_that_can_answer_are_asked(client: FlaskClient) -> None:
    with client.application.app_context():
        first = make_case("of-graz", city="graz").id
        make_case("compiled", city="graz", is_compiled=True)
        make_case("a-draft", city="graz", state="draft", published_at=None)
        make_case("gone", city="graz", state="archived")
        make_case("a-programme", city=None)
        assert ask(NEXT_YEAR) == 0  # nobody coordinates Graz
    make_user(client, "graz@example.org", city="graz")
    with client.application.app_context():
        suspend("suspended")
        assert ask(NEXT_YEAR) == 0
        suspend("member")
        assert ask(NEXT_YEAR) == 1
        assert db.session.scalars(select(LogEntry.payload).where(LogEntry.kind == "CaseDue")).all() == [
            {"case_id": first}
        ]
        with transaction():
            db.session.execute(update(CaseStudy).where(CaseStudy.id == first).values(confirmed_at=NEXT_YEAR))
        assert ask(NEXT_YEAR + timedelta(days=364)) == 0
        assert ask(NEXT_YEAR + timedelta(days=366)) == 1
        assert len(db.session.scalars(select(CaseRevision).where(CaseRevision.case_id == first)).all()) == 1


def suspend(state: str) -> None:
    """Let Graz be in a state of membership."""
    assert SUSPENDED == "suspended"
    with transaction():
        db.session.execute(update(City).where(City.slug == "graz").values(membership=state))

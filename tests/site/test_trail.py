"""What a city's coordinators read of the log: their own, and nothing of anyone else."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.events import (
    CaseArchived,
    CaseDraftDeleted,
    CaseDraftSaved,
    CaseMoved,
    CasePublished,
    CaseRevised,
    CaseStarted,
)
from hub.cases.models import DRAFT, CaseStudy
from hub.cities.events import (
    ApplicationDeclined,
    CityAdmitted,
    CityApplied,
    CityChanged,
    CitySuspended,
    LetterReceived,
)
from hub.cities.models import WAITING, City, CityApplication
from hub.commitments.events import StatusRecorded
from hub.commitments.models import StatusRecord
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import Changes, Origin, come_from, head_position, record
from hub.people.events import (
    AccountRenamed,
    EmailChanged,
    InvitationAccepted,
    MemberRemoved,
    PersonInvited,
    PersonSuspended,
    SignedIn,
)
from hub.people.models import Invitation, User
from tests.people.accounts import make_user, sign_in

NOW = datetime(2030, 5, 17, 9, 30, tzinfo=UTC)
PAGE = "/cities/gwangju/trail"


@pytest.fixture
def mine(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju, signed in."""
    sign_in(client, "mine@example.org", city="gwangju", name="Minji Own")
    return client


def note(
    client: FlaskClient, event: Any, *, by: int | None = None, changes: Changes | None = None, **personal: Any
) -> int:
    """Record an event from a known network address and return its number."""
    with client.application.app_context():
        with transaction():
            come_from(Origin("web POST /somewhere", "203.0.113.7", "request-1"))
            record(event, by=by, now=NOW, personal=personal or None, changes=changes)
        return head_position()


def id_of(client: FlaskClient, slug: str) -> int:
    with client.application.app_context():
        return int(db.session.scalars(select(City.id).where(City.slug == slug)).one())


def add(client: FlaskClient, row: Any) -> int:
    with client.application.app_context(), transaction():
        db.session.add(row)
        db.session.flush()
        return int(row.id)


def add_case(client: FlaskClient, city: str, title: str, state: str = DRAFT) -> int:
    """Keep a case of a city and return its id."""
    text = dict.fromkeys(("problem", "action", "results", "lessons", "summary"), "Words.")
    case = CaseStudy(slug=title.lower().replace(" ", "-"), title=title, city_id=id_of(client, city), country="KR",
                     language="en", state=state, updated_at=NOW, **text)  # fmt: skip
    return add(client, case)


def read(client: FlaskClient, query: str = "", status: int = 200, page: str = PAGE) -> str:
    response = client.get(f"{page}{query}")
    assert response.status_code == status, response.text[-1500:]
    return response.text


def numbers(client: FlaskClient, query: str = "", page: str = PAGE) -> set[int]:
    """Return the entries of the file, and check that the page lists the same where they fit on one."""
    response = client.get(f"{page}.csv{query}")
    assert response.status_code == 200
    _header, *rows = csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline=""), strict=True)
    found = {int(row[0]) for row in rows}
    listed = {int(each) for each in re.findall(r'<li id="entry-(\d+)">', read(client, query, page=page))}
    assert listed == found or (len(found) > 50 and listed < found)
    return found


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"city": "gwangju"}, 200),
        ({"city": "gwangju", "role": "contributor"}, 403),
        ({"city": "graz"}, 403),
        ({"is_organizer": True}, 403),
        ({}, 403),
        (None, 401),
    ],
)
def test_only_its_coordinators_read_it(client: FlaskClient, who: dict[str, Any] | None, status: int) -> None:
    if who is not None:
        sign_in(client, "who@example.org", **who)
    for path in (PAGE, f"{PAGE}.csv"):
        response = client.get(path)
        assert response.status_code == status
        assert response.status_code != 200 or "no-store" in response.headers["Cache-Control"]
    if who is not None and status == 200:
        assert client.get("/cities/nowhere/trail").status_code == 404
        assert client.get("/cities/nowhere/trail.csv").status_code == 404
        assert client.get("/cities/graz/trail").status_code == 403


def test_what_was_done_for_the_city_stands_there_with_who_and_what_was_before(mine: FlaskClient) -> None:
    city = id_of(mine, "gwangju")
    me = make_user(mine, "colleague@example.org", city="gwangju", name="Colleague Kim")
    draft = add_case(mine, "gwangju", "Buses at night")
    status = StatusRecord(city_id=city, item_code="C4.1", status="pledged", claimed_by="city", recorded_at=NOW)
    invitation = Invitation(token_hash="h" * 64, email="new@example.org", role="contributor", city_id=city,
                            created_at=NOW, expires_at=NOW)  # fmt: skip
    record_id, invitation_id = add(mine, status), add(mine, invitation)
    wanted = {
        note(mine, CityChanged(city), by=me, changes={"website": (None, "https://own.example")}): "https://own.example",
        note(mine, CaseDraftSaved(draft), by=me, changes={"problem": ("Old", "Own words")}): "Own words",
        note(mine, StatusRecorded(record_id, city, "C4.1"), by=me, changes={"note": (None, "Own note")}): "Own note",
        note(mine, PersonInvited(invitation_id, "contributor", city, None), by=me, email="new@example.org"): "new@exam",
        note(mine, MemberRemoved(me, city, "contributor"), by=me, changes={"role": ("coordinator", None)}): "Coordinat",
        note(mine, InvitationAccepted(invitation_id, me, "contributor", city, True), by=me): "Colleague Kim",
    }  # fmt: skip
    html = read(mine)
    assert "What was done for Gwangju" in html
    for position, words in wanted.items():
        [entry] = re.findall(rf'<li id="entry-{position}">.*?</div></li>', html, re.DOTALL)
        assert words in entry
        assert f'href="{PAGE}?person={me}"' in entry
        assert "Colleague Kim" in entry
        assert "Web, POST /somewhere" in entry
    assert 'href="/cases/buses-at-night"' in html
    assert set(wanted) <= numbers(mine)
    assert "Own words" in mine.get(f"{PAGE}.csv").text


def test_nothing_of_anyone_else_is_there(mine: FlaskClient) -> None:
    """Every secret of a neighbour, of organizers and of persons is marked; no mark shows, and none can be found."""
    city, graz = id_of(mine, "gwangju"), id_of(mine, "graz")
    other = make_user(mine, "zqx-other@example.org", city="graz", name="Zqx Neighbour")
    boss = make_user(mine, "zqx-boss@example.org", is_organizer=True, name="Ortrud Ganz")
    colleague = make_user(mine, "zqx-colleague@example.org", city="gwangju", name="Colleague Kim")
    draft, own = add_case(mine, "graz", "Zqx draft"), add_case(mine, "gwangju", "Own draft")
    status = StatusRecord(city_id=graz, item_code="C4.1", status="pledged", claimed_by="city", recorded_at=NOW)
    record_id = add(mine, status)
    application = CityApplication(
        token_hash="t" * 64, state=WAITING, city_name="Zqx town", country="KR", person_name="Zqx", person_role="Zqx",
        email="zqx@example.org", created_at=NOW, city_id=city,
    )  # fmt: skip
    number = add(mine, application)
    secret: Changes = {"problem": ("Zqx before", "Zqx after")}
    hidden = {
        note(mine, CaseDraftSaved(draft), by=other, changes=secret),
        note(mine, CaseStarted(draft), by=other, changes=secret),
        note(mine, CityChanged(graz), by=other, changes=secret),
        note(mine, StatusRecorded(record_id, graz, "C4.1"), by=other, changes=secret),
        note(mine, PersonInvited(999_999, "contributor", graz, None), by=other, email="zqx@example.org"),
        note(mine, CityApplied(number), changes=secret, email="zqx@example.org"),
        note(mine, LetterReceived(number), changes=secret),
        note(mine, ApplicationDeclined(number), by=boss, reason="Zqx remark"),
        note(mine, SignedIn(colleague, "password"), by=colleague),
        note(mine, AccountRenamed(colleague), by=colleague, changes={"name": ("Zqx", "Colleague Kim")}),
        note(mine, EmailChanged(colleague), by=colleague, changes={"email": ("zqx@example.org", "b@example.org")}),
        note(mine, PersonSuspended(colleague), by=boss, reason="Zqx remark"),
    }
    shown = {
        note(mine, CitySuspended(city), by=boss, changes={"membership": ("member", "suspended")}, reason="Zqx remark"),
        note(mine, CityAdmitted(city, number), by=boss, changes={"membership": ("on_record", "member")}, why="Zqx"),
        note(mine, CaseMoved(own, None, city), by=boss, changes={"city": (None, city)}, reason="Zqx remark"),
        note(mine, InvitationAccepted(1, colleague, "contributor", city, True), by=colleague, email="zqx@example.org"),
    }
    found = numbers(mine)
    assert shown <= found
    assert not hidden & found
    for text in (read(mine), mine.get(f"{PAGE}.csv").text):
        assert "203.0.113.7" not in text
        rest = text.replace("Zqx town", "", 1)  # what the city was called when it applied is its own
        assert "zqx" not in rest.lower()
    for words in ("zqx remark", "zqx@example.org", "Zqx before", "203.0.113", "zqx-boss", "request-1", "Zqx Neighbour"):
        assert numbers(mine, f"?q={quote(words)}") == set(), words
    for position in hidden:
        assert numbers(mine, f"?entry={position}") == set()
    assert numbers(mine, f"?person={other}") == set()


def test_a_moved_case_is_each_citys_for_as_long_as_it_was_there(mine: FlaskClient) -> None:
    gwangju, graz = id_of(mine, "gwangju"), id_of(mine, "graz")
    case = add_case(mine, "gwangju", "Wandering case")
    at_graz = note(mine, CaseDraftSaved(case), changes={"problem": ("", "Words of Graz")})
    moved = note(mine, CaseMoved(case, graz, gwangju), changes={"city": (graz, gwangju)})
    at_gwangju = note(mine, CaseDraftSaved(case), changes={"problem": ("Words of Graz", "Words of Gwangju")})
    assert numbers(mine, "?q=wandering") == {moved, at_gwangju}
    assert at_graz not in numbers(mine)
    sign_in(mine, "graz@example.org", city="graz")
    theirs = numbers(mine, page="/cities/graz/trail")
    assert {at_graz, moved} <= theirs
    assert at_gwangju not in theirs
    html = read(mine, page="/cities/graz/trail")
    assert "Wandering case" not in html, "it is a draft of another city now"
    assert "Words of Gwangju" not in html
    with mine.application.app_context(), transaction():
        db.session.get_one(CaseStudy, case).city_id = graz
    back = note(mine, CaseMoved(case, gwangju, graz))
    later = note(mine, CaseDraftSaved(case))
    theirs = numbers(mine, page="/cities/graz/trail")
    assert {at_graz, moved, back, later} <= theirs
    assert at_gwangju not in theirs


def test_a_case_that_left_the_city_stays_hidden_when_it_went_to_the_country(mine: FlaskClient) -> None:
    case = add_case(mine, "gwangju", "National case", state="published")
    before = note(mine, CaseRevised(case))
    moved = note(mine, CaseMoved(case, id_of(mine, "gwangju"), None))
    with mine.application.app_context(), transaction():
        db.session.get_one(CaseStudy, case).city_id = None
    after = note(mine, CaseArchived(case))
    found = numbers(mine)
    assert {before, moved} <= found
    assert after not in found


def test_a_deleted_draft_leaves_its_trail_with_its_city_alone(mine: FlaskClient) -> None:
    gwangju, graz = id_of(mine, "gwangju"), id_of(mine, "graz")
    own, theirs = 700_001, 700_002
    saved = note(mine, CaseDraftSaved(own), changes={"problem": ("", "Once written")})
    gone = note(mine, CaseDraftDeleted(own), changes={"city": (gwangju, None), "title": ("Gone", None)}, title="Gone")
    other = note(mine, CaseDraftDeleted(theirs), changes={"city": (graz, None), "title": ("Zqx", None)})
    found = numbers(mine)
    assert {saved, gone} <= found
    assert other not in found
    assert "Zqx" not in read(mine)


def test_it_is_narrowed_by_kind_person_day_and_words(mine: FlaskClient) -> None:
    city, me = id_of(mine, "gwangju"), make_user(mine, "colleague@example.org", city="gwangju", name="Colleague Kim")
    changed = note(mine, CityChanged(city), by=me, changes={"website": (None, "https://own.example")})
    published = note(mine, CasePublished(add_case(mine, "gwangju", "Own case", state="published")))
    assert numbers(mine, "?kind=CasePublished&from=2030-01-01") == {published}
    assert numbers(mine, f"?person={me}") == {changed}
    assert numbers(mine, "?q=own.example") == {changed}
    assert numbers(mine, "?q=colleague%20kim") == {changed}
    assert numbers(mine, "?q=own%20case") == {published}
    assert numbers(mine, "?from=2030-05-17&to=2030-05-17") == {changed, published}
    assert numbers(mine, "?to=2000-01-01") == set()
    html = read(mine, f"?person={me}")
    assert f'<option value="{me}" selected>Colleague Kim</option>' in html
    assert f'href="{PAGE}.csv?person={me}"' in html
    kinds = re.findall(r'<option value="(\w+)"', html.partition('id="kind"')[2].partition("</select>")[0])
    assert "EntryStored" not in kinds
    assert {"CityChanged", "CasePublished"} <= set(kinds)


@pytest.mark.parametrize(
    "query", ["?person=mine@example.org", "?person=0", "?entry=0", f"?q={'q' * 101}", "?to=x", "?page=0"]
)
def test_what_cannot_be_is_refused(mine: FlaskClient, query: str) -> None:
    read(mine, query, 400)


@pytest.mark.parametrize("query", ["?city=graz", "?door=web", "?nonsense=1"])
def test_what_is_not_asked_here_is_left_out(mine: FlaskClient, query: str) -> None:
    assert numbers(mine, query) == numbers(mine)


def test_someone_who_left_has_no_name_here_either(mine: FlaskClient) -> None:
    who = make_user(mine, "colleague@example.org", name="Colleague Kim")
    position = note(mine, CityChanged(id_of(mine, "gwangju")), by=who)
    with mine.application.app_context(), transaction():
        db.session.get_one(User, who).left_at = clock.now()
    assert "Colleague Kim" not in read(mine)
    assert "someone who left" in read(mine, f"?person={who}")
    assert numbers(mine, f"?person={who}") == {position}


def test_a_city_where_nothing_was_done_says_so(client: FlaskClient) -> None:
    city = City(slug="utopia", name="Utopia", country="KR", region="asia", gov_type="city", updated_at=NOW)
    add(client, city)
    sign_in(client, "first@example.org", city="utopia")
    assert "Nothing was done here yet." in read(client, page="/cities/utopia/trail")
    assert "Nothing on record fits this." in read(client, "?q=x", page="/cities/utopia/trail")


def test_the_desk_and_the_team_page_lead_there(mine: FlaskClient) -> None:
    assert f'href="{PAGE}"' in mine.get("/desk").text
    assert f'href="{PAGE}"' in mine.get("/cities/gwangju/people").text


def test_it_is_in_the_readers_language(mine: FlaskClient) -> None:
    note(mine, CityChanged(id_of(mine, "gwangju")), changes={"name": ("a", "b")})
    for language in ("ko", "es", "fr"):
        assert f'<html lang="{language}"' in read(mine, f"?lang={language}")

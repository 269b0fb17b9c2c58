"""The log as organizers read it: words for every event, narrowing, the CSV twin, personal values."""

from __future__ import annotations

import csv
import io
import pkgutil
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

import hub
from hub.cases.events import CaseDraftSaved, CasePublished
from hub.cases.models import DRAFT, CaseStudy
from hub.cities.events import CityChanged
from hub.cities.models import City
from hub.core.db import db, transaction
from hub.core.log import LogPersonal, head_position, record
from hub.people.events import AccountCreated
from hub.site import audit
from tests.people.accounts import make_user, sign_in

NOW = datetime(2030, 5, 17, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class BridgePainted:
    """An event that no room knows."""

    colour: str


def event_kinds() -> list[type]:
    """Return every event of every room."""
    found = []
    for room in pkgutil.iter_modules(hub.__path__):
        names = (
            {each.name for each in pkgutil.iter_modules(import_module(f"hub.{room.name}").__path__)}
            if room.ispkg
            else set()
        )
        if "events" in names:
            module = import_module(f"hub.{room.name}.events")
            found += [
                each for each in vars(module).values() if is_dataclass(each) and each.__module__ == module.__name__
            ]
    return found


def test_every_event_has_words_and_a_name_of_its_own() -> None:
    kinds = event_kinds()
    names = [kind.__name__ for kind in kinds]
    assert len(names) > 15, "the events are not found any more"
    assert len(set(names)) == len(names), "two rooms call different things by one name"
    assert [name for name in names if name not in audit.WORDS] == [], "add words to hub/site/audit.py"
    assert sorted(set(audit.WORDS) - set(names)) == [], "words for events that are no more"
    for kind in kinds:
        assert kind.__dataclass_params__.frozen, f"{kind} can be changed"  # type: ignore[attr-defined]


@pytest.fixture
def organizer(client: FlaskClient) -> FlaskClient:
    """An organizer, signed in."""
    sign_in(client, "organizer@example.org", is_organizer=True, name="Ortrud Ganz")
    return client


def note(client: FlaskClient, event: Any, *, by: int | None = None, now: datetime = NOW, **personal: Any) -> int:
    """Record an event and return its number."""
    with client.application.app_context():
        with transaction():
            record(event, by=by, now=now, personal=personal or None)
        return head_position()


def id_of(client: FlaskClient, model: Any, slug: str) -> int:
    with client.application.app_context():
        return int(db.session.scalars(select(model.id).where(model.slug == slug)).one())


def read(client: FlaskClient, query: str = "", status: int = 200) -> str:
    response = client.get(f"/organizers/audit{query}")
    assert response.status_code == status, response.text[-2000:]
    return response.text


def cells(client: FlaskClient, query: str = "") -> list[list[str]]:
    response = client.get(f"/organizers/audit.csv{query}")
    assert response.status_code == 200
    _header, *rows = csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline=""), strict=True)
    return rows


def test_an_entry_says_who_what_when_and_about_what(organizer: FlaskClient) -> None:
    mia = make_user(organizer, "mia@example.org", name="Mia <b>Bold</b>", city="graz")
    position = note(organizer, CasePublished(id_of(organizer, CaseStudy, "graz-advisory-council")), by=mia)
    html = read(organizer)
    [row] = [each for each in html.split("<tr>") if f"Entry {position}<" in each]
    assert "Published a case study" in row
    assert f'href="/organizers/audit?person={mia}"' in row
    assert "Mia &lt;b&gt;Bold&lt;/b&gt;" in row
    assert 'href="/cases/graz-advisory-council"' in row
    assert 'datetime="2030-05-17T09:30:00+00:00"' in row
    assert "UTC</time>" in row


def test_the_newest_stands_first_and_pages_follow(organizer: FlaskClient) -> None:
    total = len(cells(organizer))
    assert total > 50
    html = read(organizer)
    assert html.count("<tr>") == 51
    first = html.index(f"Entry {total}<")
    assert first < html.index(f"Entry {total - 1}<")
    last_page = -(-total // 50)
    assert f'href="/organizers/audit?page={last_page}"' in html
    assert "Entry 1<" in read(organizer, f"?page={last_page}")


def test_the_log_is_narrowed_by_kind_person_city_and_day(organizer: FlaskClient) -> None:
    before = int(cells(organizer)[0][0])  # tests that commit for real leave entries behind
    mia = make_user(organizer, "mia@example.org", city="graz")
    note(organizer, CasePublished(id_of(organizer, CaseStudy, "graz-advisory-council")), by=mia)
    note(organizer, CityChanged(id_of(organizer, City, "gwangju")), by=mia, now=NOW.replace(day=19))

    def kinds(query: str) -> list[str]:
        return [row[2] for row in cells(organizer, query) if int(row[0]) > before]

    assert kinds(f"?person={mia}") == ["CityChanged", "CasePublished", "AccountCreated"]
    assert kinds("?person=MIA@example.org") == kinds(f"?person={mia}")
    assert kinds(f"?person={mia}&kind=CityChanged") == ["CityChanged"]
    assert kinds(f"?person={mia}&city=graz") == ["CasePublished"]
    assert {row[2] for row in cells(organizer, "?kind=CityAdded")} == {"CityAdded"}
    assert kinds("?from=2030-05-17&to=2030-05-17") == ["CasePublished"]
    assert kinds("?from=2030-05-18") == ["CityChanged"]
    assert kinds(f"?person={mia}&to=2030-05-16") == ["AccountCreated"]
    assert kinds("?to=9999-12-31")
    html = read(organizer, f"?person={mia}&kind=CityChanged")
    assert f'href="/organizers/audit.csv?kind=CityChanged&amp;person={mia}"' in html
    assert '<option value="CityChanged" selected>' in html
    assert "Nothing on record fits this." in read(organizer, "?from=2031-01-01")


@pytest.mark.parametrize(
    "query",
    ["?person=nobody@example.org", f"?person={'9' * 20}", "?person=999999999", "?city=atlantis", "?from=x", "?page=0"],
)
def test_what_cannot_be_is_refused_by_name(organizer: FlaskClient, query: str) -> None:
    name = query[1:].partition("=")[0]
    assert f"“{name}”" in read(organizer, query, 400)
    if name != "page":
        assert organizer.get(f"/organizers/audit.csv{query}").status_code == 400


def test_a_kind_without_words_shows_its_name(organizer: FlaskClient) -> None:
    note(organizer, BridgePainted("=red"))
    html = read(organizer)
    assert "<b>BridgePainted</b>" in html
    assert "colour: " in html
    assert "The hub itself" in html
    newest = cells(organizer, "?kind=BridgePainted")[0]
    assert newest[2:5] == ["BridgePainted", "BridgePainted", "hub"]


def test_personal_values_stand_on_the_page_alone_and_erased_ones_say_so(organizer: FlaskClient) -> None:
    kept = note(organizer, BridgePainted("red"), email="<script>@example.org")
    html = read(organizer, "?kind=BridgePainted")
    assert "&lt;script&gt;@example.org" in html
    assert "<script>@" not in html
    assert cells(organizer, "?kind=BridgePainted")[0][-1] == "kept"
    assert "@example.org" not in organizer.get("/organizers/audit.csv?kind=BridgePainted").text
    with organizer.application.app_context(), transaction():
        db.session.execute(delete(LogPersonal).where(LogPersonal.position == kept))
    assert "have been erased" in read(organizer, "?kind=BridgePainted")
    assert cells(organizer, "?kind=BridgePainted")[0][-1] == "erased"


def test_cells_never_run_as_formulas(organizer: FlaskClient) -> None:
    user_id = make_user(organizer, "f@example.org", name="=HYPERLINK(1)")
    note(organizer, AccountCreated(user_id), by=user_id)
    newest = cells(organizer)[0]
    assert newest[4] == "'=HYPERLINK(1)"
    assert newest[5] == "'=HYPERLINK(1)"


def test_a_draft_is_named_by_its_city_alone(organizer: FlaskClient) -> None:
    with organizer.application.app_context(), transaction():
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "graz-advisory-council")).one()
        case.state, title = DRAFT, case.title
    position = note(organizer, CaseDraftSaved(id_of(organizer, CaseStudy, "graz-advisory-council")))
    [row] = [each for each in read(organizer).split("<tr>") if f"Entry {position}<" in each]
    assert title not in row
    assert 'href="/cities/graz"' in row


def test_what_is_gone_shows_its_number(organizer: FlaskClient) -> None:
    note(organizer, CasePublished(2_000_000_000))
    assert 'case id: <span dir="auto">2000000000' in read(organizer)


def test_the_log_is_in_the_readers_language(organizer: FlaskClient) -> None:
    for language in ("ko", "es", "fr"):
        response = organizer.get(f"/organizers/audit?lang={language}")
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.text

"""The log as organizers read it: words for every event, narrowing, the CSV twin, personal values."""

from __future__ import annotations

import csv
import io
import pkgutil
import re
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

import hub
from hub.cases.events import CaseDraftSaved, CasePublished, CaseRevised
from hub.cases.models import DRAFT, CaseStudy
from hub.cities.events import CityAdmitted, CityChanged
from hub.cities.models import City
from hub.core.chain import erase_personal
from hub.core.db import db, transaction
from hub.core.log import Changes, LogPersonal, Origin, come_from, head_position, record
from hub.feeds.events import SourceAdded
from hub.feeds.models import FeedSource
from hub.follows.events import Followed
from hub.people.events import AccountCreated, AccountRenamed
from hub.people.models import User
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
    assert len(names) > 60, "the events are not found any more"
    names.append("PersonalValuesErased")  # of the log itself
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


def note(
    client: FlaskClient, event: Any, *, by: int | None = None, now: datetime = NOW, changes: Changes | None = None,
    door: str = "", **personal: Any,
) -> int:  # fmt: skip
    """Record an event and return its number."""
    with client.application.app_context():
        with transaction():
            come_from(Origin(door, "203.0.113.7" if door.startswith("web") else "", "request-1"))
            record(event, by=by, now=now, personal=personal or None, changes=changes)
        return head_position()


def id_of(client: FlaskClient, model: Any, slug: str) -> int:
    with client.application.app_context():
        return int(db.session.scalars(select(model.id).where(model.slug == slug)).one())


def read(client: FlaskClient, query: str = "", status: int = 200) -> str:
    response = client.get(f"/organizers/audit{query}")
    assert response.status_code == status, response.text[-2000:]
    return response.text


def shown(client: FlaskClient, position: int, query: str = "") -> str:
    """Return one entry as the page shows it."""
    [entry] = re.findall(rf'<li id="entry-{position}">.*?</div></li>', read(client, query), re.DOTALL)
    return str(entry)


def cells(client: FlaskClient, query: str = "") -> list[list[str]]:
    response = client.get(f"/organizers/audit.csv{query}")
    assert response.status_code == 200
    _header, *rows = csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline=""), strict=True)
    return rows


def test_an_entry_says_who_what_when_and_about_what(organizer: FlaskClient) -> None:
    mia = make_user(organizer, "mia@example.org", name="Mia <b>Bold</b>", city="graz")
    position = note(organizer, CasePublished(id_of(organizer, CaseStudy, "graz-advisory-council")), by=mia)
    row = shown(organizer, position)
    assert "Published a case study" in row
    assert f'href="/organizers/audit?person={mia}"' in row
    assert "Mia &lt;b&gt;Bold&lt;/b&gt;" in row
    assert 'href="/cases/graz-advisory-council"' in row
    assert 'datetime="2030-05-17T09:30:00+00:00"' in row
    assert "UTC</time>" in row
    assert "The hub itself" not in row
    assert "someone who left" not in row


def test_the_newest_stands_first_and_pages_follow(organizer: FlaskClient) -> None:
    total = len(cells(organizer))
    assert total > 50
    html = read(organizer)
    assert html.count('<li id="entry-') == 50
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
    [
        "?person=nobody@example.org",
        f"?person={'9' * 20}",
        "?person=999999999",
        "?city=atlantis",
        "?from=x",
        "?page=0",
        "?door=window",
        "?entry=x",
        "?entry=-1",
        f"?entry={'9' * 30}",
        f"?q={'q' * 101}",
    ],
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


def test_before_and_after_stand_beside_each_other(organizer: FlaskClient) -> None:
    long = "Long ago <em>there</em> was a bridge. " * 40
    changes = {"colour": ("grey", "<script>red"), "note": (None, long), "is_open": (True, False)}
    position = note(organizer, BridgePainted("red"), changes=changes)
    entry = shown(organizer, position)
    row = r'<th scope="row">{}</th>\s*<td data-l="Before">(.*?)</td>\s*<td data-l="After">(.*?)</td>'
    found = re.search(row.format("colour"), entry, re.DOTALL)
    assert found
    assert "grey" in found[1]
    assert "&lt;script&gt;red" in found[2]
    found = re.search(row.format("Note"), entry, re.DOTALL)
    assert found
    assert "nothing" in found[1]
    assert "<details><summary" in found[2]
    assert f'href="/organizers/audit?entry={position}">Read all of it' in found[2]
    found = re.search(row.format("is open"), entry, re.DOTALL)
    assert found
    assert ("yes" in found[1], "no" in found[2]) == (True, True)
    whole = shown(organizer, position, f"?entry={position}")
    assert whole.count("there&lt;/em&gt; was a bridge") > entry.count("there&lt;/em&gt; was a bridge") >= 2
    assert "Read all of it" not in whole
    assert "1 entry" in read(organizer, f"?entry={position}")


def test_many_fields_are_folded_and_very_many_are_on_the_entrys_own_page(organizer: FlaskClient) -> None:
    position = note(organizer, BridgePainted("red"), changes={f"rivet {n}": (n, n + 1) for n in range(100)})
    entry = shown(organizer, position)
    assert "92 more fields" in entry
    assert entry.count('<th scope="row">') == 60
    assert shown(organizer, position, f"?entry={position}").count('<th scope="row">') == 100


def test_codes_are_said_in_words(organizer: FlaskClient) -> None:
    gwangju = id_of(organizer, City, "gwangju")
    changes: Changes = {
        "status": ("unknown", "adopted"), "role": ("contributor", "coordinator"), "membership": (None, "member"),
        "next_check_at": (None, "2030-05-17T09:30:00+00:00"), "city_id": (None, gwangju), "codes": ([], ["GP1", "GP2"]),
        "claimed_by": (None, "editor"), "odd_at": (None, "soon"), "texts": (None, {"en": "a"}), "version": (1, 2),
        "pairs": ([], [["https://a.example", "A page"], ["https://b.example", "B"]]),
    }  # fmt: skip
    entry = shown(organizer, note(organizer, BridgePainted("red"), changes=changes), "?kind=BridgePainted")
    for words in ("Unknown", "Contributor", "Coordinator", "Member", "May 17, 2030, 9:30", "Gwangju", "GP1, GP2",
                  "the editors of this hub", "soon", "en: a",
                  "https://a.example, A page; https://b.example, B"):  # fmt: skip
        assert words in entry, words


def test_the_door_and_the_network_address_stand_beside(organizer: FlaskClient) -> None:
    by_web = note(organizer, BridgePainted("a"), door="web POST /bridges/<slug>", by=None)
    by_hand = note(organizer, BridgePainted("b"), door="cli bridges paint")
    by_clock = note(organizer, BridgePainted("c"), door="worker bridges")
    html = read(organizer, "?kind=BridgePainted")
    assert "Web, POST /bridges/&lt;slug&gt; · from 203.0.113.7" in shown(organizer, by_web)
    assert "Command line, bridges paint<" in shown(organizer, by_hand)
    assert "By the clock, bridges<" in shown(organizer, by_clock)
    assert html.count("203.0.113.7") == 1
    for door, position in (("web", by_web), ("cli", by_hand), ("worker", by_clock)):
        assert [row[0] for row in cells(organizer, f"?kind=BridgePainted&door={door}")] == [str(position)]


def test_what_was_erased_says_when_and_why(organizer: FlaskClient) -> None:
    mia = make_user(organizer, "mia@example.org", name="Mia Bold")
    changes = {"name": ("Mia Brave", "Mia Bold")}
    position = note(
        organizer, AccountRenamed(mia), by=mia, changes=changes, door="web POST /account", email="m@example"
    )
    with organizer.application.app_context(), transaction():
        parts = ("values", "changes", "origin")
        erase_personal(parts=parts, about=mia, reason="left", by=mia, now=NOW.replace(month=7))
    entry = shown(organizer, position)
    assert "Mia Brave" not in entry
    for part in ("Personal values", "Before and after", "The network address"):
        assert f"{part}: erased on Jul 17, 2030 (the person left)." in entry
    assert cells(organizer, f"?entry={position}")[0][-1] == "erased"
    assert "Erased personal values from the log" in read(organizer, "?kind=PersonalValuesErased")


def test_who_left_has_no_name_any_more_but_can_be_looked_for(organizer: FlaskClient) -> None:
    mia = make_user(organizer, "mia@example.org", name="Mia Bold", city="graz")
    position = note(organizer, CasePublished(id_of(organizer, CaseStudy, "graz-advisory-council")), by=mia)
    other = note(organizer, AccountRenamed(mia), by=None)
    with organizer.application.app_context(), transaction():
        user = db.session.get_one(User, mia)
        user.left_at, user.name, user.email = NOW, "", f"left-{mia}@invalid"
    assert f'<a href="/organizers/audit?person={mia}" dir="auto">someone who left</a>' in shown(organizer, position)
    assert "someone who left" in shown(organizer, other)
    assert {int(row[0]) for row in cells(organizer, f"?person={mia}")} >= {position, other}
    assert cells(organizer, f"?entry={position}")[0][4] == "someone who left"
    assert cells(organizer, f"?entry={other}")[0][5] == "someone who left"


SAYINGS = {
    "of the kind": "painted",
    "of the kind's own name": "BRIDGEpainted",
    "in the payload": "vermilion",
    "of letters beyond ASCII": "광주천",
    "in capitals beyond ASCII": "ÉTÉ",
    "before": "greyish",
    "after": "crimson",
    "personal": "ada@example",
    "who did it": "mia bo",
    "her address": "mia@exam",
}


@pytest.mark.parametrize("name", SAYINGS)
def test_words_are_found_wherever_they_stand(
    organizer: FlaskClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(audit.WORDS, "BridgePainted", "Painted a bridge")
    mia = make_user(organizer, "mia@example.org", name="Mia Bold")
    changes = {"colour": ("greyish", "crimson")}
    event = BridgePainted("vermilion 광주천 été")
    position = note(organizer, event, by=mia, changes=changes, email="ada@example.org", door="web POST /painted-door")
    assert position in {int(row[0]) for row in cells(organizer, f"?q={quote(SAYINGS[name])}")}
    assert position in {int(row[0]) for row in cells(organizer, f"?q={quote(SAYINGS[name])}&kind=BridgePainted")}
    assert cells(organizer, f"?q={quote(SAYINGS[name])}&kind=CityAdded&person={mia}") == []


def test_names_of_things_are_found(organizer: FlaskClient) -> None:
    graz, case = id_of(organizer, City, "graz"), id_of(organizer, CaseStudy, "graz-advisory-council")
    with organizer.application.app_context():
        with transaction():
            source = FeedSource(slug="a-source", title="Unheard-of Courier", address="https://a.example/feed")
            db.session.add(source)
        source_id = db.session.scalars(select(FeedSource.id).where(FeedSource.slug == "a-source")).one()
        title = db.session.get_one(CaseStudy, case).title
    expected = {
        "Graz": note(organizer, CityChanged(graz)),
        title[:60]: note(organizer, CaseRevised(case)),
        "unheard-OF cour": note(organizer, SourceAdded(source_id)),
    }
    for text, position in expected.items():
        assert str(position) in [row[0] for row in cells(organizer, f"?q={quote(text)}")], text


@pytest.mark.parametrize("text", ["%", "_", "|", "\\", "'", '"', "%%", "a%b", "\\u0041", "|%", "[", "*", "?", "😀"])
def test_signs_stand_for_themselves(organizer: FlaskClient, text: str) -> None:
    plain = note(organizer, BridgePainted("plain"))
    assert f'id="entry-{plain}"' not in read(organizer, f"?q={quote(text)}&kind=BridgePainted")
    signed = note(organizer, BridgePainted(f"with {text} in it"))
    html = read(organizer, f"?q={quote(text)}&kind=BridgePainted")
    assert f'id="entry-{signed}"' in html
    assert f'id="entry-{plain}"' not in html


def test_words_are_looked_for_in_the_newest_that_fit_and_the_page_says_so(
    organizer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.trail.matching.SEARCHED", 3)
    old = note(organizer, BridgePainted("vermilion"), now=NOW)
    for _again in range(3):
        note(organizer, BridgePainted("grey"), now=NOW.replace(month=9))
    assert cells(organizer, "?q=vermilion") == []
    assert [row[0] for row in cells(organizer, "?q=vermilion&to=2030-06-01")] == [str(old)]
    assert "Words are looked for in the newest" in read(organizer, "?q=vermilion")
    assert "Words are looked for" not in read(organizer)


def test_what_a_draft_says_is_not_for_organizers(organizer: FlaskClient) -> None:
    case = id_of(organizer, CaseStudy, "graz-advisory-council")
    saved = note(organizer, CaseDraftSaved(case), changes={"problem": ("", "A secret of Graz")}, name="Hidden Hilda")
    later = note(organizer, CaseRevised(case), changes={"problem": ("", "Known to all")})
    assert "A secret of Graz" not in shown(organizer, saved)
    assert "What a draft says is for the people of its city to read." in shown(organizer, saved)
    assert "Known to all" in shown(organizer, later)
    assert str(saved) not in [row[0] for row in cells(organizer, "?q=secret")]
    assert str(saved) not in [row[0] for row in cells(organizer, "?q=Hidden%20Hilda")]
    assert str(later) in [row[0] for row in cells(organizer, "?q=known%20to%20all")]
    with organizer.application.app_context(), transaction():
        db.session.get_one(CaseStudy, case).state = DRAFT
    assert "Known to all" not in shown(organizer, later)
    assert cells(organizer, "?q=known%20to%20all") == []
    everything = organizer.get("/organizers/audit.csv").text
    assert "Known to all" not in everything
    assert "A secret of Graz" not in everything


def test_the_file_holds_before_and_after_but_nothing_of_persons(organizer: FlaskClient) -> None:
    mia = make_user(organizer, "mia@example.org", name="Mia Bold")
    changes: Changes = {"colour": ("grey", "=red"), "note": (None, "new")}
    note(organizer, BridgePainted("x"), by=mia, changes=changes, door="web POST /bridges", email="ada@example.org")
    note(organizer, AccountRenamed(mia), by=mia, changes={"name": ("Mia Brave", "Mia Bold")}, door="web POST /account")
    text = organizer.get("/organizers/audit.csv?person=mia@example.org").text
    assert "203.0.113.7" not in text
    assert "ada@example.org" not in text
    assert "Mia Brave" not in text
    renamed, painted = cells(organizer, f"?person={mia}&from=2030-01-01")
    assert painted[8:] == ["colour=grey", "colour==red; note=new", "web POST /bridges", "kept"]
    assert renamed[8:] == ["", "", "web POST /account", "kept"]
    html = read(organizer, f"?person={mia}")
    assert "Mia Brave" in html
    assert "holds neither personal values nor network addresses" in html


def test_a_follow_is_nobody_elses_business(organizer: FlaskClient) -> None:
    position = note(organizer, Followed(4711), by=make_user(organizer, "f@example.org"))
    assert "4711" not in shown(organizer, position)
    assert "4711" not in organizer.get(f"/organizers/audit.csv?entry={position}").text


def test_days_are_those_of_the_reader(organizer: FlaskClient) -> None:
    late = note(organizer, BridgePainted("late"), now=datetime(2030, 5, 17, 20, 0, tzinfo=UTC))
    assert cells(organizer, "?kind=BridgePainted&from=2030-05-18") == []
    with organizer.application.app_context(), transaction():
        me = db.session.scalars(select(User).where(User.email == "organizer@example.org")).one()
        me.time_zone = "Asia/Seoul"  # where it is the 18th already
    assert [row[0] for row in cells(organizer, "?kind=BridgePainted&from=2030-05-18&to=2030-05-18")] == [str(late)]
    for query in ("?from=0001-01-01&to=9999-12-31", "?to=0001-01-01", "?from=9999-12-31"):
        read(organizer, query)


def test_an_admission_names_the_city_and_the_application(organizer: FlaskClient) -> None:
    position = note(
        organizer, CityAdmitted(id_of(organizer, City, "graz"), 4711), changes={"membership": (None, "member")}
    )
    assert 'href="/cities/graz"' in shown(organizer, position)


def test_personal_values_stand_on_the_page_alone_and_erased_ones_say_so(organizer: FlaskClient) -> None:
    kept = note(organizer, BridgePainted("red"), email="<script>@example.org")
    html = read(organizer, "?kind=BridgePainted")
    assert "&lt;script&gt;@example.org" in html
    assert "<script>@" not in html
    assert cells(organizer, "?kind=BridgePainted")[0][-1] == "kept"
    assert "@example.org" not in organizer.get("/organizers/audit.csv?kind=BridgePainted").text
    with organizer.application.app_context(), transaction():
        db.session.execute(delete(LogPersonal).where(LogPersonal.position == kept))
    assert "Personal values: gone, and no entry says why." in read(organizer, "?kind=BridgePainted")
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
    row = shown(organizer, position)
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

"""A published member list proposes matches and overwrites nothing."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import City
from hub.commitments import queries, service
from hub.commitments.models import RegisterRow, StatusRecord, Verification
from hub.commitments.registers import MOST_LINES, Names, match_lines, read_list
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Conflict, Invalid
from hub.people.models import User
from tests.commitments.factory import make_record
from tests.commitments.plandesk import browser, csv_file, fill, head, kinds
from tests.hands import form_to

LISTS = "/organizers/registers"
MEMBERS = """Member;Country;Member since;Status
Graz;Austria;2006;active
Viena;AT;;active
Gwangju;Republic of Korea;2014;active
Nuernberg, Stadt;Germany;2004;active
Timbuktu;Mali;;active
"""


# The pure part


@pytest.mark.parametrize(
    "content",
    [
        "Name,Country,Since\nNürnberg,Germany,2004\n",
        "\ufeffCity;Country;Since\r\nNürnberg;DE;2004\r\n",
        "도시\t국가\t가입연도\nNürnberg\t독일\t2004\n",
        "Ciudad;País;Desde\nNürnberg;Alemania;2004",
        "Ville,Pays,Depuis\n\"Nürnberg\",Allemagne,2004\n,,\n",
        "Member;Since\nNürnberg (Germany);2004",
        "Name;Country, as written;Country;Since\nNürnberg;x;Germany;2004",
    ],
)  # fmt: skip
def test_lists_are_read_whatever_their_separator_and_language(content: str) -> None:
    [found] = read_list(content.encode())
    assert (found.name.split(" (")[0], found.country, found.since_text) == ("Nürnberg", "DE", "2004")


def test_older_encodings_are_read() -> None:
    rows = "\n".join(
        ["Stadt Nürnberg;Deutschland", "Köln;Deutschland", "Saarbrücken;Deutschland", "Würzburg;Deutschland"]
    )
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        found = read_list(f"City;Country\n{rows}\n".encode(encoding))
        assert [each.name for each in found][1:] == ["Köln", "Saarbrücken", "Würzburg"], encoding
    korean = "도시,국가\n광주광역시,대한민국\n서울특별시,대한민국\n부산광역시,대한민국\n대전광역시,대한민국\n"
    assert next(each.name for each in read_list(korean.encode("cp949"))) == "광주광역시"


@pytest.mark.parametrize(
    ("content", "chosen", "field"),
    [
        (b"", {}, "file"),
        (b"PK\x03\x04 a spreadsheet", {}, "file"),
        (b"Name\n\x00\n", {}, "file"),
        (b"City;Country\n;\n", {}, "file"),
        (b"Wer;Wo\nGraz;AT\n", {}, "name_column"),
        (b"Wer;Wo\nGraz;AT\n", {"name": "Was"}, "name_column"),
        (b"Name;Wo\nGraz;AT\n", {"country": "7"}, "country_column"),
        (b"Name\n" + b"Graz\n" * (MOST_LINES + 1), {}, "file"),
        (b"Name\n" + b"x" * 301 + b"\n", {}, "file"),
        (b"Name\n" + b"x" * 200_000 + b"\n", {}, "file"),
        (b"Name\n" + b"Graz\n" * 500_000, {}, "file"),
    ],
)
def test_what_is_no_list_is_refused_at_its_field(content: bytes, chosen: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_list(content, chosen)
    assert refused.value.field == field


def test_columns_are_chosen_by_hand_by_heading_or_number() -> None:
    for chosen in ({"name": "wer", "country": "WO"}, {"name": "1", "country": "2"}):
        found = read_list("Wer;Wo\nGraz;Österreich\nWien;AT\n".encode(), chosen)
        assert [(each.name, each.country) for each in found if each.country] == [("Wien", "AT")]


CITIES = [
    Names(1, "KR", ("Gwangju", "광주광역시")), Names(2, "AT", ("Graz", "Graz")),
    Names(3, "AT", ("Vienna", "Wien"), ("Viena", "Vienne", "비엔나")), Names(4, "DE", ("Nuremberg", "Nürnberg")),
    Names(5, "ES", ("Córdoba", "Córdoba")), Names(6, "AR", ("Córdoba", "Córdoba")), Names(7, "MX", ("Mexico City", "")),
    Names(8, "US", ("Springfield", "")), Names(9, "US", ("Springfield", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "country", "wanted"),
    [
        ("Gwangju", "KR", (1, "exact")),
        ("광주광역시", "KR", (1, "exact")),
        ("광주", "KR", (1, "near")),
        ("GWANGJU", "CN", (None, "")),
        ("Gwangju", "", (1, "near")),
        ("Gwangju (Republic of Korea)", "", (1, "exact")),
        ("Viena", "AT", (3, "other_name")),
        ("비엔나", "AT", (3, "other_name")),
        ("City of Graz", "AT", (2, "near")),
        ("Nuernberg", "DE", (4, "near")),
        ("Nurnberg", "DE", (4, "exact")),
        ("Nuremburg", "DE", (4, "near")),
        ("Cordoba", "AR", (6, "exact")),
        ("Cordoba", "", (None, "near")),
        ("Springfield", "US", (None, "near")),
        ("Mexico", "MX", (7, "near")),
        ("Timbuktu", "ML", (None, "")),
        ("=HYPERLINK(1)", "AT", (None, "")),
    ],
)
def test_a_city_is_found_by_name_and_country_and_a_doubt_is_near(
    name: str, country: str, wanted: tuple[int | None, str]
) -> None:
    [line] = read_list(f"Name;Country\n{name};{country}\n".encode())
    [match] = match_lines([line], CITIES)
    assert (match.city_id, match.how) == wanted


def test_two_cities_of_one_name_are_never_taken_for_one() -> None:
    twins = [Names(1, "KR", ("Gwangju", "광주광역시")), Names(2, "KR", ("Gwangju", "광주시"))]
    lines = read_list("Name;Country\nGwangju;KR\n광주시;KR\n광주;KR\n".encode())
    found = match_lines(lines, twins)
    assert [(each.city_id, each.how) for each in found] == [(None, "near"), (2, "exact"), (None, "near")]
    assert found[0].fitting == (1, 2)
    twice = match_lines(read_list(b"Name;Country\nGwangju;KR\nGwangju;KR\n"), CITIES)
    assert [(each.city_id, each.how) for each in twice] == [(1, "near"), (1, "near")], "one of them is another Gwangju"


# Through the pages


@pytest.fixture
def organizer(app: Flask) -> FlaskClient:
    """The browser of an organizer."""
    return browser(app, "o@example.org", is_organizer=True)


def brought_in(organizer: FlaskClient, text: str = MEMBERS, item: str = "C4.3", **values: Any) -> str:
    """Bring a list in and return the path of its page."""
    given = {"item": item, "title": "Members", "source_url": "https://www.example.org/members", "as_of": "2025-06-30"}
    response = fill(organizer, f"{LISTS}/new", file=csv_file(text), **given | values)
    assert response.status_code == 303, response.text[-3000:]
    return response.headers["Location"]


def rows_of(client: FlaskClient) -> dict[str, RegisterRow]:
    """Return the lines on record by name."""
    with client.application.app_context():
        return {row.name: row for row in db.session.scalars(select(RegisterRow).order_by(RegisterRow.id))}


def line_of(client: FlaskClient, path: str, name: str) -> str:
    """Return the page of a line."""
    return f"{path}/lines/{rows_of(client)[name].id}"


def records_of(session: Any, city: str, item: str = "C4.3") -> list[StatusRecord]:
    session.expire_all()
    found = select(StatusRecord).join(City).where(City.slug == city, StatusRecord.item_code == item)
    return list(session.scalars(found.order_by(StatusRecord.id)))


def test_bringing_a_list_in_changes_no_record(organizer: FlaskClient, client: FlaskClient, session: Any) -> None:
    before = head(client)
    path = brought_in(organizer)
    assert kinds(client, before) == ["RegisterAdded"]
    found = {name: (row.match, row.state, row.country) for name, row in rows_of(client).items()}
    assert found == {
        "Graz": ("exact", "proposed", "AT"), "Viena": ("other_name", "proposed", "AT"),
        "Gwangju": ("exact", "proposed", "KR"), "Nuernberg, Stadt": ("near", "proposed", "DE"),
        "Timbuktu": ("", "unmatched", "ML"),
    }  # fmt: skip
    assert session.scalars(select(Verification)).all() == []
    page = organizer.get(path)
    assert page.status_code == 200
    assert "The same name and country" in page.text
    assert "Perhaps: look closer" in page.text
    assert "Timbuktu" not in page.text
    assert "Timbuktu" in organizer.get(f"{path}?show=without").text
    assert organizer.get(f"{path}?show=x").status_code == 400
    assert "Members" in organizer.get(LISTS).text
    again = fill(organizer, f"{LISTS}/new", file=csv_file(MEMBERS), item="C4.3", title="Again", as_of="2025-06-30",
                 source_url="https://www.example.org/members")  # fmt: skip
    assert again.status_code == 400
    assert "This very file was brought in" in again.text


def test_accepting_confirms_adds_or_asks_and_never_overwrites(
    organizer: FlaskClient, client: FlaskClient, session: Any
) -> None:
    said = make_record(session, "graz", "C4.3", "operating", "2007")
    stopped = make_record(session, "nuremberg", "C4.3", "lapsed", "2019")
    path = brought_in(organizer)
    before = head(client)
    # What stands at adopted or above is confirmed, with the day the list speaks of.
    assert fill(organizer, path, line_of(client, path, "Graz"), do="accept").status_code == 303
    assert kinds(client, before) == ["RegisterRowDecided", "StatusVerified"]
    [check] = session.scalars(select(Verification)).all()
    assert (check.record_id, check.tier, check.result) == (said.id, "register", "confirmed")
    assert check.checked_on == date(2025, 6, 30)
    assert check.expires_on > check.checked_on
    assert [each.status for each in records_of(session, "graz")] == ["operating"]
    # Where nothing is known, the list goes on record as what others say, confirmed by itself.
    before = head(client)
    opened = organizer.get(line_of(client, path, "Gwangju")).text
    assert "Nobody has told us yet." in opened
    assert fill(organizer, line_of(client, path, "Gwangju"), html=opened, do="accept").status_code == 303
    assert sorted(kinds(client, before)) == ["RegisterRowDecided", "StatusRecorded", "StatusVerified"]
    [added] = records_of(session, "gwangju")
    assert (added.status, added.claimed_by, added.effective_text) == ("adopted", "third_party", "2014")
    assert [(piece.kind, piece.url, piece.issued_text) for piece in added.evidence] == [
        ("membership_listing", "https://www.example.org/members", "2025-06-30")
    ]
    # Where something else is on record, only on purpose, and what came after the list's day is not touched.
    closer = line_of(client, path, "Nuernberg, Stadt")
    before = head(client)
    refused = fill(organizer, closer, do="accept")
    assert refused.status_code == 400
    assert "The two contradict each other." in refused.text
    assert kinds(client, before) == []
    assert fill(organizer, closer, html=refused.text, do="accept", is_meant="y").status_code == 303
    assert [each.status for each in records_of(session, "nuremberg")] == ["lapsed", "adopted"]
    today = clock.now().date()
    assert queries.item_states("C4.3", today)[stopped.city_id, "C4.3"].id == stopped.id, "2004 does not undo 2019"
    assert len(session.scalars(select(Verification)).all()) == 2, "a record that is not in force is not confirmed"
    assert "To decide (1)" in organizer.get(path).text
    rows = list(csv.DictReader(io.StringIO(organizer.get(f"{path}.csv").text.lstrip("\ufeff"))))
    assert [row["decision"] for row in rows] == ["accepted", "proposed", "accepted", "accepted", "unmatched"]


def test_a_line_is_matched_by_hand_or_rejected_once(organizer: FlaskClient, client: FlaskClient, session: Any) -> None:
    path = brought_in(organizer)
    utrecht = str(session.scalars(select(City.id).where(City.slug == "utrecht")).one())
    by_hand, viena = line_of(client, path, "Timbuktu"), line_of(client, path, "Viena")
    nobody = fill(organizer, by_hand, do="accept")
    assert (nobody.status_code, 'href="#city"' in nobody.text) == (400, True)
    assert fill(organizer, by_hand, do="accept", city=utrecht).status_code == 303
    assert [each.claimed_by for each in records_of(session, "utrecht")] == ["third_party"]
    opened = organizer.get(viena).text
    before = head(client)
    assert fill(organizer, viena, html=opened, do="reject").status_code == 303
    assert kinds(client, before) == ["RegisterRowDecided"]
    late = organizer.post(viena, data={**_hidden(opened), "do": "accept"})
    assert late.status_code == 303, "the same form twice does one thing"
    assert records_of(session, "vienna") == []
    assert organizer.get(f"{path}/lines/999999").status_code == 404
    assert organizer.get(f"{LISTS}/999999").status_code == 404


def test_of_two_organizers_the_second_is_told(app: Flask, organizer: FlaskClient, client: FlaskClient) -> None:
    other = browser(app, "p@example.org", is_organizer=True)
    path = brought_in(organizer)
    line = line_of(client, path, "Graz")
    opened = other.get(line).text
    assert fill(organizer, line, do="reject").status_code == 303
    late = fill(other, line, html=opened, do="accept")
    assert late.status_code == 409
    assert "Someone decided on this line" in late.text


def test_sure_lines_are_accepted_at_once_and_no_doubtful_ones(
    organizer: FlaskClient, client: FlaskClient, session: Any
) -> None:
    make_record(session, "graz", "C4.3", "pledged", "2010")
    path = brought_in(organizer, MEMBERS + "Utrecht;NL;;\n")
    assert "Accept these 2 lines" in organizer.get(path).text
    assert fill(organizer, path, f"{path}/accept").status_code == 303
    states = {name: row.state for name, row in rows_of(client).items()}
    assert [name for name, state in states.items() if state == "accepted"] == ["Gwangju", "Utrecht"]
    assert [each.status for each in records_of(session, "graz")] == ["pledged"], "a contradiction is never sure"
    [undated] = records_of(session, "utrecht")
    assert (undated.effective_text, undated.precision) == ("", "unknown"), "the list does not say since when"


def test_who_claims_and_is_not_on_a_complete_list_is_shown_and_left_alone(
    organizer: FlaskClient, client: FlaskClient, session: Any
) -> None:
    make_record(session, "utrecht", "C4.3", "adopted", "2010")
    make_record(session, "bonn", "C4.3", "pledged", "2010")
    head_before = session.scalars(select(StatusRecord.id)).all()
    partial = brought_in(organizer)
    assert "not on the list" not in organizer.get(partial).text
    path = brought_in(organizer, MEMBERS + "Lyon;FR;;\n", is_complete="y")
    page = organizer.get(path).text
    absent = page[page.index('id="h-absent"') :]
    assert "/cities/utrecht/commitments" in absent
    assert "/cities/bonn" not in absent, "who only promised claims nothing"
    assert session.scalars(select(StatusRecord.id)).all() == head_before


def test_a_list_of_one_coalition_misses_no_city_of_another(organizer: FlaskClient, session: Any) -> None:
    make_record(session, "utrecht", "C4.1", "adopted", "2010")
    make_record(session, "montevideo", "C4.1", "adopted", "2010")
    path = brought_in(organizer, "City;Country\nGraz;AT\n", item="C4.1", is_complete="y")
    page = organizer.get(path).text
    absent = page[page.index('id="h-absent"') :]
    assert "/cities/utrecht/" in absent
    assert "/cities/montevideo/" not in absent


def test_nobody_confirms_the_own_city_and_only_organizers_decide(
    app: Flask, organizer: FlaskClient, client: FlaskClient
) -> None:
    path = brought_in(organizer)
    both = browser(app, "both@example.org", is_organizer=True, city="graz")
    page = both.get(path).text
    assert "Your own city: another organizer decides." in page
    line = line_of(client, path, "Graz")
    opened = both.get(line_of(client, path, "Viena")).text
    assert both.post(line, data={**_hidden(opened), "do": "accept"}).status_code == 403
    assert fill(both, path, f"{path}/accept").status_code == 303
    assert rows_of(client)["Graz"].state == "proposed"
    assert rows_of(client)["Gwangju"].state == "accepted"
    coordinator = browser(app, "c@example.org", city="graz")
    for door in (LISTS, f"{LISTS}/new", path, f"{path}.csv", line):
        assert coordinator.get(door).status_code == 403, door
        assert client.get(door).status_code in (302, 303, 401), door


def test_what_a_list_cannot_be_is_refused_with_what_was_typed(organizer: FlaskClient) -> None:
    given = {"item": "C4.3", "title": "Members <x>", "source_url": "https://www.example.org/m", "as_of": "2025-06-30"}
    slips = {
        "item": "C9.9", "title": "", "source_url": "http://10.0.0.1/members", "as_of": "2999-01-01",
        "file": (io.BytesIO(b"%PDF-1.4"), "members.pdf"), "country_column": "Nowhere",
    }  # fmt: skip
    for field, value in slips.items():
        response = fill(organizer, f"{LISTS}/new", **{"file": csv_file(MEMBERS)} | given | {field: value})
        assert (response.status_code, f'href="#{field}"' in response.text) == (400, True), field
        assert field == "title" or "Members &lt;x&gt;" in response.text
    assert "No list has been brought in yet." in organizer.get(LISTS).text


def test_formulas_and_scripts_on_a_list_are_only_text(organizer: FlaskClient) -> None:
    path = brought_in(organizer, "Name;Country;Status\n=1+1;AT;<script>alert(1)</script>\n")
    page = organizer.get(f"{path}?show=without").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    rows = list(csv.DictReader(io.StringIO(organizer.get(f"{path}.csv").text.lstrip("\ufeff"))))
    assert rows[0]["name"] == "'=1+1"


def test_two_decisions_at_one_moment_are_one(organizer: FlaskClient, session: Any) -> None:
    path = brought_in(organizer)
    list_id = int(path.rsplit("/", 1)[1])
    row = rows_of(organizer)["Graz"].id
    files_dir = organizer.application.config["HUB"].files_dir
    by = session.scalars(select(User).where(User.email == "o@example.org")).one()

    def accept() -> None:
        with transaction():
            service.accept_row(
                by=by, list_id=list_id, row_id=row, city_id=None, is_meant=False, files_dir=files_dir, now=clock.now()
            )

    accept()
    with pytest.raises(Conflict):
        accept()
    assert len(records_of(session, "graz")) == 1


def _hidden(html: str) -> dict[str, str]:
    return {name: value for name, value in form_to(html, f"{LISTS}/*").fields if name in ("csrf_token", "form_key")}

"""The matrix and the network's state through their doors."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from hub.cities.queries import CityFilter, list_cities
from hub.commitments.cycle import months_after
from hub.commitments.models import Verification
from hub.commitments.queries import kept_counts
from hub.core import clock
from hub.core.db import transaction
from hub.core.log import record
from hub.vocabularies.events import VocabularyLoaded
from hub.vocabularies.queries import vocabulary
from tests.commitments.factory import make_record

SUVA = ("suva", "C1.1")
FIVE = ["C1", "C2", "C3", "C4", "C5"]


def body_rows(page: str) -> list[str]:
    table = page[page.index('<table class="matrix') : page.index("</table>")]
    return re.findall(r'<tr><th scope="row"><a href="/cities/.*?</tr>', table, re.S)


def cells_of(row: str) -> list[str]:
    return re.findall(r'<td class="st st-([a-z_]+)"', row)


def csv_rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).text.removeprefix("\ufeff"))))


def test_fifty_cities_a_page_and_every_item(client: FlaskClient) -> None:
    seen = []
    for number, expected in ((1, 50), (2, 50), (3, 23)):
        rows = body_rows(client.get(f"/commitments/?page={number}").text)
        assert len(rows) == expected
        assert all(len(cells_of(row)) == 23 for row in rows)
        seen += [re.search(r'href="/cities/([^"]+)"', row)[1] for row in rows]  # type: ignore[index]
    assert len(set(seen)) == 123
    assert client.get("/commitments/?page=4").status_code == 404


def test_cells_follow_the_records(client: FlaskClient) -> None:
    row = next(row for row in body_rows(client.get("/commitments/?region=asia-pacific").text) if "/gwangju" in row)
    assert cells_of(row).count("unknown") == 15
    assert '<span class="rest">15 unknown</span>' in row
    assert 'data-l="Ombudsman"' in row
    assert 'href="/cities/gwangju/commitments#C2.5"' in row
    assert "<i>2013</i>" in row
    assert row.count('<span class="vh">Unknown</span>') == 15


def test_the_related_instruments_stand_apart(client: FlaskClient) -> None:
    page = client.get("/commitments/").text
    groups = re.findall(r'<th scope="colgroup" colspan="(\d+)"><span>([CR]\d?) ', page)
    assert [code for _span, code in groups] == [*FIVE, "R"]
    assert sum(int(span) for span, code in groups if code != "R") == 18
    assert {code: int(span) for span, code in groups}["R"] == 5


def test_sums_are_over_all_cities_on_every_page(client: FlaskClient) -> None:
    first, last = client.get("/commitments/").text, client.get("/commitments/?page=3").text
    listed = {item["code"]: item for item in client.get("/commitments.json").json["items"]}
    for page in (first, last):
        foot = page[page.index("<tfoot") : page.index("</tfoot>")]
        sums = re.findall(r"</svg>(\d+) of (\d+)</td>", foot)
        assert [(int(known), int(cities)) for known, cities in sums] == [
            (item["known"], item["cities"]) for item in listed.values()
        ]


def test_regions_are_row_groups_and_cities_stand_by_name(client: FlaskClient) -> None:
    page = client.get("/commitments/").text
    regions = re.findall(r'scope="rowgroup"><span>([^<]+)<', page)
    assert regions[:3] == ["Africa", "Arab region", "Asia-Pacific"]


def test_the_key_stands_before_the_matrix_and_has_every_sign(client: FlaskClient) -> None:
    page = client.get("/commitments/").text
    key = page[page.index('<ul class="ladder"') : page.index('<table class="matrix')]
    signs = re.findall(r"<use href=\"[^\"]+#st-([a-z_]+)\"", key)
    assert signs == [
        "not_started", "pledged", "adopted", "resourced", "operating", "reported", "lapsed", "withdrawn",
        "outside_competence", "unknown",
    ]  # fmt: skip
    counts = [int(number) for number in re.findall(r"(\d+) here", key)]
    assert sum(counts) == 123 * 23


def test_a_group_and_a_region(client: FlaskClient, session: Any) -> None:
    page = client.get("/commitments/?group=c2&region=europe").text
    rows = body_rows(page)
    assert len(rows) == 50
    assert all(len(cells_of(row)) == 5 for row in rows)
    assert "52 cities, 5 items" in page
    assert 'href="/commitments/?region=europe&amp;group=C2&amp;page=2"' in page
    assert "No city matches" in client.get("/commitments/?region=nowhere").text


def test_the_list_says_the_same_as_the_cells(client: FlaskClient) -> None:
    page = client.get("/commitments/?region=north-america").text
    rows = body_rows(page)
    twin = page[page.index('<details class="twin"') :]
    unknown = [int(number) for number in re.findall(r"<b>Unknown:</b> (\d+) cit", twin)]
    assert unknown == [sum(cells_of(row)[place] == "unknown" for row in rows) for place in range(23)]


def test_any_day(client: FlaskClient) -> None:
    early = client.get("/commitments/?as_of=1900-01-01").text
    assert set(cells_of("".join(body_rows(early)))) == {"unknown"}
    assert "Jan 1, 1900" in early or "January 1, 1900" in early or "1 January 1900" in early
    before, after = (client.get(f"/commitments.json?as_of={day}").json for day in ("2012-12-31", "2013-01-01"))
    known = [{item["code"]: item["known"] for item in answer["items"]} for answer in (before, after)]
    assert known[1]["C2.5"] > known[0]["C2.5"]
    assert client.get("/commitments/?as_of=0001-01-01").status_code == 200


def test_one_item_with_more_room_also_a_point(client: FlaskClient, session: Any) -> None:
    page = client.get("/commitments/?item=c2.5&region=asia-pacific").text
    assert '<table class="matrix one">' in page
    rows = body_rows(page)
    assert all(len(cells_of(row)) == 1 for row in rows)
    (gwangju,) = [row for row in rows if "/cities/gwangju" in row]
    assert cells_of(gwangju) == ["operating"]
    assert 'href="/commitments/?item=C2.5"' in page  # the region taken away
    assert [item["code"] for item in client.get("/commitments.json?item=C2.5").json["items"]] == ["C2.5"]
    point = next(iter(vocabulary().points))
    assert client.get(f"/commitments.json?item={point}").json["items"][0]["known"] == 0
    assert f'<option value="{point}" selected>' in client.get(f"/commitments/?item={point}&group=C1").text
    assert "No city matches" in client.get("/commitments/?item=C2.5&region=nowhere").text


def test_cities_that_stand_at_a_status(client: FlaskClient, session: Any) -> None:
    listed = csv_rows(client, "/commitments.csv?status=lapsed")
    there = {row["city"] for row in listed if row["status"] == "lapsed"}
    assert "madrid" in there
    assert {row["city"] for row in listed} == there
    page = client.get("/commitments/?status=lapsed").text
    assert {re.search(r'href="/cities/([^"]+)"', row)[1] for row in body_rows(page)} == there  # type: ignore[index]
    foot = page[page.index("<tfoot") : page.index("</tfoot>")]
    assert {int(cities) for cities in re.findall(r"</svg>\d+ of (\d+)</td>", foot)} == {len(there)}
    one = client.get("/commitments/?status=unknown&item=C2.5")
    counted = client.get("/commitments.json?item=C2.5").json["items"][0]
    assert f"{counted['unknown']} cities, 1 item" in one.text
    assert set(cells_of("".join(body_rows(one.text)))) == {"unknown"}
    feed = feedparser.parse(client.get("/commitments.atom?status=lapsed&region=europe&group=R").text)
    assert feed.entries
    assert {entry.link.split("/")[4] for entry in feed.entries} <= there


def test_a_past_day_as_the_world_was_and_as_the_hub_knew_it_then(client: FlaskClient, session: Any) -> None:
    known_at = clock.now() - timedelta(days=400)
    late = clock.now() - timedelta(days=100)
    first = make_record(session, "suva", "C1.1", "pledged", "2015", recorded_at=known_at)
    make_record(session, "suva", "C1.1", "operating", "2016", recorded_at=late, replaces_id=first.id)
    day = (known_at + timedelta(days=1)).date().isoformat()
    address = f"?group=C1&as_of={day}"

    def told(query: str) -> str:
        (row,) = [row for row in csv_rows(client, f"/commitments.csv{query}") if (row["city"], row["item"]) == SUVA]
        return row["status"]

    assert told(address) == told(f"{address}&known=now") == "operating"
    assert told(f"{address}&known=then") == "pledged"
    assert told(f"?group=C1&as_of={known_at.date() - timedelta(days=1)}&known=then") == "unknown"
    assert told("?group=C1&known=then") == "operating"  # today's end is now
    listed = client.get(f"/commitments.json{address}&known=then").json
    assert listed["knowing"] == "then"
    assert listed["items"][0]["statuses"]["pledged"] == 1
    assert sum(item["known"] for item in listed["items"]) == 1  # the seeds came on record later
    page = client.get(f"/commitments/{address}&known=then").text
    assert "as the hub knew it then" in page
    assert f'href="/cities/suva/commitments?as_of={day}&amp;known=then#C1.1"' in page
    assert "By then the hub had no record of this." in client.get("/commitments/?as_of=2001-01-01&known=then").text
    entries = feedparser.parse(client.get(f"/commitments.atom{address}&known=then").text).entries
    assert [entry.title for entry in entries] == ["Suva, International standards applied locally: Pledged (2015)"]


def test_sums_are_kept_until_something_happens(session: Any) -> None:
    today = clock.now().date()
    before = kept_counts(today, items=["C1.1"])
    make_record(session, "suva", "C1.1", "pledged", "2015")  # behind the log's back
    assert kept_counts(today, items=["C1.1"]) == before
    with transaction():
        record(VocabularyLoaded(stamp=0), by=None, now=clock.now())
    assert kept_counts(today, items=["C1.1"])["C1.1"]["pledged"] == before["C1.1"].get("pledged", 0) + 1
    assert kept_counts(today, items=["C1.1"], region="africa")["C1.1"] == {}


def test_what_others_checked_has_a_mark_and_the_csv_says_how_fresh_it_is(client: FlaskClient, session: Any) -> None:
    today = clock.now().date()
    made = make_record(session, "suva", "C4.1", "operating", "2020", recorded_at=clock.now())
    make_record(session, "suva", "C1.1", "not_started", "2020", recorded_at=clock.now())
    assert "Checked by others" not in client.get("/commitments/?region=asia-pacific").text
    session.add(
        Verification(
            record_id=made.id, city_id=made.city_id, item_code="C4.1", tier="document", result="confirmed",
            checked_on=today, expires_on=today + timedelta(days=9), recorded_at=clock.now(),
        )
    )  # fmt: skip
    session.commit()
    page = client.get("/commitments/?region=asia-pacific").text
    (suva,) = [row for row in body_rows(page) if "/cities/suva" in row]
    assert suva.count("#i-ok") == 1
    assert page.count("Checked by others") == 2  # in the cell and in the key
    rows = {(row["city"], row["item"]): row for row in csv_rows(client, "/commitments.csv")}
    checked = rows["suva", "C4.1"]
    assert (checked["checked"], checked["checked_on"], checked["freshness"]) == ("document", str(today), "fresh")
    assert checked["fresh_until"] == str(months_after(today, vocabulary().items["C4.1"].cycle_months))
    assert [rows[SUVA][name] for name in ("checked", "checked_on", "fresh_until", "freshness")] == ["self", "", "", ""]
    assert rows["suva", "C2.1"]["freshness"] == ""


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("known=before", "known"),
        ("item=C9.9", "item"),
        ("status=met", "status"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2020-02-30", "as_of"),
        ("as_of=20200101", "as_of"),
        ("as_of=2020-01-01&as_of=2021-01-01", "as_of"),
        ("group=C9", "group"),
        ("page=0", "page"),
        ("page=%00", "page"),
        ("region=%ff", "region"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, parameter: str) -> None:
    page = client.get(f"/commitments/?{query}")
    assert page.status_code == 400
    assert parameter in page.text
    assert client.get(f"/commitments.json?{query}").json["parameter"] == parameter


def test_a_day_in_the_future_is_refused_everywhere_and_today_is_not(client: FlaskClient) -> None:
    today = clock.now().date()
    for address in ("/commitments/", "/commitments.json", "/commitments/C2.3", "/commitments/C2.3.csv",
                    "/cities/gwangju/commitments", "/cities/gwangju/commitments.json"):  # fmt: skip
        assert client.get(f"{address}?as_of={today}").status_code == 200
        refused = client.get(f"{address}?as_of={today + timedelta(days=1)}")
        assert refused.status_code == 400
        assert "lies in the future" in refused.text


def test_the_page_is_light(client: FlaskClient) -> None:
    answer = client.get("/commitments/")
    assert len(gzip.compress(answer.data)) < 30_000
    assert "style=" not in answer.text
    assert answer.text.count("<h1") == 1


def test_items_add_up(client: FlaskClient, session: Any) -> None:
    answer = client.get("/commitments.json").json
    assert [item["code"] for item in answer["items"]] == list(vocabulary().items)
    assert answer["total"] == 23
    for item in answer["items"]:
        assert item["cities"] == item["known"] + item["unknown"] == 123
        assert sum(item["statuses"].values()) == item["known"]
        assert set(item["statuses"]) == {
            "not_started", "pledged", "adopted", "resourced", "operating", "reported", "lapsed", "withdrawn",
            "outside_competence",
        }  # fmt: skip
    assert sum(item["known"] for item in answer["items"]) == 137
    europe = client.get("/commitments.json?region=europe&group=R").json
    assert [item["code"] for item in europe["items"]] == ["R1", "R2", "R3", "R4", "R5"]
    assert {item["cities"] for item in europe["items"]} == {52}


def test_json_pages(client: FlaskClient) -> None:
    second = client.get("/commitments.json?per_page=10&page=3").json
    assert (second["page"], second["pages"], len(second["items"])) == (3, 3, 3)


def test_csv_has_every_city_and_item_with_its_source(client: FlaskClient, session: Any) -> None:
    rows = csv_rows(client, "/commitments.csv")
    assert len(rows) == 123 * 23
    known = [row for row in rows if row["status"] != "unknown"]
    assert len(known) == 137
    assert all(row["sources"].startswith("http") for row in known)
    (office,) = [row for row in rows if row["city"] == "madrid" and row["item"] == "R3"]
    assert (office["status"], office["since"], office["since_from"]) == ("lapsed", "2019", "2019-01-01")
    africa = list_cities(CityFilter(region="africa"))
    assert len(csv_rows(client, "/commitments.csv?region=africa&group=C1")) == 2 * len(africa)


def test_csv_runs_no_formula(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "C1.1", "pledged", note="=HYPERLINK(1)", url="https://example.org/x")
    (row,) = [row for row in csv_rows(client, "/commitments.csv?group=C1") if row["city"] == "suva" and row["note"]]
    assert row["note"] == "'=HYPERLINK(1)"


def test_the_feed_has_the_newest_records_first(client: FlaskClient, session: Any) -> None:
    record = make_record(
        session, "graz", "C2.1", "withdrawn", "about 2024", recorded_at=clock.now(), note="<b>ended</b> & gone"
    )
    feed = feedparser.parse(client.get("/commitments.atom").text)
    assert not feed.bozo
    assert len(feed.entries) == 50
    assert feed.entries[0].title == "Graz, Citizens’ committee: Withdrawn (about 2024)"
    assert feed.entries[0].link.endswith(f"/cities/graz/commitments#record-{record.id}")
    assert "gone" in feed.entries[0].summary
    few = feedparser.parse(client.get("/commitments.atom?region=africa&group=C4").text).entries
    assert few
    assert all(re.match("Kampala|Nairobi", entry.title) for entry in few)


def test_statuses_that_no_record_has_yet_have_their_own_sign(client: FlaskClient, session: Any) -> None:
    for item, status in (("C1.1", "not_started"), ("C1.2", "withdrawn"), ("C5.1", "outside_competence")):
        make_record(session, "kampala", item, status, "2020", legal_reason="the law")
    row = next(row for row in body_rows(client.get("/commitments/?region=africa").text) if "/kampala" in row)
    for status in ("not_started", "withdrawn", "outside_competence"):
        assert f"#st-{status}" in row
    assert cells_of(row).count("unknown") == 19


@pytest.mark.parametrize("language", ["ko", "es", "fr"])
def test_other_languages(client: FlaskClient, language: str) -> None:
    page = client.get(f"/commitments/?lang={language}").text
    assert f'<html lang="{language}"' in page
    assert len(body_rows(page)) == 50

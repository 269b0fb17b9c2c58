"""One item in one city: the ladder, what is missing, every record, and whom to learn from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from hub.cases.models import ITEM
from hub.cities.models import City
from hub.commitments.models import Verification
from tests.cases.factory import make_case
from tests.commitments.factory import RECORDED, make_record
from tests.people.accounts import sign_in

SUVA = "/cities/suva/commitments"


def part(page: str, heading: str) -> str:
    begin = page.index(f'id="h-{heading}"')
    return page[begin : page.index("</section>", begin)]


def check(session: Any, record: Any, result: str = "confirmed", **more: Any) -> None:
    values: dict[str, Any] = {
        "tier": "document", "checked_on": date(2026, 2, 1), "expires_on": date(2030, 1, 1), "recorded_at": RECORDED,
        "reason": "",
    }  # fmt: skip
    session.add(
        Verification(record_id=record.id, city_id=record.city_id, item_code=record.item_code, result=result,
                     **values | more)
    )  # fmt: skip
    session.commit()


def test_where_it_stands_and_what_the_next_rung_asks(client: FlaskClient, session: Any) -> None:
    record = make_record(session, "suva", "C2.5", "resourced", "2012-05", url="https://example.org/decree")
    make_record(session, "suva", "C2.5", "pledged", "2009", note="A promise on the radio")
    check(session, record)
    answer = client.get(f"{SUVA}/C2.5")
    page = answer.text
    assert page.count("<h1") == 1
    now = part(page, "now")
    for words in ("Resourced", "May 2012", "example.org/decree", "Documents checked", "Someone is appointed"):
        assert words in now, words
    assert 'aria-current="step"' in now
    assert "Next rung" in now
    assert "All inhabitants can complain" in now[now.index("Still missing") :]
    records = part(page, "records")
    assert records.index("Pledged") < records.index("Resourced")
    assert "A promise on the radio" in records
    assert f'id="record-{record.id}"' in records
    assert "counts until" in records
    assert "/record" not in page  # nothing for who may not
    assert "csrf" not in page
    assert "Set-Cookie" not in answer.headers
    assert client.get(f"{SUVA}/c2.5").headers["Location"] == f"{SUVA}/C2.5"
    for missing in ("/cities/nowhere/commitments/C2.5", f"{SUVA}/C9.9", f"{SUVA}/C9.9.json", f"{SUVA}/C2.5.csv"):
        assert client.get(missing).status_code == 404, missing
    wrong = client.get(f"{SUVA}/C2.5?as_of=2999-01-01")
    assert wrong.status_code == 400
    assert "as_of" in wrong.text


def test_on_another_day_and_as_known_then(client: FlaskClient, session: Any) -> None:
    first = make_record(session, "suva", "R2", "adopted", "2010", recorded_at=datetime(2020, 1, 1, tzinfo=UTC))
    make_record(session, "suva", "R2", "operating", "2015", recorded_at=datetime(2024, 1, 1, tzinfo=UTC))
    check(session, first, checked_on=date(2021, 1, 1))
    assert "Unknown" in part(client.get(f"{SUVA}/R2?as_of=2009-12-31").text, "now")
    assert "Operating" in part(client.get(f"{SUVA}/R2?as_of=2022-01-01").text, "now")
    then = client.get(f"{SUVA}/R2?as_of=2022-01-01&known=then").text
    assert "is-now" in then
    assert "Operating" not in part(then, "records")
    document = client.get(f"{SUVA}/R2.json?as_of=2022-01-01&known=then").json
    assert document["status"] == "adopted"
    assert document["verified"]["tier"] == "self"  # the check came on record later
    now = client.get(f"{SUVA}/R2.json").json
    assert (now["status"], len(now["history"])) == ("operating", 2)
    assert now["history"][0]["verified"]["tier"] == "document"


def test_from_the_gap_to_a_person(client: FlaskClient, session: Any) -> None:
    make_record(session, "utrecht", "C3.4", "operating", "2011")
    make_record(session, "graz", "C3.4", "adopted", "2020")
    make_record(session, "vienna", "C3.4", "pledged", "2020")
    contact = {"contact_office": "Office of diversity", "contact_address": "rights@utrecht.example"}
    session.execute(update(City).where(City.slug == "utrecht").values(contact))
    session.commit()
    make_case("how-it-was-done", city="utrecht", title="How it was done", tags=[(ITEM, "C3.4")], language="fr")
    near = part(client.get("/cities/salzburg/commitments/C3.4").text, "kin")
    assert "Learn from cities that met it" in near
    assert near.index("Graz") < near.index("Utrecht")  # the same country first
    assert "same country, same language" in near
    assert "/cities/graz#ask" in near
    assert "Office of diversity" in near
    assert "mailto:rights@utrecht.example" in near
    assert '<a href="/cases/how-it-was-done" lang="fr">' in near
    assert "Vienna" not in near
    assert "Others that met it" in part(client.get("/cities/graz/commitments/C3.4").text, "kin")
    document = client.get("/cities/salzburg/commitments/C3.4.json").json
    assert [each["city"]["slug"] for each in document["nearest"][:2]] == ["graz", "utrecht"]
    assert document["met_by"] == 2
    assert document["nearest"][0]["alike"][:2] == ["country", "language"]
    assert document["nearest"][1]["cases"][0].endswith("/cases/how-it-was-done")
    make_record(session, "salzburg", "C3.4", "outside_competence", "2020", legal_reason="Federal law")
    page = client.get("/cities/salzburg/commitments/C3.4").text
    assert 'id="kin"' not in page
    assert "Federal law" in page


def test_a_point_of_an_item(client: FlaskClient, session: Any) -> None:
    record = make_record(session, "suva", "C4.1.3", "adopted", "2019")
    make_record(session, "graz", "C4.1.3", "operating", "2018")
    make_case("plan", city="graz", title="The plan", tags=[(ITEM, "C4.1")])
    page = client.get(f"{SUVA}/C4.1.3").text
    assert f'{SUVA}/C4.1"' in page  # the way to the item it belongs to
    assert "The plan" in part(page, "kin")  # cases name the item, not its points
    assert "1 of 10 on record" in client.get(f"{SUVA}/C4.1").text
    whole = client.get(SUVA).text
    points = whole[whole.index('id="C4.1.3"') :]
    assert "Adopted" in points[: points.index("</li>")]
    assert f'id="record-{record.id}"' in points
    assert "1 of 23 items on record" in whole  # points are not counted
    (item,) = [each for each in client.get(f"{SUVA}.json").json["items"] if each["code"] == "C4.1"]
    assert [each["status"] for each in item["points"]].count("adopted") == 1
    assert len(item["points"]) == 10
    assert "suva,Suva,FJ,asia-pacific,C4.1.3" in client.get(f"{SUVA}.csv").text


def test_what_is_taken_back_is_unknown(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/one")
    make_record(session, "suva", "R2", "unknown", "2014", note="It was another city")
    page = client.get(f"{SUVA}/R2").text
    assert "nobody has told us" in part(page, "now")
    assert "It was another city" in part(page, "records")
    assert client.get(f"{SUVA}/R2.json").json["status"] == "unknown"


def test_what_is_not_public_counts_and_stays_hidden(client: FlaskClient, session: Any) -> None:
    record = make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/secret")
    record.evidence[0].is_public = False
    session.commit()
    page = client.get(f"{SUVA}/R2").text
    assert "example.org/secret" not in page
    assert "1 piece not public" in page
    assert "A document that shows it" not in page  # there is one
    assert "example.org/secret" not in client.get(f"{SUVA}/R2.json").text


def test_a_coordinator_finds_her_buttons(client: FlaskClient, session: Any) -> None:
    record = make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/secret")
    record.evidence[0].is_public = False
    session.commit()
    sign_in(client, "hers@example.org", city="suva")
    page = client.get(f"{SUVA}/R2").text
    assert f'href="{SUVA}/R2/record"' in page
    assert f'href="{SUVA}/R2/check"' in page
    assert "example.org/secret" in page
    assert "/check" not in client.get(f"{SUVA}/R2?as_of=2020-01-01").text  # a check is of what is in force
    assert "/check" not in client.get(f"{SUVA}/C1.1").text  # nor of nothing
    assert "/record" not in client.get("/cities/graz/commitments/R2").text

"""Would it work here: what is alike is said line by line, and what is not known is never called different."""

from __future__ import annotations

import re
from itertools import product

from flask import Flask
from flask.testing import FlaskClient

from hub.cases.models import DRAFT
from hub.cities.models import SUSPENDED, City
from hub.cities.nearness import Profile
from hub.core.db import db, transaction
from hub.exchange.fit import (
    COST,
    DIFFERENT,
    KIND,
    LANGUAGE,
    NEAR,
    PLACE,
    POWERS,
    SAME,
    SIZE,
    STEPS,
    UNKNOWN,
    Practice,
    compare,
    size_class,
)
from hub.exchange.fitpage import size_words
from hub.people.models import Membership
from tests.cases.factory import make_case, reading
from tests.exchange.taken import WHEN, begin_anew, city_id, take_up
from tests.people.accounts import sign_in

BANDS = ("none", "under-10k", "10k-100k", "100k-1m")
HOME = Profile(1, "home", "Home", None, "de-AT", "AT", "europe", "municipality", 290_000)
TWIN = HOME._replace(id=2, slug="twin", native_language="de")


def verdicts(
    there: Profile | None, practice: Practice | None = None, bands: tuple[str, ...] = (), home: Profile = HOME
) -> dict[str, str]:
    found = compare(home, there, practice or Practice("AT", "", ""), bands, BANDS)
    return {line.name: line.verdict for line in found}


def test_each_line_is_judged_by_itself() -> None:
    twin = verdicts(TWIN, Practice("AT", "own", "under-10k"), ("under-10k",))
    assert twin == dict.fromkeys((SIZE, KIND, PLACE, LANGUAGE, POWERS, COST), SAME)
    far = TWIN._replace(
        country="KR", region="asia-pacific", native_language="ko", gov_type="metropolitan_city", population=9_000_000
    )
    assert verdicts(far, Practice("KR", "own", "100k-1m"), ("none", "under-10k")) == {
        SIZE: DIFFERENT, KIND: DIFFERENT, PLACE: DIFFERENT, LANGUAGE: DIFFERENT, POWERS: UNKNOWN, COST: DIFFERENT,
    }  # fmt: skip
    near = TWIN._replace(country="DE", population=510_000, gov_type="municipality")
    assert verdicts(near)[SIZE] == verdicts(near)[PLACE] == NEAR
    part, other = HOME._replace(gov_type="district"), TWIN._replace(gov_type="borough")
    kin = verdicts(other, Practice("AT", "delegated", ""), home=part)
    assert kin[KIND] == kin[POWERS] == NEAR


def test_what_is_not_known_is_never_different() -> None:
    nothing = Profile(3, "x", "X", None, None, "FJ", "", "", None)
    for home, there in ((HOME, nothing), (nothing, HOME), (HOME, None), (nothing, None)):
        found = verdicts(there, home=home)
        assert [found[name] for name in (SIZE, KIND, LANGUAGE, POWERS, COST)] == [UNKNOWN] * 5
    assert verdicts(None, Practice("AT", "own", ""))[PLACE] == SAME, "a national programme has a country"
    assert verdicts(TWIN, Practice("AT", "own", "gone"), ("gone",))[COST] == UNKNOWN, "a band that the list dropped"


def test_what_needs_nothing_is_no_hindrance() -> None:
    for home, there in product((HOME, HOME._replace(gov_type="", population=None)), (TWIN, None)):
        found = verdicts(there, Practice("KR", "none_needed", "none"), home=home)
        assert found[POWERS] == found[COST] == SAME


def test_cost_is_compared_with_what_the_city_carries() -> None:
    for asked, own, verdict in (
        ("under-10k", ("100k-1m",), NEAR), ("10k-100k", ("under-10k",), NEAR), ("100k-1m", ("none",), DIFFERENT),
        ("10k-100k", ("10k-100k", "none"), SAME), ("10k-100k", (), UNKNOWN), ("", ("none",), UNKNOWN),
    ):  # fmt: skip
        assert verdicts(TWIN, Practice("AT", "", asked), own)[COST] == verdict, (asked, own)


def test_sizes_are_classes_that_follow_one_another(app: Flask) -> None:
    found = [size_class(people) for step in STEPS for people in (step - 1, step)]
    assert found == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert size_class(None) is size_class(0) is size_class(-5) is None
    with reading(app, "en"):
        words = [size_words(number) for number in range(len(STEPS) + 1)]
    assert words[0] == "fewer than 10,000 people"
    assert words[3] == "200,000 to 500,000 people"
    assert words[6] == "5,000,000 people and more"


def part(client: FlaskClient, path: str) -> str:
    """Return the part of a case's page that compares, without its tags; empty where it has none."""
    response = client.get(path)
    assert response.status_code == 200, response.text[-3000:]
    found = re.search(r'<section id="fit">.*?</section>', response.text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def test_a_coordinator_sees_it_and_records_that_her_city_considers_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        begin_anew()
        make_case("a-council", city="graz", competence="own", cost_band="none", country="AT")
        take_up("salzburg", "a-council", state="running", since="2020")
        take_up("gwangju", "a-council", state="adapting", is_demo=True, source_title="A report")
        take_up("lund", "a-council", state="considering")
        take_up("bogota", "a-council", state="stopped")
        take_up("seoul", "a-council", removed_at=WHEN)
    path = "/cases/a-council"
    assert part(client, path) == "", "nobody is signed in"
    sign_in(client, "u@example.org", city="utrecht")
    shown = part(client, path)
    assert "How Utrecht compares with Graz" in shown
    assert "No extra cost" in shown
    assert re.findall(r"(?:Same|Near|Different|Not known)\b", shown) == [
        "Same", "Same", "Near", "Different", "Not known", "Same",
    ]  # fmt: skip
    assert shown.index("Salzburg") < shown.index("Gwangju"), "the nearest first"
    assert "same region of the world" in shown
    assert "Adapting Demo documented, not said by the city" in shown
    assert not {"Lund", "Bogotá", "Seoul"} & set(shown.split()), "only who runs or adapts it now"
    assert "Ask Salzburg" in shown
    page = client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert 'href="/cases/a-council/adapt?city=utrecht&amp;state=considering"' in page.text
    with app.app_context():
        take_up("utrecht", "a-council", state="considering", since="2026")
    shown = part(client, path)
    assert "Considering since 2026" in shown
    assert "Say the next step" in shown
    assert "Record that we consider it" not in shown
    assert client.get("/cases/a-council/adapt?city=utrecht").status_code == 200


def test_who_writes_for_several_cities_chooses_and_nobody_for_a_foreign_one(app: Flask, client: FlaskClient) -> None:
    user_id = sign_in(client, "two@example.org", city="utrecht")
    with app.app_context():
        begin_anew()
        make_case("a-council", city="graz")
        make_case("national", city=None, country="NL", competence="shared")
        make_case("hers", city="utrecht")
        make_case("unborn", city="graz", state=DRAFT)
        with transaction():
            for slug, role in (("gwangju", "contributor"), ("graz", "coordinator")):
                db.session.add(Membership(user_id=user_id, city_id=city_id(slug), role=role, since_at=WHEN))
    assert "How Utrecht compares" in part(client, "/cases/a-council"), "first what she coordinates"
    chosen = part(client, "/cases/a-council?city=gwangju")
    assert "How Gwangju compares" in chosen
    assert "A coordinator of Gwangju can record that you consider it." in chosen
    assert "Record that we consider it" not in chosen
    for foreign in ("seoul", "graz", "no-such-city"):
        refused = client.get(f"/cases/a-council?city={foreign}", headers={"Accept": "application/json"})
        assert refused.status_code == 400
        assert refused.get_json(force=True)["parameter"] == "city"
    assert "How Graz compares with Netherlands" in part(client, "/cases/national")
    assert "How Utrecht compares with Netherlands" in part(client, "/cases/national?city=utrecht")
    assert "How Graz compares with Utrecht" in part(client, "/cases/hers"), "never with itself"
    assert part(client, "/cases/unborn") == ""
    with app.app_context(), transaction():
        for slug in ("utrecht", "gwangju"):
            db.session.get_one(City, city_id(slug)).membership = SUSPENDED
    assert part(client, "/cases/a-council") == "", "whom organizers stopped writes for none"


def test_only_writers_of_another_city_are_asked(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_case("a-council", city="graz")
    sign_in(client, "g@example.org", city="graz")
    assert part(client, "/cases/a-council") == ""
    sign_in(client, "o@example.org", is_organizer=True)
    assert part(client, "/cases/a-council") == ""
    sign_in(client, "w@example.org", city="lund", role="contributor")
    assert "A coordinator of Lund can record" in part(client, "/cases/a-council")

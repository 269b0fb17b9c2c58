"""A city takes over what was compiled about it; the desk lists what waits."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases import queries
from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.paths import SEEDS
from hub.site import seeding
from tests.cases.desk import Log, browser, hidden, publish, revisions, send, start, stored
from tests.people.accounts import sign_in

SLUG = "graz-advisory-council"


@pytest.fixture
def graz(client: FlaskClient) -> FlaskClient:
    """A coordinator of Graz."""
    sign_in(client, "graz@example.org", city="graz", name="Gruber Graz")
    return client


def load_seeds_anew(client: FlaskClient) -> None:
    """Load the seed files as if this case had changed in them."""
    with client.application.app_context():
        with transaction():
            case = db.session.scalars(select(queries.CaseStudy).where(queries.CaseStudy.slug == SLUG)).one()
            case.seed_digest = "another"
        seeding.load_all(SEEDS, clock.now())


def test_confirming_takes_a_case_over_as_it_stands(graz: FlaskClient) -> None:
    before = stored(graz, SLUG)
    html = graz.get(f"/cases/{SLUG}").text
    assert "Compiled, waits for your city to confirm it" in html
    fields = hidden(graz, f"/cases/{SLUG}", "confirm")
    log = Log(graz)
    for _ in range(2):
        response = graz.post(f"/cases/{SLUG}/confirm", data=fields)
        assert response.location == f"/cases/{SLUG}"
    case = stored(graz, SLUG)
    assert log.entries == [("CaseTakenOver", {"case_id": case.id})]
    assert case.is_compiled is False
    assert case.confirmed_at is not None
    assert (case.title, case.version) == (before.title, before.version + 1)
    last = revisions(graz, SLUG)[-1]
    assert (last.number, last.change_note) == (case.version, "Confirmed by the city as it stands.")
    public = browser(graz)
    html = public.get(f"/cases/{SLUG}").text
    assert "Compiled from public sources" not in html
    assert 'class="mine"' not in html
    assert "Graz (20" in html  # cited as the city's own word
    assert "Gruber Graz" in public.get(f"/cases/{SLUG}/history").text


def test_editing_takes_a_case_over_too(graz: FlaskClient) -> None:
    assert "it becomes the word of your city" in graz.get(f"/cases/{SLUG}/edit").text
    log = Log(graz)
    assert send(graz, SLUG, change_note="In our own words.").status_code == 303
    case = stored(graz, SLUG)
    assert log.kinds == ["CaseRevised"]
    assert (case.is_compiled, case.confidence) == (False, None)


@pytest.mark.parametrize("how", ["confirm", "edit"])
def test_the_seed_files_never_overwrite_what_a_city_took_over(graz: FlaskClient, how: str) -> None:
    if how == "confirm":
        graz.post(f"/cases/{SLUG}/confirm", data=hidden(graz, f"/cases/{SLUG}", "confirm"))
    else:
        send(graz, SLUG, change_note="In our own words.")
    before, log = stored(graz, SLUG), Log(graz)
    load_seeds_anew(graz)
    after = stored(graz, SLUG)
    assert (after.title, after.is_compiled, after.problem) == (before.title, False, before.problem)
    assert len(revisions(graz, SLUG)) == 2
    assert log.kinds == []


def test_a_case_nobody_touched_follows_the_seed_files(graz: FlaskClient) -> None:
    log = Log(graz)
    load_seeds_anew(graz)
    assert log.entries == [("CaseRevised", {"case_id": stored(graz, SLUG).id, "is_substantial": True})]
    assert stored(graz, SLUG).is_compiled


def test_only_coordinators_of_the_city_confirm(client: FlaskClient) -> None:
    people: list[dict[str, Any]] = [
        {"city": "graz", "role": "contributor"}, {"city": "gwangju"}, {"is_organizer": True},
    ]  # fmt: skip
    for number, values in enumerate(people):
        other = browser(client)
        sign_in(other, f"other{number}@example.org", **values)
        html = other.get(f"/cases/{SLUG}").text
        assert "Confirm: this is right" not in html
        page = other.get("/account").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        response = other.post(f"/cases/{SLUG}/confirm", data={"csrf_token": token, "version": "1"})
        assert response.status_code == 403
    assert stored(client, SLUG).is_compiled


def test_a_confirmed_case_is_not_confirmed_again_by_a_bad_form(graz: FlaskClient) -> None:
    fields = hidden(graz, f"/cases/{SLUG}", "confirm")
    for version in ("", "x", "9" * 30, "-1", "٣"):
        assert graz.post(f"/cases/{SLUG}/confirm", data=fields | {"version": version}).status_code == 400
    assert stored(graz, SLUG).is_compiled


def test_the_desk_lists_what_waits(graz: FlaskClient) -> None:
    draft, own = start(graz, "Half a case"), publish(graz)
    with graz.application.app_context():
        city_id = db.session.scalars(select(City.id).where(City.slug == "graz")).one()
        [row] = queries.drafts_of([city_id])
        assert (row.slug, row.title, row.version, row.city_name, row.missing) == (draft, "Half a case", 1, "Graz", 18)
        assert [each.slug for each in queries.own_published([city_id])] == [own]
        assert SLUG in [each.slug for each in queries.compiled_of([city_id])]
        assert queries.drafts_of([]) == []


def test_a_case_says_how_to_reach_the_city(graz: FlaskClient) -> None:
    public = browser(graz)
    for office, address, wanted in (
        ("Human Rights Office", "office@graz.example.org", 'href="mailto:office@graz.example.org"'),
        ("<b>Office</b>", "https://graz.example.org/ask", 'href="https://graz.example.org/ask"'),
        ("Office", "javascript:alert(1)", "javascript:alert(1)"),
    ):
        with graz.application.app_context(), transaction():
            city = db.session.scalars(select(City).where(City.slug == "graz")).one()
            city.contact_office, city.contact_address = office, address
        html = public.get(f"/cases/{SLUG}").text.split('id="ask"')[1].split("</section>")[0]
        assert wanted in html
        assert "<b>Office</b>" not in html or office == "Office"
        assert 'href="javascript' not in html

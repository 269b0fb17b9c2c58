"""Up to three cases side by side."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from hub.cases.models import DRAFT
from hub.core.text import slugify
from tests.cases.factory import make_case
from tests.cases.rich import RICH, add_translation


def test_three_cases_stand_side_by_side(session: Any, client: FlaskClient) -> None:
    make_case("one", **(RICH | {"title": "First <b>", "problem": "**Long** " * 200}))
    make_case("two", **(RICH | {"title": "Second", "stage": "ended", "city": None, "country": "SN"}))
    make_case("three", title="Third", tags=[("clause", "GP8.2")])
    add_translation("two", "es", title="Segundo")
    response = client.get("/cases/compare?case=one&case=two&case=three")
    html = response.text
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert html.count("<h1") == 1
    assert "First &lt;b&gt;" in html
    heads = re.findall(r'<th scope="row">([^<]+)</th>', html)
    assert heads == sorted(set(heads), key=heads.index)
    for name in ("Summary", "Stage", "Clauses", "Problem", "Amount", "Figures", "What did not work", "Lessons"):
        assert name in heads, name
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', html, re.S))
    assert rows["Clauses"].count('class="shared"') == 5  # GP8.2 three times, GP3.1 twice
    assert rows["Stage"].count('class="shared"') == 0
    assert rows["Amount"].count("42,000 EUR (2024)") == 2
    assert "Not said" in rows["Amount"]
    assert "None reported yet." in rows["What did not work"]
    assert 'href="/cases/one#problem"' in rows["Problem"]
    assert "consent in the safe" not in html
    assert 'href="/cases/compare?case=two&amp;case=three"' in html
    assert "Segundo" in client.get("/cases/compare?case=one&case=two&lang=es").text


def test_one_case_offers_what_is_near(client: FlaskClient) -> None:
    html = client.get("/cases/compare?case=graz-advisory-council").text
    assert "Put one beside it" in html
    with_one = re.search(r'href="(/cases/compare\?case=graz-advisory-council&amp;case=[^"]+)"', html)
    assert with_one
    two = client.get(with_one[1].replace("&amp;", "&"))
    assert "Add a third" in two.text
    assert "<table" in two.text
    page = client.get("/cases/graz-advisory-council").text
    assert 'href="/cases/compare?case=graz-advisory-council&amp;case=' in page


def test_what_cannot_be_compared_is_said(session: Any, client: FlaskClient) -> None:
    make_case("secret", state=DRAFT, title="Secret plans")
    many = client.get("/cases/compare?case=a&case=b&case=c&case=d")
    assert many.status_code == 400
    assert "Compare up to 3 cases." in many.text
    gone = client.get("/cases/compare?case=graz-advisory-council&case=secret")
    assert gone.status_code == 404
    assert "There is no published case “secret”." in gone.text
    assert "Secret plans" not in gone.text
    same = client.get("/cases/compare?case=graz-advisory-council&case=graz-advisory-council")
    assert same.status_code == 200
    assert "Put one beside it" in same.text
    assert "No case is chosen." in client.get("/cases/compare").text
    assert client.get("/cases/compare?case=%00").status_code == 400


def test_no_case_can_take_the_address() -> None:
    assert slugify("Compare") == "compare-1"

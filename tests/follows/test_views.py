"""Following without an account: the address of a feed for what was asked."""

from __future__ import annotations

import re

import feedparser
import pytest
from flask.testing import FlaskClient
from markupsafe import escape


@pytest.mark.parametrize(
    ("query", "feed", "leads_to"),
    [
        ("kind=principle&id=GP8", "/follow.atom?kind=principle&id=GP8", "/principles/GP8"),
        ("kind=principle&id=DT-LAW", "/follow.atom?kind=principle&id=DT-LAW", "/principles/DT-LAW"),
        ("kind=city&id=gwangju", "/follow.atom?kind=city&id=gwangju", "/cities/gwangju"),
        ("kind=commitment&id=C2.3", "/follow.atom?kind=commitment&id=C2.3", "/commitments/C2.3"),
        (
            "kind=case&id=graz-advisory-council",
            "/follow.atom?kind=case&id=graz-advisory-council",
            "/cases/graz-advisory-council",
        ),
        ("kind=search&query=q%3Drights%26page%3D2", "/cases.atom?q=rights", "/cases/?q=rights"),
        ("kind=search&id=q%3Drights", "/cases.atom?q=rights", "/cases/?q=rights"),
        ("kind=country&id=KR", "/follow.atom?kind=country&id=KR", "/cities/?country=KR"),
        ("kind=source&id=forum", "/follow.atom?kind=source&id=forum", "/news/?source=forum"),
        ("kind=news&id=all", "/news.atom", "/news/"),
    ],
)
def test_a_feed_for_each_kind_answers(client: FlaskClient, query: str, feed: str, leads_to: str) -> None:
    html = client.get(f"/follow?{query}").text
    address = re.search(r'<p class="cite"><a href="([^"]+)">(http[^<]+)</a>', html)
    assert address
    assert address[1] == escape(feed)
    assert address[2].endswith(str(escape(feed)))
    assert f'href="{escape(leads_to)}"' in html
    assert not feedparser.parse(client.get(feed).data).bozo


def test_without_a_thing_it_tells_what_following_is(client: FlaskClient) -> None:
    response = client.get("/follow")
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert 'href="/cases.atom"' in response.text
    assert "<form" not in response.text


@pytest.mark.parametrize(
    ("query", "name"),
    [("kind=tree&id=1", "kind"), ("id=GP8", "kind"), ("kind=city", "id"), ("kind=search&id=page%3D2", "query"),
     ("kind=city&id=a&id=b", "id"), ("kind=city&id=%00", "id"), ("kind=city&id=" + "x" * 1100, "id")],
)  # fmt: skip
def test_what_cannot_be_followed_is_named(client: FlaskClient, query: str, name: str) -> None:
    response = client.get(f"/follow?{query}")
    assert response.status_code == 400
    assert f"“{name}”" in response.text


@pytest.mark.parametrize(
    "query", ["kind=city&id=atlantis", "kind=principle&id=GP99", "kind=commitment&id=C9.9", "kind=case&id=x"]
)
def test_what_is_not_there_is_not_found(client: FlaskClient, query: str) -> None:
    assert client.get(f"/follow?{query}").status_code == 404


def test_a_search_stays_text(client: FlaskClient) -> None:
    html = client.get("/follow?kind=search&id=q%3D%253Cscript%253Ealert(1)%253C/script%253E").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html

"""The page of one story, for everyone, for writers and for organizers."""

from __future__ import annotations

import re
from typing import Any

import feedparser
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CLAUSE, CaseStudy
from hub.core.db import db
from tests.feeds.factory import WHEN, make_entry
from tests.hands import forms_in
from tests.people.accounts import sign_in

BODY = (
    '<h2>Housing</h2><p>All of it, with <a href="https://example.org/more">more</a>.</p><img src="https://t.example/p">'
)


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.text


def story(client: FlaskClient, guid: str = "urn:test:1", **values: Any) -> int:
    """Store a story and return its number."""
    with client.application.app_context():
        return make_entry(guid, **values).id


def press(client: FlaskClient, path: str, action: str, status: int = 303, **values: Any) -> str:
    """Fill the form of a page that leads to an action and send it; return where it leads, or the page it gives."""
    [form] = [each for each in forms_in(page(client, path)) if each.action == action]
    data: dict[str, Any] = {}
    for name, value in form.filled(values):
        data.setdefault(name, []).append(value)
    answer = client.post(action, data=data)
    assert answer.status_code == status, answer.text[-1500:]
    return answer.headers["Location"] if status == 303 else answer.text


def test_the_whole_text_stands_here_only_where_the_feed_gives_it(client: FlaskClient) -> None:
    whole = story(client, "a", body_html=BODY, edited_at=WHEN, city_slugs=["gwangju"], enclosures=[
        {"url": "https://example.org/files/report%20one.pdf", "type": "application/pdf", "bytes": 2_345_678},
        {"url": "javascript:alert(1)", "type": "", "bytes": 0},
    ])  # fmt: skip
    html = page(client, f"/news/{whole}")
    assert "<p>All of it, with" in html
    assert "<img" not in html
    assert "What happened." not in html.split("<main")[1]
    assert "Changed by its site on Mar 4, 2026" in html
    assert re.search(r'report one\.pdf</a><br><span class="quiet">application/pdf, 2\.3 MB', html)
    assert "javascript:" not in html
    assert 'href="/cities/gwangju"' in html
    assert "csrf_token" not in html
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/news/{whole}">' in html or "canonical" in html
    short = story(client, "b", url="https://example.org/short")
    html = page(client, f"/news/{short}")
    assert "<p>What happened.</p>" in html
    assert 'href="https://example.org/short"' in html
    assert f'href="/news/{short}"' in page(client, "/news/")
    assert client.get(f"/news/{short}").headers["Cache-Control"] == "public, max-age=60"


def test_a_story_of_several_sources_has_one_page(client: FlaskClient) -> None:
    first = story(client, "a:1", source="a", url_key="one")
    other = story(client, "b:1", source="b", url_key="one", url="https://b.example/1")
    assert client.get(f"/news/{other}").headers["Location"] == f"/news/{first}"
    html = page(client, f"/news/{first}")
    assert "Its sources" in html
    assert '<a href="https://b.example/1" rel="noopener nofollow ugc">Source b</a>' in html
    assert "Also in:" in page(client, "/news/")
    item = client.get("/news.json?q=story").get_json()["items"][0]
    assert [source["slug"] for source in item["sources"]] == ["a", "b"]
    assert item["url_here"].endswith(f"/news/{first}")
    assert item["full_text"] is False


def test_a_story_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    hidden, gone = (
        story(client, "a", hidden_at=WHEN, title="Unseen"),
        story(client, "b", removed_at=WHEN, title="Unseen"),
    )
    for number in (hidden, gone, 2_000_000_000):
        assert client.get(f"/news/{number}").status_code == 404
    assert client.get("/news/99999999999999999999").status_code == 404
    for path in ("/news/", "/news.json?per_page=100", "/news.csv", "/news.atom", "/"):
        assert "Unseen" not in page(client, path)
    sign_in(client, "ana@example.org", city="gwangju")
    assert client.get(f"/news/{hidden}").status_code == 404
    assert "Unseen" not in page(client, "/news/")


def test_an_organizer_pins_hides_and_shows(client: FlaskClient) -> None:
    entry = story(client, "old", title="An old story", published_at=WHEN.replace(year=2009))
    path = f"/news/{entry}"
    sign_in(client, "boss@example.org", is_organizer=True)
    press(client, path, f"{path}/pin")
    first = page(client, "/news/")
    assert first.index("An old story") < first.index("2026 forum announced")
    assert first.count("<h3") == 20
    assert sum(page(client, f"/news/?page={number}").count("An old story") for number in (1, 2)) == 1
    assert page(client, "/news/?page=2").count("<h3") == 3
    assert "An old story" not in page(client, "/news/?year=2026")
    press(client, path, f"{path}/hide")
    assert "Only organizers see it" in page(client, path)
    listed = page(client, "/news/?year=2009")
    assert "Hidden" in listed
    press(client, "/news/?year=2009", f"{path}/show")
    assert "Only organizers see it" not in page(client, path)
    press(client, path, f"{path}/pin")
    press(client, path, f"{path}/unpin")
    client.post(f"{path}/hide", data={"csrf_token": forms_in(page(client, path))[0].fields[0][1]})
    assert client.post(f"{path}/pin").status_code == 400
    token = forms_in(page(client, f"{path}/ties"))[0].fields[0][1]
    assert client.post(f"{path}/pin", data={"csrf_token": token}).status_code == 409


def test_ties_by_hand_and_the_conflict_of_two(client: FlaskClient) -> None:
    path = f"/news/{story(client, 'a', principle_codes=['GP9', 'GP1.2'])}"
    sign_in(client, "boss@example.org", is_organizer=True)
    opened = forms_in(page(client, f"{path}/ties"))[0].filled({"principles": ["GP4"], "cities": ["graz"]})
    press(client, f"{path}/ties", f"{path}/ties", principles=["GP1.2", "GP7"])
    assert 'href="/principles/GP7"' in page(client, path)
    data: dict[str, list[str]] = {}
    for name, value in opened:
        data.setdefault(name, []).append(value)
    late = client.post(f"{path}/ties", data=data)
    assert late.status_code == 409
    assert "GP1.2, GP7" in late.text
    [form] = [each for each in forms_in(late.text) if each.action == f"{path}/ties"]
    again: dict[str, list[str]] = {}
    for name, value in form.filled({}):
        again.setdefault(name, []).append(value)
    assert again["principles"] == ["GP4"]
    assert client.post(f"{path}/ties", data=again).status_code == 303
    html = page(client, path)
    assert 'href="/cities/graz"' in html
    assert 'href="/principles/GP4"' in html
    wrong = client.post(f"{path}/ties", data=again | {"principles": ["GP99"], "form_key": "0" * 32})
    assert wrong.status_code == 400
    assert "cannot be chosen" in wrong.text


def test_taking_out_asks_once(client: FlaskClient) -> None:
    path = f"/news/{story(client, 'a', title='Must go')}"
    sign_in(client, "boss@example.org", is_organizer=True)
    assert "cannot be undone" in page(client, f"{path}/take-out")
    assert press(client, f"{path}/take-out", f"{path}/take-out") == "/news/"
    assert client.get(path).status_code == 404
    assert "Must go" not in page(client, "/news/")


def test_a_draft_is_started_from_a_story_without_its_text(client: FlaskClient) -> None:
    entry = story(client, "a", title="도시의 인권 " * 30, language="ko", summary_html="<p>Their own words</p>",
                       principle_codes=["GP4", "GP1.2"], url="https://example.org/story")  # fmt: skip
    assert "Start a draft" not in page(client, f"/news/{entry}")
    sign_in(client, "ana@example.org", city="gwangju", role="contributor")
    start = f"/cases/new?from={entry}"
    assert f'href="{start}"' in page(client, f"/news/{entry}")
    html = page(client, start)
    assert "Their own words" not in html
    place = press(client, start, start)
    assert place.endswith("/edit?principle=GP4")
    with client.application.app_context():
        case = db.session.scalars(select(CaseStudy).order_by(CaseStudy.id.desc())).first()
        assert case is not None
        assert (case.language, len(case.title) <= 120, case.summary) == ("ko", True, "")
        assert [(each.url, each.title[:6]) for each in case.sources] == [("https://example.org/story", "도시의 인권")]
        assert case.codes(CLAUSE) == ["GP1.2"]
    editor = page(client, place)
    assert re.search(r'<details class="group" open><summary><span class="code gp4"', editor)
    hidden = story(client, "b", hidden_at=WHEN, title="Unseen")
    assert "Unseen" not in page(client, f"/cases/new?from={hidden}")
    assert client.get("/cases/new?from=x").status_code == 400


def test_the_feed_links_to_the_source_and_to_the_page_here(client: FlaskClient) -> None:
    entry = story(client, "=weird id", title="A\x08 story\ufffe <b>", url="")
    [told] = [each for each in feedparser.parse(client.get("/news.atom").data).entries if "story" in each.title]
    assert told.id.startswith("tag:")
    assert told.id.endswith(f",2026:news/{entry}")
    assert told.link.endswith(f"/news/{entry}")
    assert told.source.title == "A test source"

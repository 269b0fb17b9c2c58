"""Suggestions while somebody types, through their door; and that nothing unpublished is among them."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import PUBLISHED, CaseStudy
from hub.core.log import head_position, log_name
from hub.search.suggest import MOST, suggest
from tests.search.samples import case, index_of

DOOR = "/search/suggest.json"


def items(client: FlaskClient, text: str, **headers: str) -> list[tuple[str, str]]:
    """Kind and label of what is suggested."""
    answer = client.get(DOOR, query_string={"q": text}, headers=headers)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return [(item["kind"], item["label"]) for item in answer.json["items"]]


def test_cities_principles_and_cases_that_begin_so(client: FlaskClient) -> None:
    assert ("city", "Gwangju, South Korea") in items(client, "gwa")
    assert ("city", "Gwangju, South Korea") in items(client, "광")
    assert ("city", "광주광역시, 대한민국") in items(client, "gwa", **{"Accept-Language": "ko"})
    assert items(client, "gp9") == [("principle", "GP9 Human Rights Education and Training")]
    assert [kind for kind, _ in items(client, "gp")] == ["principle"] * 3
    assert ("principle", "GP9 Human Rights Education and Training") in items(client, "인권 교")
    assert ("principle", "GP9 Human Rights Education and Training") in items(client, "educacio")
    titles = [label for kind, label in items(client, "ombuds") if kind == "case"]
    assert "A city ombudsman that applies a city charter" in titles
    assert "Une charte municipale que l’ombudsman fait respecter" in titles
    assert ("case", "A city ombudsman that applies a city charter") in items(client, "charter ombudsm")
    assert items(client, "charter ombudsm zebra") == []


def test_addresses_lead_to_what_they_name(client: FlaskClient) -> None:
    for text in ("gwa", "ombuds"):
        answer = client.get(DOOR, query_string={"q": text}).json
        assert 0 < len(answer["items"]) <= MOST
        assert set(answer["items"][0]) == {"kind", "kind_name", "label", "url", "language"}
        assert answer["said"]
        assert client.get(answer["items"][0]["url"]).status_code == 200


def test_little_or_nonsense_gives_nothing_and_never_an_error(client: FlaskClient) -> None:
    for text in ("", "g", "***", "w*", '"', "(((", "zzzzzz", "\ud7ff\u0301", "ﷺ" * 400, "a " * 200, "-"):
        assert len(items(client, text)) <= MOST
    for text in ("", "g", "***", "zzzzzz"):
        assert items(client, text) == []
    assert client.get(f"{DOOR}?q={'x' * 501}").status_code == 400
    assert client.get(f"{DOOR}?q=a&q=b").status_code == 400
    assert client.get(f"{DOOR}?q=gwa").headers.get("Set-Cookie") is None


def test_a_draft_is_never_suggested_whatever_the_index_says(tmp_path: Path, session: Any) -> None:
    shown, hidden = session.scalars(select(CaseStudy).where(CaseStudy.state == PUBLISHED).limit(2)).all()
    hidden.state = "draft"
    session.flush()
    documents = [case(shown.id, "Zebra crossings"), case(hidden.id, "Zebra secrets"), case(999_999, "Zebra ghosts")]
    index = index_of(tmp_path, documents, head_position(), log_name())
    assert [each.slug for each in suggest(index, "zeb").cases] == [shown.slug]
    assert suggest(index_of(tmp_path / "other", documents, head_position(), "another"), "zeb").cases == ()
    assert suggest(index.open(tmp_path / "none"), "gwa").cities[0].slug == "gwangju"


def test_search_boxes_of_the_site_say_where_to_ask(client: FlaskClient) -> None:
    for path in ("/", "/cases/", "/search"):
        page = client.get(path).text
        assert f'data-suggest="{DOOR}"' in page
        assert "/static/js/suggest.js?v=" in page
    with client.get("/static/js/suggest.js") as script:
        assert script.mimetype == "text/javascript"

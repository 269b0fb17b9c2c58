"""Two people save one case: the second sees both texts, and nothing is lost."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cases.desk import Log, browser, hidden, hidden_in, publish, revisions, send, start, stored
from tests.people.accounts import sign_in


@pytest.fixture
def pair(client: FlaskClient) -> tuple[FlaskClient, FlaskClient]:
    """Two coordinators of Gwangju at their own browsers."""
    other = browser(client)
    sign_in(client, "one@example.org", city="gwangju", name="Ahn One")
    sign_in(other, "other@example.org", city="gwangju", name="Bae Other")
    return client, other


@pytest.mark.parametrize("is_published", [False, True])
def test_the_second_sees_both_and_saves_on_purpose(pair: tuple[FlaskClient, FlaskClient], is_published: bool) -> None:
    one, other = pair
    slug = publish(one) if is_published else start(one)
    mine, theirs = hidden(one, f"/cases/{slug}/edit"), hidden(other, f"/cases/{slug}/edit")
    text = {"change_note": "Why", "is_ongoing": ""} if is_published else {}
    assert send(one, slug, fields=mine, problem="The street was empty.", **text).status_code == 303
    log = Log(one)
    response = send(
        other, slug, fields=theirs, problem="The street was loud.", title="Another title", clauses=["GP5.1"], **text
    )  # fmt: skip
    assert response.status_code == 409
    assert log.kinds == []
    html = response.text
    assert html.count("<h1") == 1
    assert "Someone saved this meanwhile" in html
    assert "Ahn One" in html
    assert "The street was <del>empty.</del>" in html
    assert "The street was <ins>loud.</ins>" in html
    assert "<ins>Another</ins>" in html or "<ins>Another title</ins>" in html
    assert ">The street was loud.</textarea>" in html.replace("\n", "")
    assert 'value="Another title"' in html
    assert 'value="GP5.1" checked' in html
    assert stored(one, slug).problem == "The street was empty."
    again = hidden_in(html)
    assert int(again["version"]) == stored(one, slug).version
    response = send(other, slug, fields=again, problem="The street was empty and loud.", title="Another title", **text)
    assert response.status_code == 303
    assert stored(one, slug).problem == "The street was empty and loud."
    if is_published:
        assert [each.content["problem"] for each in revisions(one, slug)][1:] == [
            "The street was empty.",
            "The street was empty and loud.",
        ]


def test_a_colleague_publishes_while_a_contributor_writes(client: FlaskClient) -> None:
    contributor = browser(client)
    sign_in(client, "one@example.org", city="gwangju")
    sign_in(contributor, "two@example.org", city="gwangju", role="contributor")
    slug = start(contributor)
    fields = hidden(contributor, f"/cases/{slug}/edit")
    assert send(client, slug, "publish").status_code == 303
    response = send(contributor, slug, fields=fields, lessons="Words that must stay")
    assert response.status_code == 409
    assert "Words that must stay" in response.text
    assert "Send the change to a second reader" in response.text  # it can only be proposed now
    assert ">Save draft<" not in response.text
    assert stored(client, slug).lessons == "Rain needs a tent."


def test_ones_own_second_tab_is_a_conflict_too(client: FlaskClient) -> None:
    sign_in(client, "one@example.org", city="gwangju")
    slug = start(client)
    first, second = hidden(client, f"/cases/{slug}/edit"), hidden(client, f"/cases/{slug}/edit")
    send(client, slug, fields=first, problem="First")
    response = send(client, slug, fields=second, problem="Second")
    assert response.status_code == 409
    assert "you yourself saved this case" in response.text
    assert stored(client, slug).problem == "First"


def test_going_back_and_sending_another_text_is_no_double(client: FlaskClient) -> None:
    sign_in(client, "one@example.org", city="gwangju")
    slug = start(client)
    fields = hidden(client, f"/cases/{slug}/edit")
    assert send(client, slug, fields=fields, problem="First").status_code == 303
    response = send(client, slug, fields=fields, problem="Second")
    assert response.status_code == 409
    assert "Second" in response.text


def test_a_confirmation_of_another_text_is_refused(client: FlaskClient) -> None:
    sign_in(client, "one@example.org", city="graz")
    fields = hidden(client, "/cases/graz-advisory-council", "confirm")
    response = client.post("/cases/graz-advisory-council/confirm", data=fields | {"version": "7"})
    assert response.status_code == 409
    assert stored(client, "graz-advisory-council").is_compiled

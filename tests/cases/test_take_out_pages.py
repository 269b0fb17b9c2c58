"""The pages on which a person is taken out: what they refuse, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cases.desk import Log, browser, hidden, publish, start, stored
from tests.cases.takingout import NAME, case_after, filled, look, take
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju", name="A writer")
    return client


def test_first_one_only_looks(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}, then {NAME}.", results="Quinterology, by Quintero.")
    log, version = Log(writer), stored(writer, slug).version
    html = look(writer, slug).text
    assert "The name stands at 3 places" in html
    assert "At 1 more place it stands inside a longer word." in html
    assert f"<mark>{NAME}</mark>" in html
    assert "As it stands now" in html
    assert "Backups made before still hold the name" in html
    assert (log.kinds, stored(writer, slug).version) == ([], version)
    html = look(writer, slug, inside="y").text
    assert "The name stands at 4 places" in html
    back = writer.post(f"/cases/{slug}/take-out", data=filled(look(writer, slug)) | {"do": "change"}).text
    assert f"{NAME}\nQuintero</textarea>" in back


def test_what_stands_nowhere_is_said(writer: FlaskClient) -> None:
    slug = publish(writer, lessons="Quinterology.")
    response = look(writer, slug)
    assert response.status_code == 400
    assert "It stands only inside longer words here." in response.text
    response = look(writer, slug, spellings="Noone Here")
    assert "It stands nowhere in this case study" in response.text
    fields = hidden(writer, f"/cases/{slug}/take-out")
    data = fields | {"spellings": "Noone", "reason": "wish", "do": "take", "mark": "x"}
    log = Log(writer)
    assert writer.post(f"/cases/{slug}/take-out", data=data).status_code == 400
    assert log.kinds == []


HOSTILE = [
    "",
    " ",
    "a",
    ".",
    "\u200b\u200b",
    "a\nbb",
    "x" * 201,
    "\n".join(f"name {n}" for n in range(11)),
    "a\x00b",
    "é",
]


@pytest.mark.parametrize("spellings", HOSTILE)
def test_what_is_no_name_is_refused(writer: FlaskClient, spellings: str) -> None:
    slug = publish(writer)
    log = Log(writer)
    for do in ("look", "take"):
        response = look(writer, slug, spellings=spellings, do=do, mark="x")
        assert response.status_code == 400
        assert 'href="#spellings"' in response.text
    assert log.kinds == []


def test_a_million_letters_are_refused(writer: FlaskClient) -> None:
    slug = publish(writer)
    for size in (300_000, 1_100_000):
        assert look(writer, slug, spellings="x" * size).status_code in (400, 413)


NAMES_OF_SIGNS = ["a.*(b+", "<script>alert(1)</script>", "[xx](yy)", "\\dd", "%s%n", "{{ 7*7 }}", "a'; DROP--"]


@pytest.mark.parametrize("name", NAMES_OF_SIGNS)
def test_a_name_is_never_a_pattern_or_markup(writer: FlaskClient, name: str) -> None:
    slug = publish(writer, lessons=f"Ask {name} now.", summary="Plain words stay.")
    looked = look(writer, slug, spellings=name)
    assert looked.status_code == 200
    assert "<script>alert" not in looked.text
    case_after(writer, take(writer, slug, spellings=name, mark="[<b>\\1</b>]"))
    case = stored(writer, slug)
    assert (case.lessons, case.summary) == ("Ask [<b>\\1</b>] now.", "Plain words stay.")
    assert "<b>\\1</b>" not in browser(writer).get(f"/cases/{slug}").text


def test_the_mark_must_not_hold_the_name(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}.")
    data = filled(look(writer, slug)) | {"do": "take"}
    for mark in ("[Ms. QUINTERO]", "x" * 121):
        response = writer.post(f"/cases/{slug}/take-out", data=data | {"mark": mark})
        assert response.status_code == 400
        assert 'href="#mark"' in response.text
    assert stored(writer, slug).lessons == f"Ask {NAME}."
    response = writer.post(f"/cases/{slug}/take-out", data=data | {"mark": "", "do": "take"})
    assert "The name stands at" in response.text  # nothing was to be put in its place: it is asked again


def test_the_mark_speaks_the_language_of_the_case(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"{NAME}", language="ko")
    assert "년" in filled(look(writer, slug))["mark"]


def test_reason_is_asked_for(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}.")
    for reason in (None, "", "curiosity"):
        assert 'href="#reason"' in look(writer, slug, reason=reason).text


PEOPLE: dict[str, tuple[dict[str, Any], int, int]] = {  # what she gets for a published case and for a draft
    "coordinator": ({"city": "gwangju"}, 200, 200),
    "contributor": ({"city": "gwangju", "role": "contributor"}, 403, 403),
    "foreign coordinator": ({"city": "graz"}, 403, 404),
    "organizer": ({"is_organizer": True}, 200, 404),
    "organizer without a factor": ({"is_organizer": True, "has_factor": False}, 403, 404),
    "nobody's": ({}, 403, 404),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may(writer: FlaskClient, who: str) -> None:
    values, published, draft = PEOPLE[who]
    public, closed = publish(writer, lessons=f"Ask {NAME}."), start(writer, f"Draft of {NAME}")
    other = browser(writer)
    sign_in(other, "someone@example.org", **values)
    log = Log(writer)
    for slug, status in ((public, published), (closed, draft)):
        assert other.get(f"/cases/{slug}/take-out").status_code == status
        page = other.get("/account").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, "spellings": NAME, "reason": "wish", "do": "look"}
        assert other.post(f"/cases/{slug}/take-out", data=data).status_code == status
        if status != 200:
            sent = data | {"do": "take", "mark": "x"}
            assert other.post(f"/cases/{slug}/take-out", data=sent).status_code == status
            door = f"/cases/{slug}/take-out/files/1"
            assert other.post(door, data={"csrf_token": token}).status_code == status
    link = "/take-out" in other.get(f"/cases/{public}/history").text
    assert link == (published == 200)
    assert log.kinds == []
    assert browser(writer).get(f"/cases/{public}/take-out").status_code == 401

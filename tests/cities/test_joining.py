"""A city applies: the form, the confirmation, the letter, what strangers cannot do."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.jobs import JOBS
from hub.cities.models import CityApplication
from hub.cities.service import forget_unconfirmed
from hub.core import clock
from hub.core.db import db, transaction
from tests.cities.forms import PDF, WISH, application, apply, fields, head, kinds, mailed_path, mails, send, waiting
from tests.people.accounts import new_address, sign_in

EMAIL = "ana@springs.example"


def test_the_page_says_how_and_is_never_stored(client: FlaskClient) -> None:
    response = client.get("/join")
    assert response.headers["Cache-Control"] == "no-store"
    assert "letter of the mayor" in response.text
    assert response.text.count("<h1") == 1
    assert '<option value="Gwangju">South Korea</option>' in response.text
    assert '<option value="KR">South Korea</option>' in response.text
    assert 'value="EU"' not in response.text
    names = client.get("/join?lang=fr").text
    assert '<option value="DE">Allemagne</option><option value="AD">Andorre</option>' in names


def test_apply_confirm_and_see_where_it_stands(client: FlaskClient) -> None:
    before = head(client)
    response = apply(client)
    assert (response.status_code, response.headers["Location"]) == (303, "/join/sent")
    assert "We sent a mail" in client.get("/join/sent").text
    kept = application(client)
    assert (kept.state, kept.email, kept.country, kept.language) == ("unconfirmed", EMAIL, "NZ", "en")
    (mail,) = mails(client, EMAIL)
    assert mail.subject == "Confirm the application of Sunnyvale Springs"
    path = mailed_path(client, EMAIL)
    assert path.removeprefix("/join/") not in kept.token_hash
    page = client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="referrer" content="same-origin">' in page.text
    assert "Confirm this address" in page.text
    assert kinds(client, before) == ["CityApplied"]
    assert send(client, path, path).status_code == 303
    page = client.get(path)
    assert "It waits for an organizer" in page.text
    assert "Ana Example" in page.text
    assert "<p>We passed an ordinance.</p><p>We want to learn.</p>" in page.text
    assert kinds(client, before) == ["CityApplied", "ApplicationConfirmed"]


def test_confirming_twice_is_confirming_once(client: FlaskClient) -> None:
    apply(client)
    path, before = mailed_path(client, EMAIL), head(client)
    form = fields(client.get(path).text, path)
    assert [client.post(path, data=form).status_code for _ in range(2)] == [303, 303]
    assert kinds(client, before) == ["ApplicationConfirmed"]


def test_one_form_sent_twice_is_one_application(client: FlaskClient, session: Any) -> None:
    new_address(client)
    form = fields(client.get("/join").text, "/join") | WISH
    assert {client.post("/join", data=form).headers["Location"] for _ in range(2)} == {"/join/sent"}
    assert len(list(session.scalars(select(CityApplication)))) == 1
    assert len(mails(client, EMAIL)) == 1


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(client: FlaskClient) -> None:
    answers = []
    for email in ("new@springs.example", "coordinator@example.org"):
        browser = client.application.test_client()
        if email == "coordinator@example.org":
            sign_in(browser, email, city="gwangju")
            browser.get("/logout")
            browser = client.application.test_client()
        response = apply(browser, email=email)
        answers.append((response.status_code, response.headers["Location"], response.data))
    assert answers[0] == answers[1]


def test_nobody_is_mailed_more_than_three_times_a_day(client: FlaskClient) -> None:
    assert [apply(client).status_code for _ in range(5)] == [303] * 5
    assert len(mails(client, EMAIL)) == 3


def test_five_an_hour_from_one_address_but_slips_are_free(client: FlaskClient) -> None:
    new_address(client)

    def once(**values: Any) -> int:
        return send(client, "/join", "/join", **(WISH | values)).status_code

    assert [once(email="nonsense") for _ in range(7)] == [400] * 7
    assert [once(email=f"a{number}@springs.example") for number in range(6)] == [303] * 5 + [429]


def test_a_name_on_record_is_recognised(client: FlaskClient) -> None:
    apply(client, city_name=" GWANGJU ", country="KR")
    with client.application.app_context():
        kept = db.session.merge(application(client))
        assert kept.city is not None
        assert kept.city.slug == "gwangju"
    apply(client, city_name="광주광역시", country="KR", email="b@springs.example")
    assert application(client).city_id is not None
    apply(client, city_name="Gwangju", country="NZ", email="c@springs.example")
    assert application(client).city_id is None


@pytest.mark.parametrize("token", ["x", "A" * 43, "..", "%00", "%ff%fe", "<script>", "a" * 5000, "한국어", "sent2"])
def test_a_wrong_token_is_one_designed_page(client: FlaskClient, token: str) -> None:
    for path in (f"/join/{token}", f"/join/{token}/letter"):
        hidden = fields(client.get("/join").text, "/join")
        if not path.endswith("letter"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "This page is not here" in answer.text
        assert client.post(path, data=hidden).status_code == 404


def test_a_tampered_token_opens_nothing(client: FlaskClient) -> None:
    apply(client)
    path = mailed_path(client, EMAIL)
    for other in (path[:-1], path + "A", path.swapcase(), path[:-1] + ("A" if path[-1] != "A" else "B")):
        assert client.get(other).status_code == 404


def test_confirming_needs_the_token_of_a_form(client: FlaskClient) -> None:
    apply(client)
    path = mailed_path(client, EMAIL)
    assert client.application.test_client().post(path).status_code == 400
    assert application(client).state == "unconfirmed"


@pytest.mark.parametrize("name", ["city_name", "country", "person_name", "person_role", "email", "message"])
def test_every_field_is_needed_and_the_others_are_kept(client: FlaskClient, name: str) -> None:
    response = apply(client, **{name: "  "})
    assert response.status_code == 400
    assert f'<a href="#{name}">' in response.text
    assert name == "person_name" or 'value="Ana Example"' in response.text
    assert kinds(client, head(client)) == []


HOSTILE = ["\x00", "a\x00b", "\x1b[31m", "x" * 900_000, "\ud800"]


@pytest.mark.parametrize("name", ["city_name", "country", "person_name", "person_role", "email", "message"])
@pytest.mark.parametrize("value", HOSTILE, ids=["NUL", "NUL inside", "escape", "long", "surrogate"])
def test_what_no_field_can_hold_is_refused_at_the_field(client: FlaskClient, name: str, value: str) -> None:
    if value == "\ud800":
        new_address(client)
        form = fields(client.get("/join").text, "/join") | WISH
        pairs = [f"{key}={'%ed%a0%80' if key == name else text.replace('+', '%2b')}" for key, text in form.items()]
        body = "&".join(pairs).replace(" ", "+").replace("\n", "%0a").encode()
        response = client.post("/join", data=body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (303, 400)
        return
    response = apply(client, **{name: value})
    assert response.status_code == 400
    assert f'<a href="#{name}">' in response.text


@pytest.mark.parametrize("country", ["ZZ", "EU", "kr", "KOR", "banana", "<b>", "1", "K"])
def test_a_country_that_was_not_offered_is_refused(client: FlaskClient, country: str) -> None:
    response = apply(client, country=country)
    assert response.status_code == 400
    assert "Choose one of the list." in response.text


@pytest.mark.parametrize(
    "email",
    ["a", "a@b", "@b.example", "a@@b.example", "a@b@c.example", "a b@c.example", "a@b..example", "a@.example",
     "a@b.example\r\nBcc: x@y.example", "<a@b.example>", "x" * 250 + "@b.example", "a,b@c.example", "ä@b.example"],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_refused(client: FlaskClient, email: str) -> None:
    response = apply(client, email=email)
    assert response.status_code == 400
    assert '<a href="#email">' in response.text


def test_more_than_a_form_may_hold_is_refused(client: FlaskClient) -> None:
    assert apply(client, message="x" * 1_100_000).status_code in (400, 413)
    letter = (io.BytesIO(PDF), "letter.pdf")
    assert apply(client, message="x" * 1_100_000, letter=letter).status_code in (400, 413)


def test_fields_that_are_missing_repeated_or_files(client: FlaskClient) -> None:
    new_address(client)
    assert client.post("/join", data={}).status_code == 400
    assert client.post("/join", data=b"\xff\xfe=\x00&%%%", content_type="multipart/form-data").status_code == 400
    twice = apply(client, city_name=["One", "Two"])
    assert twice.status_code == 400
    assert "It was given more than once." in twice.text
    assert apply(client, letter="no file", email="b@springs.example").status_code == 303
    assert apply(client, message=(io.BytesIO(b"text"), "a.txt")).status_code in (303, 400)


def test_an_old_token_brings_the_form_back(client: FlaskClient) -> None:
    new_address(client)
    response = client.post("/join", data=WISH | {"csrf_token": "old"})
    assert response.status_code == 400
    assert "open for too long" in response.text
    assert 'value="Ana Example"' in response.text


def test_a_letter_comes_with_the_application_or_later(client: FlaskClient) -> None:
    apply(client, letter=(io.BytesIO(PDF), "Letter of the mayor.pdf"))
    kept = application(client)
    assert (kept.letter_mime, kept.letter_name) == ("application/pdf", "Letter of the mayor.pdf")
    path = mailed_path(client, EMAIL)
    assert "/letter" not in client.get(path).text, "not before the address is confirmed"
    send(client, path, path)
    before = head(client)
    hidden = fields(client.get(path).text, f"{path}/letter")
    for _ in range(2):
        letter = (io.BytesIO(PDF + b"%2"), "../../second<b>.pdf")
        assert client.post(f"{path}/letter", data=hidden | {"letter": letter}).status_code == 303
    assert application(client).letter_sha256 != kept.letter_sha256
    assert "<b>" not in (application(client).letter_name or "")
    assert kinds(client, before) == ["LetterReceived"]


BAD_LETTERS = [
    (b"", "empty.pdf"), (b"<script>alert(1)</script>", "letter.pdf"), (b"MZ\x00\x00", "letter.pdf"),
    (b"\x89PNG\r\n\x1a\nbroken", "letter.png"), (b"<svg onload='x'/>", "letter.svg"), (b"GIF89a", "letter.gif"),
    (b"%PDF-1.4" + b"0" * (10 * 1024 * 1024), "large.pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "name"), BAD_LETTERS, ids=[name for _content, name in BAD_LETTERS])
def test_a_letter_that_is_not_what_it_says_is_refused(client: FlaskClient, content: bytes, name: str) -> None:
    response = apply(client, letter=(io.BytesIO(content), name))
    assert response.status_code == 400
    assert '<a href="#letter">' in response.text
    assert 'value="Ana Example"' in response.text
    path, _id = waiting(client)
    response = send(client, path, f"{path}/letter", letter=(io.BytesIO(content), name))
    assert response.status_code == 400
    assert '<a href="#letter">' in response.text


def test_no_letter_is_taken_before_or_after_it_waits(client: FlaskClient) -> None:
    path, application_id = waiting(client)
    hidden = fields(client.get(path).text, f"{path}/letter")
    with client.application.app_context(), transaction():
        db.session.get_one(CityApplication, application_id).state = "declined"
    response = client.post(f"{path}/letter", data=hidden | {"letter": (io.BytesIO(PDF), "a.pdf")})
    assert response.status_code == 409
    assert application(client).letter_sha256 is None


def test_what_nobody_confirms_is_forgotten_after_a_week(client: FlaskClient) -> None:
    apply(client)
    path = mailed_path(client, EMAIL)
    waiting(client, email="kept@springs.example")
    assert JOBS["applications"].every <= timedelta(days=1)
    with client.application.app_context():
        with transaction():
            assert forget_unconfirmed(clock.now() + timedelta(days=6)) == 0
        before = head(client)
        with transaction():
            assert forget_unconfirmed(clock.now() + timedelta(days=8)) == 1
    assert kinds(client, before) == ["ApplicationForgotten"]
    assert client.get(path).status_code == 404
    assert application(client).email == "kept@springs.example"

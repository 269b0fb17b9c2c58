"""A case in other languages: written beside the original, published, read, and told when it lags behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseTranslation, CaseTranslationRevision
from hub.cases.queries import get_case
from hub.cases.service import put_seeded_translation
from hub.cases.translations import ORIGINAL, list_translations, told_in
from hub.core.db import db, transaction
from hub.core.errors import Invalid
from hub.search.sources import case_document, touched
from tests.cases.desk import Log, browser, hidden, hidden_in, publish, send, start
from tests.cases.factory import WHEN, make_case, reading, revise
from tests.people.accounts import sign_in

SPANISH = {"title": "Una feria de vecinos", "summary": "Los vecinos se ven cada mes.", "problem": "Nadie se conocía."}


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """A browser of a coordinator of Gwangju."""
    sign_in(client, "c@example.org", city="gwangju", name="Ana Traductora")
    return client


def path(slug: str, code: str = "es") -> str:
    return f"/cases/{slug}/translations/{code}"


def write(client: FlaskClient, slug: str, do: str = "save", fields: Any = None, **values: Any) -> Any:
    """Fill the page of a translation into Spanish and send it."""
    fields = fields or hidden_in(client.get(path(slug)).text)
    return client.post(path(slug), data=fields | SPANISH | {"do": do} | values)


def test_a_translation_is_written_published_read_and_withdrawn(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    reader = browser(coordinator)
    log = Log(coordinator)
    page = coordinator.get(path(slug)).text
    assert page.count("<h1") == 1
    assert "Nobody knew the others." in page
    assert 'name="essential"' not in page  # what the original does not say is not asked for
    response = write(coordinator, slug)
    assert (response.status_code, response.location) == (303, f"/cases/{slug}/translations")
    assert log.kinds == ["CaseTranslationSaved"]
    assert "?text=es" not in reader.get(f"/cases/{slug}/translations").text
    assert "Neighbours meet once a month." in reader.get(f"/cases/{slug}?lang=es").text

    assert write(coordinator, slug, "publish").location == f"/cases/{slug}?text=es"
    assert log.kinds[1:] == ["CaseTranslationPublished"]
    told = reader.get(f"/cases/{slug}?lang=es").text
    assert re.search(r'<h1 lang="es"[^>]*>Una feria de vecinos</h1>', told)
    assert "Ana Traductora" in told
    assert re.search(r'<div[^>]*lang="en"[^>]*><p>The city closed a street.', told)  # what is not translated
    assert "The city closed a street." in reader.get(f"/cases/{slug}?lang=es&text={ORIGINAL}").text
    assert "Neighbours meet" in reader.get(f"/cases/{slug}?lang=es&text={ORIGINAL}").text
    listed = reader.get(f"/cases/{slug}/translations?lang=en").text
    assert "Ana Traductora" in listed
    assert "Follows version 2" in listed
    assert "behind" not in listed
    assert "Translate it into" not in listed

    fields = hidden(coordinator, path(slug), "withdraw")
    assert coordinator.post(path(slug) + "/withdraw", data=fields).status_code == 303
    assert coordinator.post(path(slug) + "/withdraw", data=fields).status_code == 303  # once more changes nothing
    assert log.kinds[2:] == ["CaseTranslationWithdrawn"]
    assert "Una feria" not in reader.get(f"/cases/{slug}?lang=es").text


def test_it_falls_behind_and_catches_up(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    write(coordinator, slug, "publish")
    note = {"change_note": "Why"}
    send(coordinator, slug, problem="Nobody knew the others at all.", **note)
    send(coordinator, slug, problem="Nobody knew the others at all!", is_small="y", **note)
    send(coordinator, slug, problem="Nobody knew anyone.", **note)
    reader = browser(coordinator)
    assert "2 versions behind" in reader.get(f"/cases/{slug}?text=es").text  # the small correction is not counted
    assert "2 versions behind" in reader.get(f"/cases/{slug}/translations").text
    page = coordinator.get(path(slug)).text
    assert "What changed in the original since version 2" in page
    assert "<ins>anyone.</ins>" in page
    assert "It follows version 5 now" in page
    # Saved without the tick it stays behind, and a version published meanwhile is not taken for one that was read.
    assert write(coordinator, slug, problem="Nadie.").status_code == 303
    assert "2 versions behind" in reader.get(f"/cases/{slug}?text=es").text
    fields = hidden_in(coordinator.get(path(slug)).text)
    send(coordinator, slug, problem="Once more.", **note)
    assert write(coordinator, slug, fields=fields, problem="Nadie.", is_current="y").status_code == 303
    assert "1 version behind" in reader.get(f"/cases/{slug}?text=es").text
    assert write(coordinator, slug, problem="Nadie.", is_current="y").status_code == 303
    assert "behind the original" not in reader.get(f"/cases/{slug}?text=es").text


def test_the_second_of_two_translators_sees_both_texts(coordinator: FlaskClient) -> None:
    other = browser(coordinator)
    sign_in(other, "d@example.org", city="gwangju")
    slug = publish(coordinator)
    fields = hidden_in(coordinator.get(path(slug)).text)
    late = hidden_in(other.get(path(slug)).text)
    assert write(coordinator, slug, fields=fields).status_code == 303
    assert write(coordinator, slug, fields=fields).status_code == 303  # the same form sent twice is one act
    log = Log(coordinator)
    response = write(other, slug, fields=late, problem="Nadie sabía nada.")
    assert response.status_code == 409
    assert "nothing of it is lost" in response.text
    assert "<del>se</del>" in response.text
    assert "Nadie sabía nada.</textarea>" in response.text.replace("\n", "")
    assert log.kinds == []
    again = hidden_in(response.text)
    assert write(other, slug, fields=again, problem="Nadie sabía nada.").status_code == 303


def test_what_cannot_be_is_refused_in_words_and_nothing_is_lost(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    assert coordinator.get(path(slug, "en")).status_code == 400
    own = coordinator.get(f"/cases/{slug}/translations?to=en")
    assert own.status_code == 400
    assert "written in this language already" in own.text
    assert coordinator.get(f"/cases/{slug}/translations?to=es").location == path(slug)
    assert coordinator.get(path(slug, "xx")).status_code == 404
    long = "palabra " * 10_000
    response = write(coordinator, slug, summary=long)
    assert response.status_code == 400
    assert long.strip() in response.text
    assert "at most 600 characters" in response.text
    response = write(coordinator, slug, "publish", summary="")
    assert response.status_code == 400
    assert "Readers need this." in response.text
    fields = hidden_in(coordinator.get(path(slug)).text)
    for name in ("version", "seen", "follows"):
        assert write(coordinator, slug, fields=fields | {name: "x"}).status_code == 400
    assert write(coordinator, slug, fields=fields | {"follows": "99", "seen": "99"}).status_code == 400
    assert write(coordinator, slug, fields=fields | {"version": "7"}).status_code == 409
    assert coordinator.post(path(slug) + "/withdraw", data=fields | {"version": "1"}).status_code in (400, 404)
    assert write(coordinator, slug, "publish", title="<script>x</script>", credit="<b>x").status_code == 303
    shown = coordinator.get(f"/cases/{slug}?text=es").text
    assert "<script>x" not in shown
    assert "&lt;script&gt;x" in shown
    assert "<b>x" not in shown


def test_who_may_translate(client: FlaskClient, coordinator: FlaskClient) -> None:
    contributor, stranger, organizer = browser(client), browser(client), browser(client)
    sign_in(contributor, "k@example.org", city="gwangju", role="contributor")
    sign_in(stranger, "s@example.org", city="graz")
    sign_in(organizer, "o@example.org", is_organizer=True)
    slug = publish(coordinator)
    for other, status in ((contributor, 200), (stranger, 403), (organizer, 403), (browser(client), 401)):
        assert other.get(path(slug)).status_code == status
    assert "Publish translation" not in contributor.get(path(slug)).text
    fields = hidden_in(contributor.get(path(slug)).text)
    assert write(contributor, slug, "publish", fields=fields).status_code == 403
    assert write(contributor, slug).status_code == 303
    assert write(coordinator, slug, "publish").status_code == 303
    assert "A coordinator of Gwangju changes what is published." in contributor.get(path(slug)).text
    assert contributor.post(path(slug) + "/withdraw", data=fields | {"version": "2"}).status_code in (400, 403)
    # A case compiled from public sources has no translators of its own yet: organizers may.
    assert organizer.get(path("graz-advisory-council", "fr")).status_code == 200
    assert stranger.get(path("graz-advisory-council", "fr")).status_code == 200
    # A draft is not translated: nobody could say which version it follows.
    assert coordinator.get(path(start(coordinator, "Another fair"))).status_code == 403


def test_told_in_every_door(app: Flask, session: Any) -> None:
    case_id = make_case("told", lessons="").id
    with transaction():
        texts = {"title": "Un caso", "summary": "Qué es.", "lessons": "Lo que ya no dice."}
        put_seeded_translation(case_id, "es", texts, is_machine=True, credit="The hub", now=WHEN)
    with reading(app):
        case = get_case("told")
        case.consent_note = "in the safe"
        told = told_in(case, "es")
        assert (told.text.title, told.text.problem, told.text.lessons) == ("Un caso", "Why.", "")
        assert (told.language_of("title"), told.language_of("problem"), told.language_of("contact_address")) == (
            "es", "en", "en",
        )  # fmt: skip
        assert told.translation is not None
        assert (told.translation.translator, told.translation.is_machine, told.behind) == ("The hub", True, 0)
        assert told.text.consent_note == ""
        for wanted in ("en", "fr", ORIGINAL, ""):
            assert (told_in(case, wanted).translation, told_in(case, wanted).text.title) == (None, "A case")
            assert [each.language for each in told_in(case, wanted).others] == ["es"]
    revise(case_id, language="es")  # it was never English
    with reading(app):
        assert (told_in(get_case("told"), "es").translation, list_translations(case_id)) == (None, [])


def test_seed_files_bring_translations_and_leave_those_of_people_alone(session: Any, coordinator: FlaskClient) -> None:
    case_id = make_case("told", city="gwangju", is_compiled=True).id

    def put(**texts: str) -> tuple[int, int, int]:
        with transaction():
            given = {"title": "Un caso", "summary": "Qué es."} | texts
            done = put_seeded_translation(case_id, "es", given, is_machine=True, credit="The hub", now=WHEN)
        return done.added, done.changed, done.same

    def follows() -> int:
        return list_translations(case_id)[0].shown.follows

    with pytest.raises(Invalid), transaction():
        put_seeded_translation(case_id, "en", {"title": "A case"}, is_machine=True, credit="", now=WHEN)
    with pytest.raises(Invalid), transaction():
        put_seeded_translation(case_id, "es", {"state": "published"}, is_machine=True, credit="", now=WHEN)
    assert put() == (1, 0, 0)
    assert put() == (0, 0, 1)
    assert put(problem="Por qué.") == (0, 1, 0)
    revise(case_id, started=2011)  # no words of the translation
    assert follows() == 1
    assert put(problem="Por qué.") == (0, 1, 0)
    assert follows() == 2
    revise(case_id, problem="Why indeed.")
    assert put(problem="Por qué.") == (0, 0, 1)
    assert follows() == 2
    ours = select(CaseTranslation.id).where(CaseTranslation.case_id == case_id).scalar_subquery()
    numbers = select(CaseTranslationRevision.number).where(CaseTranslationRevision.translation_id == ours)
    assert sorted(db.session.scalars(numbers)) == [1, 2, 3]
    coordinator.post("/cases/told/confirm", data=hidden(coordinator, "/cases/told", "confirm"))
    assert [each.shown.behind for each in list_translations(case_id)] == [1]  # taken over, it says what it said
    assert write(coordinator, "told", title="Un caso mejor").status_code == 303
    assert put(problem="Otra vez.") == (0, 0, 1)
    stored = db.session.scalars(select(CaseTranslation.texts).where(CaseTranslation.case_id == case_id)).one()
    assert stored["title"] == "Un caso mejor"


def test_a_case_is_found_by_its_translation(app: Flask, session: Any) -> None:
    case = make_case("told", failures="Wombats.")
    with transaction():
        texts = {"title": "Un caso", "summary": "Qué es.", "problem": "Ornitorrincos."}
        put_seeded_translation(case.id, "es", texts, is_machine=True, credit="", now=WHEN)
    document = case_document(case)
    assert (document.title, document.language) == ("A case", "en")
    assert [(told.language, told.title, told.body) for told in document.translations] == [
        ("es", "Un caso", "Ornitorrincos.")
    ]
    assert "Wombats." in document.body
    assert touched("CaseTranslationWithdrawn", {"case_id": 5, "translation_id": 1}) == {"case:5"}

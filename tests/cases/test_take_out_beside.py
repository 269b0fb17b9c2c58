"""A person is taken out of what says something of a case beside its text and its versions."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.beside import COPIES, PROPOSALS, places_beside
from hub.cases.content import content_of_text, text_of
from hub.cases.models import (
    CaseCopy,
    CaseProposal,
    CaseRedaction,
    CaseStudy,
    CaseTranslation,
    CaseTranslationRevision,
)
from hub.cases.redacting import _CODES, _TEXTS, Redactor
from hub.cases.spellings import Spellings
from hub.cases.template import BY_NAME, LINE, PARTNER, PROSE, TRANSLATED
from hub.cities.models import City
from hub.core.db import db, transaction
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep, Answer, Question, Reply
from tests.cases.desk import WHOLE, browser, hidden, publish, stored
from tests.cases.takingout import NAME, case_after, holds, look, named_case, public_pages, rows_that_name, take
from tests.people.accounts import make_user, sign_in

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
SPELLED = Spellings((NAME, "Quintero"))
TEXTS = dict.fromkeys(TRANSLATED, f"En français, {NAME}")


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju", name="A writer")
    return client


def put_beside(client: FlaskClient, slug: str) -> int:
    """Put everything beside a case that can name her, and return the number of the case."""
    colleague = make_user(client, "colleague@example.org", city="gwangju", name="A colleague")
    with client.application.app_context(), transaction():
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
        kept = content_of_text(text_of(case)) | {"consent_note": f"{NAME} signed", "steps": ["story"]}
        typed: dict[str, Any] = {"case_id": case.id, "base_version": case.version, "content": kept}
        db.session.add(CaseCopy(user_id=colleague, change_note=f"For {NAME}", saved_at=WHEN, **typed))
        db.session.add(
            CaseProposal(
                proposed_by=colleague, proposed_at=WHEN, change_note=NAME, decision_note=f"Ask {NAME}", **typed
            )
        )
        common: dict[str, Any] = {"texts": TEXTS, "follows": 2}
        row = CaseTranslation(
            case_id=case.id, language="fr", state="published", credit=NAME, published_at=WHEN, updated_at=WHEN, **common
        )
        db.session.add_all([row, CaseTranslation(case_id=case.id, language="ko", updated_at=WHEN, **common)])
        db.session.flush()
        for number, texts in ((1, TEXTS), (2, {"title": f"Avant {NAME}"})):
            version = common | {"texts": texts, "translation_id": row.id, "number": number, "recorded_at": WHEN}
            db.session.add(CaseTranslationRevision(**version))
        put_between(case, colleague)
        case.returned_note = f"{NAME} must not stand here."
        for file in case.files:
            file.alt, file.source, file.consent_note = f"{NAME} laughs", "https://example.org/quintero", NAME
        case.sources[0].link_error = "https://example.org/quintero was not found"
        return case.id


def put_between(case: CaseStudy, colleague: int) -> None:
    """Let cities and an organisation speak of her around a case."""
    graz = db.session.scalars(select(City).where(City.slug == "graz")).one()
    told: dict[str, Any] = {"language": "en"}
    taken = Adaptation(
        city_id=graz.id, origin_id=case.id, state="running", changed=f"Without {NAME}", reason="Quintero left",
        created_at=WHEN, updated_at=WHEN, **told,
    )  # fmt: skip
    asked = Question(case_id=case.id, text=f"Is {NAME} there?", asked_by=colleague, asked_at=WHEN, **told)
    db.session.add_all([taken, asked])
    db.session.flush()
    db.session.add_all([
        AdaptationStep(adaptation_id=taken.id, state="running", changed=f"Without {NAME}", recorded_at=WHEN),
        AdaptationComment(adaptation_id=taken.id, city_id=graz.id, text=f"Thank {NAME}", said_at=WHEN, **told),
        Answer(question_id=asked.id, text=f"{NAME} is", said_at=WHEN, **told),
        Reply(subject="case", case_id=case.id, organisation_name=f"Friends of {NAME}", person_name=NAME,
              person_role="friend", email="z@quintero.example", concern=NAME, text=f"{NAME} says no", state="released",
              token_hash="t" * 64, created_at=WHEN, confirmed_at=WHEN, decided_at=WHEN, **told),
    ])  # fmt: skip


def test_the_name_stands_in_no_table_and_no_format(writer: FlaskClient) -> None:
    slug = named_case(writer)
    case_id = put_beside(writer, slug)
    named = {"case_copy", "case_proposal", "case_translation", "case_translation_revision", "case_study", "case_file"}
    named |= {"adaptation", "adaptation_step", "adaptation_comment", "question", "answer", "reply"}
    assert named <= set(rows_that_name(writer))
    before = public_pages(writer, slug)
    for path in ("?lang=fr", ".md?lang=fr", ".json?lang=fr", "/translations"):
        assert holds(before[next(each for each in before if each.endswith(path))]), path
    looked = look(writer, slug).text
    for words in ("What people typed and did not save yet", "Changes for a second reader", "Translation: Français"):
        assert words in looked
    assert '<span lang="fr" dir="auto">En français, <mark>' in looked
    assert "Exchange between cities" in looked
    assert "not public" in looked
    assert "signed" not in looked  # where a consent is kept, and what nobody saved, is counted and not shown
    with writer.application.app_context():
        counts: dict[Any, int] = {}
        for place in places_beside(case_id, SPELLED):
            counts[place.version] = counts.get(place.version, 0) + place.count
        assert counts[COPIES] > len(TEXTS)
        assert counts[PROPOSALS] > len(TEXTS)
        # Each text, an older title, the credit; what the newest version repeats is counted once.
        assert (counts["fr"], counts["ko"]) == (len(TEXTS) + 2, len(TEXTS))
    other = case_after(writer, take(writer, slug))
    assert rows_that_name(writer) == []
    after = public_pages(writer, other)
    assert {path for path, text in after.items() if holds(text)} == set()
    assert len(after) >= len(before)
    with writer.application.app_context():
        mark = db.session.scalars(select(CaseRedaction)).one()
        assert mark.places > sum(counts.values())
        case = db.session.get_one(CaseStudy, case_id)
        assert (case.adapted_from_url, case.contact_address) == ("", "")
        assert case.partners[0][PARTNER.index("url")] == ""
        assert "[a person, taken out on" in case.partners[0][0]
        kept = db.session.scalars(select(CaseCopy)).one()
        assert (kept.content["adapted_from_url"], kept.content["steps"]) == ("", ["story"])
        french = (CaseTranslation.case_id == case_id, CaseTranslation.language == "fr")
        translation = db.session.scalars(select(CaseTranslation).where(*french)).one()
        assert translation.texts["summary"].startswith("En français, [a person")


def test_codes_and_names_of_contents_are_no_words() -> None:
    sha = "ada" + "0" * 61
    content = {
        "stage": "ada", "tags": [["type", "ada"]], "files": [["Ada", "Ada", "ada-4.0", sha, "Ada", "Ada"]],
        "partners": [["Ada", "", "https://example.org/ada"], ["too short"]], "contact_address": "ada@example.org",
    }  # fmt: skip
    redactor = Redactor(Spellings(("Ada",), inside=True), "[x]")
    assert redactor.content(content) == {
        "stage": "ada", "tags": [["type", "ada"]], "files": [["[x]", "[x]", "ada-4.0", sha, "[x]", "[x]"]],
        "partners": [["[x]", "", ""], ["too short"]], "contact_address": "",
    }  # fmt: skip
    assert redactor.places == 7


def test_only_what_waits_may_name_her(writer: FlaskClient) -> None:
    """The name stands in an unsaved text alone: it is found, and taken out all the same."""
    slug = publish(writer)
    case, colleague = stored(writer, slug), make_user(writer, "colleague@example.org", city="gwangju")
    with writer.application.app_context(), transaction():
        kept = {"lessons": f"Ask {NAME}."}
        db.session.add(
            CaseCopy(case_id=case.id, user_id=colleague, base_version=case.version, content=kept, saved_at=WHEN)
        )
    assert "The name stands at 1 place" in look(writer, slug).text
    case_after(writer, take(writer, slug))
    assert rows_that_name(writer) == []
    assert stored(writer, slug).lessons == case.lessons
    history = browser(writer).get(f"/cases/{slug}/history").text
    assert re.search(r"taken out of all versions of this case study, at 1 place", history)


def test_what_is_typed_on_in_an_older_text_is_not_kept(writer: FlaskClient) -> None:
    slug = publish(writer, lessons=f"Ask {NAME}.")
    fields = hidden(writer, f"/cases/{slug}/edit") | WHOLE | {"lessons": f"Ask {NAME}, and her friends."}
    assert writer.post(f"/cases/{slug}/copy", data=fields).status_code == 200
    case_after(writer, take(writer, slug))
    refused = writer.post(f"/cases/{slug}/copy", data=fields)
    assert refused.status_code == 400
    assert "a person was taken out" in refused.json["detail"]
    assert rows_that_name(writer) == []


def test_every_text_of_the_template_is_looked_through() -> None:
    """A field that is added is found too: all that is not a code is a text."""
    texts = {field.name for field in BY_NAME.values() if field.kind in (PROSE, LINE)}
    assert texts <= set(_TEXTS)
    assert not texts & set(_CODES)

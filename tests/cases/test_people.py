"""People at risk, and people who do not want to be named: in the editor, on the page and in every format."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.cases.models import CaseRevision, CaseStudy, CaseTranslation, CaseTranslationRevision
from hub.core.db import db, transaction
from hub.people.models import User
from tests.cases.desk import browser, publish, send, start, stored
from tests.people.accounts import make_user, sign_in

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
SIGNED = "Signed papers lie in cupboard seven."


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju", name="Zsófia Quintero")
    return client


def public_texts(client: FlaskClient, slug: str) -> dict[str, str]:
    """Return what anyone reads of a case, by its path."""
    page, reader = f"/cases/{slug}", browser(client)
    paths = [
        page,
        *(f"{page}.{kind}" for kind in ("json", "md", "bib", "ris")),
        f"{page}?lang=fr",
        f"{page}.md?lang=fr",
    ]
    paths += [f"{page}/history", f"{page}/history?version=2", f"{page}/translations", "/cases.csv", "/cases.json"]
    found = {path: reader.get(path) for path in paths}
    assert {path: answer.status_code for path, answer in found.items() if answer.status_code != 200} == {}
    return {path: answer.text for path, answer in found.items()}


def test_the_editor_asks_and_does_not_pretend(writer: FlaskClient) -> None:
    slug = start(writer)
    html = writer.get(f"/cases/{slug}/edit?step=people").text
    assert "The hub cannot know who is at risk, nor tell a name from another word." in html
    response = send(writer, slug, "publish", people_check="")
    assert response.status_code == 400
    assert stored(writer, slug).state == "draft"
    assert 'href="#people_check"' in response.text


def test_where_a_consent_is_kept_is_for_the_city_alone(writer: FlaskClient) -> None:
    slug = publish(writer, people_check="consented", consent_note=SIGNED)
    assert stored(writer, slug).consent_note == SIGNED
    assert SIGNED in writer.get(f"/cases/{slug}/edit?step=people").text
    for client in (writer, browser(writer)):
        assert SIGNED not in client.get(f"/cases/{slug}").text
    assert {path for path, text in public_texts(writer, slug).items() if SIGNED in text} == set()
    with writer.application.app_context():
        kept = select(CaseRevision.content).join(CaseStudy, CaseStudy.id == CaseRevision.case_id)
        assert SIGNED not in str(db.session.scalars(kept.where(CaseStudy.slug == slug)).all())


def test_whoever_is_recognised_finds_whom_to_tell(writer: FlaskClient) -> None:
    draft, slug, place = (
        start(writer, "A draft"),
        publish(writer, contact_address="rights@example.org"),
        'id="recognised"',
    )
    told = browser(writer).get(f"/cases/{slug}").text.split(place)[1].split("</p>")[0]
    assert 'href="mailto:rights@example.org"' in told
    assert 'href="/privacy#h-you"' in told
    compiled = browser(writer).get("/cases/graz-advisory-council").text.split(place)[1].split("</p>")[0]
    assert 'href="/cities/graz"' in compiled  # nobody named an address: its page leads on
    assert 'id="h-you"' in browser(writer).get("/privacy").text
    own = writer.get(f"/cases/{slug}").text.split(place)[1].split("</p>")[0]
    assert f'href="/cases/{slug}/take-out"' in own
    assert place not in writer.get(f"/cases/{draft}").text


def test_a_withheld_name_stands_nowhere(writer: FlaskClient) -> None:
    slug = publish(writer)
    assert send(writer, slug, problem="Nobody met.", change_note="Shorter").status_code == 303
    reader = make_user(writer, "reader@example.org", city="gwangju", name="Ilse Vandermeer")
    names = ("Zsófia Quintero", "Ilse Vandermeer")
    case_id = stored(writer, slug).id
    with writer.application.app_context(), transaction():
        me = db.session.scalars(select(User.id).where(User.email == "writer@example.org")).one()
        db.session.execute(update(CaseRevision).where(CaseRevision.case_id == case_id).values(reviewed_by=reader))
        row = CaseTranslation(
            case_id=case_id, language="fr", state="published", texts={"title": "Une fête", "summary": "Entre voisins."},
            follows=2, translated_by=me, published_at=WHEN, updated_at=WHEN,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add(
            CaseTranslationRevision(
                translation_id=row.id, number=1, follows=2, texts=row.texts, author_id=me, recorded_at=WHEN
            )
        )
    before = public_texts(writer, slug)
    for name, where in (*((name, "/history") for name in names), (names[0], "?lang=fr"), (names[0], "/translations")):
        assert name in before[f"/cases/{slug}{where}"], where
    with writer.application.app_context(), transaction():
        db.session.execute(update(User).values(is_name_withheld=True))
    after = public_texts(writer, slug)
    assert {path for path, text in after.items() if any(name in text for name in names)} == set()
    assert "Une fête" in after[f"/cases/{slug}?lang=fr"]

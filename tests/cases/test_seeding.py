"""Compiled cases and their translations, from the seed files: loaded once, kept up to date, left alone once edited."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cases.completeness import unfinished
from hub.cases.content import text_in, text_of
from hub.cases.models import CaseRevision, CaseStudy, CaseTranslation
from hub.cases.seedrows import CaseRow, CaseTranslationRow
from hub.cases.service import load_case_translations, load_cases
from hub.cases.service.seeding import text_of_row
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.core.paths import SEEDS
from hub.core.seedfiles import Row, SeedErrors, SeedModel, digest_of, read_yaml
from hub.site import seeding
from hub.vocabularies.service import Loaded
from tests.people.accounts import make_user
from tests.seeds.shipped import rows

SHORT = """\
- id: a-practice
  title: A practice
  language: en
  city: graz
  country: AT
  years: 2001-
  started: 2001
  ended: null
  is_ongoing: true
  is_approximate: false
  summary: What it is.
  problem: Why.
  action: How.
  results: What came of it.
  results_reported: true
  lessons: What was learned.
  clauses:
    - GP4.2
  practice_types:
    - advisory_council
  target_groups:
    - all_inhabitants
  commitment_items: []
  us_principles: []
  sources:
    - url: https://example.org/
      title: Somebody
  confidence: good
"""
# What this row's digest was before the fields that may be left out were there.
DIGEST = "e5543bf927743fb20d810ce8655172ec2d146a11150eaa6231a6b664877794f7"


def changed_row(row: Row[Any], **values: Any) -> Row[Any]:
    """Return a row as if the file said something else."""
    value: SeedModel = row.value.model_copy(update=values)
    return Row(value, row.file, row.line, digest_of(value), row.lines)


def of(name: str, case: str) -> list[Row[Any]]:
    """Return the rows of a shipped file that are about a case."""
    return [row for row in rows(name) if case in (row.value.id, getattr(row.value, "case", None))]


def test_a_row_of_before_is_the_same_row(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(SHORT)
    (before,) = read_yaml(path, CaseRow)
    assert before.digest == DIGEST
    path.write_text(SHORT.replace("  summary:", "  stage: running\n  partners: []\n  summary:"))
    (after,) = read_yaml(path, CaseRow)
    assert after.digest != DIGEST
    assert digest_of(after.value.model_copy(update={"stage": None})) == DIGEST


def test_loading_again_changes_nothing(client: FlaskClient) -> None:
    with client.application.app_context():
        entries = db.session.scalar(select(func.count(LogEntry.position)))
        with transaction():
            assert load_cases(rows("cases.yaml"), clock.now()) == Loaded(same=60)
            assert load_case_translations(rows("case_translations.yaml"), clock.now()) == Loaded(same=30)
        assert db.session.scalar(select(func.count(LogEntry.position))) == entries


def test_a_completed_case_holds_all_that_its_row_says(client: FlaskClient) -> None:
    (row,) = of("cases.yaml", "penang-grpb")
    with client.application.app_context():
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "penang-grpb")).one()
        text = text_of(case)
        assert text == text_of_row(row.value)
        assert unfinished(text) is None
        assert text.indicators[0] == (
            "Residents who voted at Ampangan", "residents", "", "597 of 1,050", "2012",
            "anilnetto.com, report on the vote",
        )  # fmt: skip
        assert text.partners[0][0] == "Penang Island City Council (MBPP)"
        revision = db.session.scalars(select(CaseRevision).where(CaseRevision.case_id == case.id)).one()
        assert text_in(revision.content) == text
        translated = select(CaseTranslation).where(CaseTranslation.case_id == case.id)
        found = {each.language: each for each in db.session.scalars(translated)}
    assert set(found) == {"ko", "es", "fr"}
    assert all(each.is_machine and each.credit == "Human Rights Cities Hub" for each in found.values())
    assert all(each.follows == revision.number and each.state == "published" for each in found.values())


def test_what_changes_in_the_files_changes_here(client: FlaskClient) -> None:
    (case,) = of("cases.yaml", "montreal-charte")
    english, *others = of("case_translations.yaml", "montreal-charte")
    said = {**english.value.texts, "title": "Another title"}
    with client.application.app_context(), transaction():
        put = load_cases([changed_row(case, title="Un autre titre")], clock.now())
        assert put == Loaded(changed=1)
        put = load_case_translations([changed_row(english, texts=said), *others], clock.now())
        assert put == Loaded(changed=1, same=2)
        stored = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "montreal-charte")).one()
        assert (stored.title, stored.years_text, stored.confidence) == ("Un autre titre", "2003-", "good")
        translated = select(CaseTranslation).where(CaseTranslation.case_id == stored.id)
        found = {each.language: each.follows for each in db.session.scalars(translated)}
        assert found == {"en": stored.version, "ko": stored.version - 1, "es": stored.version - 1}


def test_what_a_person_edited_is_left_alone(client: FlaskClient) -> None:
    (case,) = of("cases.yaml", "montreal-charte")
    translations = of("case_translations.yaml", "montreal-charte")
    user_id = make_user(client, "someone@example.org")
    with client.application.app_context():
        with transaction():
            stored = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "montreal-charte")).one()
            stored.updated_by, stored.lessons = user_id, "Our own words."
        with transaction():
            assert load_cases([changed_row(case, title="Autre")], clock.now()) == Loaded(same=1)
            other = {**translations[0].value.texts, "title": "Other"}
            put = load_case_translations([changed_row(translations[0], texts=other)], clock.now())
            assert put == Loaded(same=1)
        assert stored.lessons == "Our own words."


def test_mistakes_between_the_files_are_named_and_nothing_is_loaded(client: FlaskClient, tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    path = folder / "cases.yaml"
    path.write_text(
        path.read_text().replace("stage: scaled", "stage: somewhere", 1).replace("  staff: E", "  staff: F")
    )
    path = folder / "case_translations.yaml"
    text = path.read_text().replace("case: suwon-impact-assessment", "case: nowhere", 1)
    text = text.replace("id: suwon-impact-assessment-en", "id: nowhere-en", 1)
    text = text.replace("    problem: >-", "    staff: Nobody\n    problem: >-", 1)
    path.write_text(text)
    with client.application.app_context(), pytest.raises(SeedErrors) as caught:
        seeding.load_all(folder, clock.now())
    shown = [str(error) for error in caught.value.errors]
    assert [one.split("field ")[1] for one in shown] == [
        '"texts.staff": is empty in the case',
        '"case": "nowhere" is not known',
        '"stage": "somewhere" is not known',
    ]
    row = of("case_translations.yaml", "suwon-impact-assessment")[0]
    own = changed_row(row, language="ko")
    assert seeding._wrong_translations([own], of("cases.yaml", "suwon-impact-assessment"))[0].field == "language"
    assert isinstance(own.value, CaseTranslationRow)

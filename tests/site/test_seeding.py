"""Loading the seed files: whole or not at all, repeatable, and never over what a person wrote."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.cases.models import CaseRevision, CaseStudy
from hub.cities.models import City
from hub.cli.digest import content_digest
from hub.commitments.models import StatusRecord
from hub.core.db import db, transaction
from hub.core.log import head_position
from hub.core.paths import SEEDS
from hub.core.seedfiles import SeedErrors
from hub.site.seeding import load_all
from hub.vocabularies.models import Term, VocabularyRevision
from hub.vocabularies.queries import vocabulary

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seed files to edit."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def find_case(slug: str) -> CaseStudy:
    db.session.expire_all()
    return db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()


def test_a_second_load_changes_nothing(session: Any, seeds: Path, tmp_path: Path) -> None:
    before, head = content_digest(tmp_path), head_position()
    assert all(loaded.added == loaded.changed == 0 for loaded in load_all(seeds, NOW).values())
    assert (content_digest(tmp_path), head_position()) == (before, head)


def test_an_edited_case_gets_a_revision_and_others_stay(session: Any, seeds: Path) -> None:
    edit(seeds / "cases.yaml", "A human rights council that reports to its own city", "A council that reports")
    loaded = load_all(seeds, NOW)["cases"]
    assert (loaded.added, loaded.changed, loaded.same) == (0, 1, 59)
    case = find_case("graz-advisory-council")
    assert case.title == "A council that reports"
    revisions = select(CaseRevision).where(CaseRevision.case_id == case.id).order_by(CaseRevision.number)
    titles = [revision.content["title"] for revision in db.session.scalars(revisions)]
    assert titles == ["A human rights council that reports to its own city", "A council that reports"]


def test_what_a_person_wrote_is_not_overwritten(session: Any, seeds: Path) -> None:
    case = find_case("graz-advisory-council")
    with transaction():
        case = find_case("graz-advisory-council")
        case.title, case.is_compiled = "Our own words", False
    edit(seeds / "cases.yaml", "A human rights council that reports to its own city", "Someone else's words")
    load_all(seeds, NOW)
    assert find_case("graz-advisory-council").title == "Our own words"


def test_a_broken_row_names_file_line_and_field_and_nothing_is_loaded(session: Any, seeds: Path) -> None:
    edit(seeds / "cases.yaml", "A human rights council that reports to its own city", "Half loaded?")
    edit(seeds / "cities.csv", "gwangju,Gwangju,", "gwangju,Kwangju,")
    edit(seeds / "status_records.csv", "berlin-c4.1-1,berlin,C4.1,adopted", "berlin-c4.1-1,berlin,C4.1,splendid")
    head = head_position()
    with pytest.raises(SeedErrors) as caught:
        load_all(seeds, NOW)
    [error] = caught.value.errors
    assert str(error).startswith("seeds/status_records.csv, line ")
    assert error.field == "status"
    assert "splendid" in str(error)
    assert head_position() == head
    assert find_case("graz-advisory-council").title != "Half loaded?"
    assert db.session.scalars(select(City.name).where(City.slug == "gwangju")).one() == "Gwangju"


def test_a_term_is_never_silently_renamed(session: Any, seeds: Path) -> None:
    edit(seeds / "charters.yaml", "Human Rights Mainstreaming", "Rights in Everything")
    with pytest.raises(SeedErrors, match="replaced_by"):
        load_all(seeds, NOW)
    assert "Human Rights Mainstreaming" in str(vocabulary().get_principle("GP7").labels)


def test_a_better_translation_keeps_what_was_there(session: Any, seeds: Path) -> None:
    old = vocabulary().get_principle("GP7").labels["ko"]["text"]
    edit(seeds / "charters.yaml", f"text: {old}", "text: 인권의 주류화")
    load_all(seeds, NOW)
    assert vocabulary().get_principle("GP7").labels["ko"]["text"] == "인권의 주류화"
    kept = db.session.scalars(select(VocabularyRevision).where(VocabularyRevision.code == "GP7")).one()
    assert kept.content["labels"]["ko"]["text"] == old  # type: ignore[index]
    assert db.session.scalars(select(Term.revision).where(Term.code == "GP7")).one() == 2


def test_an_edited_status_is_added_and_the_old_one_stays(session: Any, seeds: Path) -> None:
    before = db.session.scalar(select(func.count(StatusRecord.id)))
    edit(seeds / "status_records.csv", "berlin-c4.1-1,berlin,C4.1,adopted", "berlin-c4.1-1,berlin,C4.1,pledged")
    load_all(seeds, NOW)
    records = select(StatusRecord).where(StatusRecord.seed_key == "berlin-c4.1-1").order_by(StatusRecord.id)
    old, new = db.session.scalars(records)
    assert (old.status, new.status, new.replaces_id) == ("adopted", "pledged", old.id)
    assert db.session.scalar(select(func.count(StatusRecord.id))) == (before or 0) + 1

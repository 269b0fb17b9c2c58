"""Stored files that nothing names go in time; those that are named, or are being sent, never."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseFile
from hub.cities.models import WAITING
from hub.core import clock
from hub.core.db import Base, db
from hub.core.files import store_blob
from hub.core.sweeping import ASIDE, MARK
from hub.site import keeping
from tests.site.clocks import (
    DAY,
    MINUTE,
    START,
    add,
    applicant,
    run,
    setting,
    stored,
)


def test_a_file_that_nothing_names_goes_thirty_days_after_that_was_noticed(app: Flask, files: Path) -> None:
    path = stored(files, b"orphan", days=400)
    now = clock.now()
    assert run(app, keeping.sweep_files, now) == 0
    assert path.exists()
    assert run(app, keeping.sweep_files, now + keeping.FILES_KEPT - MINUTE) == 0
    assert path.exists()
    assert run(app, keeping.sweep_files, now + keeping.FILES_KEPT) == 1
    assert list(files.glob("??/*")) == []


def test_a_file_stored_lately_stays_whatever_the_hubs_clock_says(app: Flask, files: Path) -> None:
    path = stored(files, b"being uploaded right now")
    now = clock.now()
    for days in (0, 40, 400, 4000, -40):
        run(app, keeping.sweep_files, now + days * DAY)
    assert path.exists()


def test_a_file_that_a_row_names_is_never_deleted(client: FlaskClient, files: Path) -> None:
    from hub.cases.models import CaseStudy
    from hub.commitments.models import Evidence

    app = client.application
    paths = {name: stored(files, name.encode(), days=900) for name in ("case", "evidence", "letter", "orphan")}
    with app.app_context():
        case = db.session.scalars(select(CaseStudy).limit(1)).one()
        case_id, city_id = case.id, db.session.scalars(select(CaseStudy.city_id).where(CaseStudy.city_id > 0)).first()
    add(
        app,
        CaseFile(case_id=case_id, sha256=paths["case"].name, name="a", mime="application/pdf", size=1,
                 uploaded_at=START, removed_at=START),
        Evidence(city_id=city_id, kind="report", url="", sha256=paths["evidence"].name, recorded_at=START),
        applicant(WAITING, token="w", letter_sha256=paths["letter"].name),
    )  # fmt: skip
    now = clock.now()
    for days in (0, 31, 62, 1000):
        run(app, keeping.sweep_files, now + days * DAY)
    assert {name: path.exists() for name, path in paths.items()} == {
        "case": True, "evidence": True, "letter": True, "orphan": False,
    }  # fmt: skip


def test_every_column_of_files_is_looked_at(app: Flask) -> None:
    """A table that keeps files by their hash under another name would lose them."""
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    hashes = {each for each in columns if each.endswith("sha256")}
    assert hashes == {"case_file.sha256", "city_application.letter_sha256", "evidence.sha256", "register_list.sha256"}
    assert not {each for each in columns if "blob" in each or each.endswith(("file", "picture", "image"))}


def test_the_same_content_stored_again_is_young_again(app: Flask, files: Path) -> None:
    path = stored(files, b"twice", days=400)
    now = clock.now()
    run(app, keeping.sweep_files, now)
    store_blob(files, b"twice")
    assert run(app, keeping.sweep_files, now + 31 * DAY) == 0
    assert path.read_bytes() == b"twice"


def test_a_file_named_again_loses_its_mark(app: Flask, files: Path) -> None:
    path = stored(files, b"named again", days=400)
    now = clock.now()
    run(app, keeping.sweep_files, now)
    assert path.with_name(MARK + path.name).exists()
    add(app, applicant(WAITING, token="w", letter_sha256=path.name))
    run(app, keeping.sweep_files, now + 31 * DAY)
    assert path.exists()
    assert not path.with_name(MARK + path.name).exists()


def test_a_sweep_that_was_cut_off_is_mended_by_the_next(app: Flask, files: Path) -> None:
    path = stored(files, b"cut off", days=400)
    add(app, applicant(WAITING, token="w", letter_sha256=path.name))
    path.rename(path.with_name(ASIDE + path.name))
    run(app, keeping.sweep_files, clock.now())
    assert path.read_bytes() == b"cut off"


def test_someone_who_stores_it_at_the_very_moment_keeps_it(
    app: Flask, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stored(files, b"raced", days=400)
    now = clock.now()
    run(app, keeping.sweep_files, now)
    really_rename = os.rename

    def store_first(*names: Any) -> None:
        store_blob(files, b"raced")
        really_rename(*names)

    monkeypatch.setattr(os, "rename", store_first)
    assert run(app, keeping.sweep_files, now + 31 * DAY) == 0
    assert path.read_bytes() == b"raced"


def test_no_folder_is_no_error(app: Flask, tmp_path: Path) -> None:
    from dataclasses import replace

    with app.app_context():
        assert keeping.sweep_files(replace(setting(app, START), files_dir=tmp_path / "none")) == 0


def test_marks_are_no_content_of_a_backup(app: Flask, files: Path) -> None:
    from hub.cli.digest import content_digest

    stored(files, b"orphan", days=400)
    with app.app_context():
        before = content_digest(files)
    run(app, keeping.sweep_files, clock.now())
    assert list(files.glob(f"??/{MARK}*"))
    with app.app_context():
        assert content_digest(files) == before
    assert hashlib.sha256(b"orphan").hexdigest() in {path.name for path in files.glob("??/*")}

"""Adaptations that documents tell of: loaded once, kept up to date, left alone once a city spoke."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cases.models import CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.core.paths import SEEDS
from hub.core.seedfiles import Row, SeedErrors, digest_of, read_yaml
from hub.exchange.models import Adaptation, AdaptationStep
from hub.exchange.seedrows import AdaptationRow
from hub.exchange.service import load_adaptations
from hub.site import seeding
from hub.vocabularies.service import Loaded
from tests.exchange.test_adapting import record
from tests.people.accounts import sign_in
from tests.seeds.shipped import rows

ROW = {
    "id": "graz-from-porto-alegre", "city": "graz", "origin": "porto-alegre-pb", "state": "adapting", "since": "2020",
    "language": "en", "changed": "Smaller.", "source_title": "A report", "source_url": "https://example.org/report",
}  # fmt: skip


def load(**values: Any) -> Loaded:
    """Load one row, in which some fields are changed."""
    value = AdaptationRow.model_validate(ROW | values)
    with transaction():
        return load_adaptations([Row(value, "adaptations.yaml", 1, digest_of(value))], clock.now())


def test_what_is_shipped_is_on_record_with_its_source(client: FlaskClient, app: Flask) -> None:
    shipped = rows("adaptations.yaml")
    with app.app_context():
        found = list(db.session.scalars(select(Adaptation).where(Adaptation.seed_digest.is_not(None))))
        assert len(found) == len(shipped)
        assert all(each.source_title and each.source_url and each.created_by is None for each in found)
        cases = {row.slug: row for row in db.session.scalars(select(CaseStudy))}
        for row in shipped:
            own = cases.get(row.value.own_case or "")
            assert own is None or (own.city is not None and own.city.slug == row.value.city)
        by_people = select(func.count()).select_from(AdaptationStep).where(AdaptationStep.recorded_by.is_not(None))
        assert db.session.scalar(by_people) == 0
        said = next(each for each in found if each.city.slug == "suwon")
        page = f"/exchange/adaptations/{said.id}"
    for path, words in (
        (page, "A document says so; Suwon has not said it here itself."),
        ("/cases/barcelona-ond", "San Francisco Human Rights Commission"), ("/cities/sanfrancisco", "Barcelona"),
        ("/cities/berlin", "Gender budgeting in Berlin"), ("/cases/iztapalapa-utopias", "Adapting since October 2024"),
    ):  # fmt: skip
        assert words in client.get(path).text, path


def test_loaded_again_nothing_changes_and_an_edited_row_is_a_new_step(app: Flask, session: Any) -> None:
    assert load() == Loaded(added=1)
    assert load() == Loaded(same=1)
    heads = select(func.count()).select_from(LogEntry).where(LogEntry.kind == "AdaptationRecorded")
    before = db.session.scalar(heads)
    assert load(state="running", since="2021-05") == Loaded(changed=1)
    assert db.session.scalar(heads) == (before or 0) + 1
    kept = db.session.scalars(select(Adaptation).order_by(Adaptation.id.desc())).first()
    assert kept is not None
    assert (kept.state, kept.since, len(kept.steps)) == ("running", "2021-05", 2)


def test_what_a_city_said_itself_or_took_away_is_left_alone(client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        load()
        number = db.session.scalar(select(func.max(Adaptation.id)))
    sign_in(client, "gabi@example.org", city="graz")
    assert record(client, "/cases/porto-alegre-pb/adapt", state="running", changed="Our own words").status_code == 303
    page = client.get(f"/exchange/adaptations/{number}").text
    assert "A document says so" not in page
    assert "compiled from a document" in page
    with app.app_context():
        assert load(changed="Other words") == Loaded(same=1)
        kept = db.session.get_one(Adaptation, number)
        assert (kept.changed, kept.source_title, kept.source_url) == ("Our own words", "", "https://example.org/report")
        with transaction():
            kept = db.session.get_one(Adaptation, number)
            kept.removed_at = clock.now()
        assert load(changed="Once more") == Loaded(same=1)
        assert load(origin="not-there-any-more") == Loaded(same=1)


def test_slips_are_named_by_file_line_and_field(tmp_path: Path) -> None:
    text = (SEEDS / "adaptations.yaml").read_text("utf-8")
    slips = {
        "  origin_city: berlin\n": ("  origin_city: penang\n", "should be another city"),
        "  origin: porto-alegre-pb\n": ("  origin: medellin-pp\n", "is a practice of the city itself"),
        "  own_case: medellin-pp\n": ("  own_case: penang-grpb\n", "is a case of another city"),
        "  since: '2017'\n": ("  since: 2017-02-30\n", "since"),
        "  origin: iztapalapa-utopias\n": ("  origin: iztapalapa\n", '"iztapalapa" is not known'),
        "  state: adapting\n": ("  state: stopped\n", "should say why it was stopped"),
    }
    for right, (wrong, words) in slips.items():
        assert right in text, right
        file = tmp_path / "adaptations.yaml"
        file.write_text(text.replace(right, wrong, 1), "utf-8")
        assert words in slips_of(file), right


def slips_of(file: Path) -> str:
    """Return what is said to be wrong with a file."""
    try:
        read = read_yaml(file, AdaptationRow)
    except SeedErrors as refused:
        return str(refused)
    return str(seeding._wrong_adaptations(read, rows("cases.yaml"), [row.value.id for row in rows("cities.csv")]))

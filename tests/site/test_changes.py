"""What was before and is after, as the services of the rooms record it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.cities.models import City, CityApplication, Organisation
from hub.cities.seedrows import CityRow, OrganisationRow
from hub.cities.service import load_cities, load_organisations
from hub.commitments.models import StatusRecord
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import CHANGES, VALUES, LogEntry, LogPersonal, entries_after, head_position
from hub.core.paths import SEEDS
from hub.core.seedfiles import Row, digest_of, read_csv, read_yaml
from hub.feeds.models import ForumEdition
from hub.follows.topics import TOPICS
from hub.site import seeding
from hub.vocabularies.models import CommitmentItem, CrosswalkLink, Term
from tests.cities import forms as joining
from tests.commitments import recorder
from tests.doors import flows
from tests.people.accounts import sign_in


def sealed(position: int, part: str) -> dict[str, Any]:
    """Return a sealed part of an entry, empty where it has none."""
    found = db.session.get(LogPersonal, (position, part))
    return dict(found.content) if found is not None else {}


def newest(kind: str, part: str = CHANGES, place: int = 0) -> dict[str, Any]:
    """Return a part of the newest entry of a kind, or of one before it."""
    query = select(LogEntry.position).where(LogEntry.kind == kind).order_by(LogEntry.position.desc())
    return sealed(db.session.scalars(query).all()[place], part)


def go(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    flows.FLOWS[name][1](flows.World(app, monkeypatch))


def test_of_a_city(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        before = db.session.scalars(select(City.membership).where(City.slug == "gwangju")).one()
    go(app, monkeypatch, "a_city")
    with app.app_context():
        assert newest("CityChanged") == {"contact_office": [None, "Human Rights Division"]}
        assert newest("CitySuspended") == {"membership": [before, "suspended"]}
        assert newest("CitySuspended", VALUES) == {"reason": "Asked for it"}
        assert newest("CityRestored") == {"membership": ["suspended", before]}


def test_of_applications(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    go(app, monkeypatch, "joining_the_hub")
    with app.app_context():
        assert newest("CityApplied") == {
            "application": [None, "unconfirmed"], "city_name": [None, "Elsewhere"], "country": [None, "NZ"],
        }  # fmt: skip
        assert newest("CityApplied", VALUES) == {}, "who applied may never become known here"
        assert newest("ApplicationConfirmed") == {"application": ["unconfirmed", "waiting"]}
        sha256 = db.session.scalars(select(CityApplication.letter_sha256).order_by(CityApplication.id)).first()
        assert newest("LetterReceived") == {"letter": [None, sha256]}
        assert newest("CityAdmitted") == {
            "application": ["waiting", "admitted"], "country": [None, "NZ"], "gov_type": [None, "municipality"],
            "coalition": [None, "ICCAR-APA"],
            "membership": [None, "member"], "name": [None, "Sunnyvale Springs"], "region": [None, "asia-pacific"],
            "slug": [None, "sunnyvale-springs"],
        }  # fmt: skip
        assert newest("ApplicationDeclined") == {"application": ["waiting", "declined"]}
        assert newest("ApplicationDeclined", VALUES) == {"reason": "Not now"}


def test_of_a_city_on_record_that_is_admitted(app: Flask) -> None:
    world = flows.World(app, pytest.MonkeyPatch())
    _path, number = joining.waiting(world.browser(), city_name="Graz", country="AT")
    boss, page = world.organizer(), f"/organizers/applications/{number}"
    with app.app_context():
        city_id = db.session.scalars(select(City.id).where(City.slug == "graz")).one()
    flows.fill(boss, page, page, "admit", city=str(city_id))
    with app.app_context():
        assert newest("CityAdmitted") == {
            "application": ["waiting", "admitted"], "membership": ["on_record", "member"],
        }  # fmt: skip


def test_of_sources(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    go(app, monkeypatch, "sources")
    with app.app_context():
        added = newest("SourceAdded")
        assert added["title"] == [None, "City news"]
        assert added["address"][1].startswith("http://127.0.0.1")
        assert newest("SourceChanged", place=1) == {"title": ["City news", "City stories"]}
        assert newest("SourceChanged")["address"][0] == added["address"][1]
        paused, resumed, checked = newest("SourcePaused"), newest("SourceResumed"), newest("SourceChecked")
        assert paused["state"] == ["active", "paused"]
        assert paused["next_check_at"][1] is None
        assert resumed["state"] == ["paused", "active"]
        assert resumed["next_check_at"][0] is None
        assert set(checked) == {"next_check_at"}
        stored = newest("EntryStored")
        assert stored["title"][0] is None
        assert stored["title"][1]
        assert stored["published_at"][1][:4].isdigit()


def test_of_follows_nothing_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    go(app, monkeypatch, "following")
    with app.app_context():
        for kind in ("Followed", "Unfollowed"):
            assert newest(kind) == {}, "what someone follows is her own business"
            assert newest(kind, VALUES) == {}
        assert newest("NotificationsRead") == {"unread": [1, 0]}


def test_of_mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    go(app, monkeypatch, "mailing")
    with app.app_context():
        assert newest("MailChosen") == {f"mail_{topic}": ["daily", "never"] for topic in TOPICS}
        assert newest("MailResumed") == {}


def test_of_a_status(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(client, "me@example.org", city="gwangju")
    with app.app_context():
        city = db.session.scalars(select(City.id).where(City.slug == "gwangju")).one()
        known = select(StatusRecord.item_code).where(StatusRecord.city_id == city)
        free = select(CommitmentItem.code).where(
            CommitmentItem.code.not_in(known), CommitmentItem.replaced_by.is_(None)
        )
        code = db.session.scalars(free.order_by(CommitmentItem.position).limit(1)).one()
    path = recorder.address("gwangju", code)
    assert recorder.send(client, path, status="pledged", since="2020", **recorder.LINK).status_code == 303
    with app.app_context():
        assert newest("StatusRecorded") == {
            "status": ["unknown", "pledged"], "effective_text": [None, "2020"], "claimed_by": [None, "city"],
            "evidence": [None, [recorder.LINK["link_url"]]],
        }  # fmt: skip
    again = {"no_evidence": "y", "note": "It works."}
    assert recorder.send(client, path, status="operating", since="2021", **again).status_code == 303
    with app.app_context():
        assert newest("StatusRecorded") == {
            "status": ["pledged", "operating"], "effective_text": ["2020", "2021"], "note": [None, "It works."],
        }  # fmt: skip


def test_of_a_parked_entry(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    go(app, monkeypatch, "the_machines")
    with app.app_context():
        assert newest("ParkedEntryPutBack") == {"state": ["parked", "waiting"]}


def changed(rows: list[Row[Any]], **values: Any) -> list[Row[Any]]:
    """Return the first row with other values, as a file that was edited gives it."""
    value = rows[0].value.model_copy(update=values)
    return [Row(value, rows[0].file, rows[0].line, digest_of(value))]


def test_of_seeded_cities_and_organisations(session: Any) -> None:
    loads: list[tuple[Any, Any, str, Callable[..., Any]]] = [
        (CityRow, City, "CityChanged", load_cities),
        (OrganisationRow, Organisation, "OrganisationChanged", load_organisations),
    ]
    for (model, table, kind, load), name in zip(loads, ("cities.csv", "organisations.yaml"), strict=True):
        rows = read_csv(SEEDS / name, model) if name.endswith("csv") else read_yaml(SEEDS / name, model)
        slug = rows[0].value.id
        before = db.session.scalars(select(table.name).where(table.slug == slug)).one()
        with transaction():
            load(changed(rows, name="Another name"), clock.now())
        assert newest(kind) == {"name": [before, "Another name"]}
        new = changed(rows, id="brand-new", name="Brand new")
        with transaction():
            load(new, clock.now())
        said = newest("CityAdded" if kind == "CityChanged" else kind)
        assert said["name"] == [None, "Brand new"]
        assert all(old is None for old, _new in said.values())


def test_of_the_first_load_and_of_one_that_changes_something(busy_app: Flask) -> None:
    seeding.load_vocabulary_files(SEEDS, clock.now())
    first = newest("VocabularyLoaded")
    assert first["gwangju GP1"][0] is None
    assert "right to the city" in first["gwangju GP1"][1].lower()
    assert first["commitment-items C1.1"][0] is None
    head = head_position()
    seeding.load_vocabulary_files(SEEDS, clock.now())
    assert head_position() == head, "nothing changed"
    with transaction():
        term = db.session.scalars(select(Term).where(Term.scheme == "gwangju", Term.code == "GP1")).one()
        kept, term.number, term.seed_digest = term.number, 77, "x" * 64
        item = db.session.scalars(select(CommitmentItem).where(CommitmentItem.code == "C1.1")).one()
        item.official_name, item.seed_digest = "Once", "x" * 64
        link = db.session.scalars(select(CrosswalkLink).order_by(CrosswalkLink.clause_code)).first()
        assert link is not None
        clause, kind, target = link.clause_code, link.kind, link.target
        db.session.delete(link)
    seeding.load_vocabulary_files(SEEDS, clock.now())
    [entry] = entries_after(head)
    said = sealed(entry.position, CHANGES)
    assert said["gwangju GP1 number"] == [77, kept]
    assert said["commitment-items C1.1 official_name"][0] == "Once"
    before, after = said[f"{clause} {kind}"]
    assert target in after
    assert target not in (before or [])
    assert len(said) == 3


def test_of_seeded_editions_and_news(session: Any) -> None:
    now = clock.now()
    with transaction():
        edition = db.session.scalars(select(ForumEdition).order_by(ForumEdition.number)).first()
        assert edition is not None
        edition.held, edition.seed_digest = "nowhere", "x" * 64
    seeding.load_all(SEEDS, now)
    said = newest("EditionChanged")
    assert set(said) == {"held"}
    assert said["held"][0] == "nowhere"

"""The organizers' desk and what the machines do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseFile, CaseStudy
from hub.cities.models import CityApplication
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.files import store_blob
from hub.core.jobs import JobState
from hub.core.log import LogEntry, head_position
from hub.core.outbox import OutgoingMail
from hub.core.readers import FailedEntry, LogReader
from hub.feeds.models import FAILING, FeedSource
from hub.settings import Settings
from hub.site.health import find_warnings
from tests.people.accounts import make_user, sign_in

PAGES = ("/organizers", "/organizers/audit", "/organizers/system")


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<h1") == 1
    return response.text


@pytest.fixture
def organizer(client: FlaskClient) -> FlaskClient:
    """An organizer, signed in."""
    sign_in(client, "organizer@example.org", is_organizer=True)
    return client


def add(app: Flask, *rows: Any) -> None:
    with app.app_context(), transaction():
        db.session.add_all(rows)


def head(app: Flask) -> int:
    with app.app_context():
        return head_position()


def warnings(app: Flask, settings: Settings) -> list[str]:
    with app.app_context():
        return find_warnings(settings)


def park(app: Flask, position: int = 1, reader: str = "notifications") -> None:
    now = clock.now()
    add(
        app,
        LogReader(name=reader, position=head(app), lease_until=now + timedelta(seconds=50)),
        FailedEntry(reader=reader, position=position, attempts=8, error="ValueError: <no> such", next_at=now,
                    parked_at=now),
    )  # fmt: skip


def mail(**values: Any) -> OutgoingMail:
    now = clock.now()
    given = {"key": "k", "recipient": "a@example.org", "subject": "Hello", "text": "secret words", "headers": {},
             "created_at": now, "next_at": now + timedelta(hours=1)}  # fmt: skip
    return OutgoingMail(**(given | values))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ko", "es", "fr"])
def test_each_page_leads_to_the_others(organizer: FlaskClient, path: str, language: str) -> None:
    html = page(organizer, f"{path}?lang={language}")
    for name in ("", "/applications", "/cities", "/people", "/sources", "/system", "/audit"):
        assert f'href="/organizers{name}"' in html
    assert re.search(rf'href="{path}" aria-current="page"', html)


def test_the_desk_counts_what_organizers_look_after(app: Flask, organizer: FlaskClient) -> None:
    assert "No city waits for an answer." in page(organizer, "/organizers")
    now = clock.now()
    add(
        app,
        CityApplication(token_hash="0" * 64, state="waiting", city_name="<Utopia>", country="AT", person_name="U",
                        person_role="Mayor", email="u@example.org", created_at=now, confirmed_at=now),
        FeedSource(slug="s", title="S", address="https://example.org/feed", state=FAILING),
    )  # fmt: skip
    html = page(organizer, "/organizers")
    with app.app_context():
        application = db.session.scalars(select(CityApplication.id)).one()
    assert f'href="/organizers/applications/{application}"' in html
    assert "&lt;Utopia&gt;" in html
    assert "no letter yet" in html
    assert "1 failing" in html
    assert "No worker has been seen yet." in html
    assert "The newest entries of the log" in html


def test_what_the_machines_do_is_said_in_words(app: Flask, organizer: FlaskClient) -> None:
    now = clock.now()
    park(app)
    add(
        app,
        LogReader(name="slow", position=0),
        JobState(name="fetch news", next_at=now + timedelta(minutes=3), succeeded_at=now, error="OSError: no network"),
        JobState(name="forget forms", next_at=now - timedelta(hours=2), succeeded_at=now - timedelta(hours=8)),
        mail(attempts=3, error="SMTPException: try later"),
        mail(key="l", attempts=12, error="SMTPException: no such person", given_up_at=now),
    )
    html = page(organizer, "/organizers/system")
    for words in ("A worker is at work.", "Up to date", f"{head(app)} entries behind", "Failed last time",
                  "OSError: no network", "Overdue", "3 attempts, next in", "1 mail was given up", "no such person",
                  "a@example.org", "ValueError: &lt;no&gt; such", "SQLAlchemy"):  # fmt: skip
        assert words in html, words
    assert "secret words" not in html
    overview = page(organizer, "/organizers")
    for words in ("1 mail was given up", "1 entry was given up", "2 jobs need a look"):
        assert words in overview


def test_no_secret_is_shown(settings: Settings, organizer: FlaskClient) -> None:
    for path in PAGES:
        html = page(organizer, path)
        assert settings.secret_key not in html
        assert settings.database_url not in html


def test_a_worker_that_went_away_is_missed(app: Flask, organizer: FlaskClient) -> None:
    add(app, LogReader(name="slow", position=head(app), lease_until=clock.now() - timedelta(hours=3)))
    assert "No worker since 3 hours ago" in page(organizer, "/organizers/system")


def try_again(client: FlaskClient, path: str) -> int:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client, "/desk"))
    assert token
    return client.post(path, data={"csrf_token": token[1]}).status_code


def test_a_parked_entry_is_put_back_once_with_an_entry_in_the_log(app: Flask, organizer: FlaskClient) -> None:
    park(app, position=2, reader="mail & more")
    html = page(organizer, "/organizers/system")
    found = re.search(r'action="(/organizers/system/parked/[^"]+)"', html)
    assert found
    assert try_again(organizer, found[1]) == 303
    with app.app_context():
        failed = db.session.scalars(select(FailedEntry)).one()
        assert (failed.parked_at, failed.attempts) == (None, 0)
        newest = db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(1)).one()
    assert (newest.kind, newest.payload) == ("ParkedEntryPutBack", {"reader": "mail & more", "position": 2})
    assert try_again(organizer, found[1]) == 404
    assert "Nothing was given up." in page(organizer, "/organizers/system")


def test_only_organizers_put_entries_back(app: Flask, client: FlaskClient) -> None:
    park(app, position=2)
    sign_in(client, "mia@example.org", city="graz")
    assert try_again(client, "/organizers/system/parked/notifications/2/retry") == 403
    with app.app_context():
        assert db.session.scalars(select(FailedEntry.parked_at)).one() is not None


@pytest.fixture
def quiet(settings: Settings, tmp_path: Path) -> Settings:
    """An installation with a files folder of its own."""
    return replace(settings, files_dir=tmp_path)


def test_nothing_to_look_after(app: Flask, quiet: Settings) -> None:
    assert warnings(app, quiet) == []


def test_every_warning_says_what_to_do(app: Flask, client: FlaskClient, quiet: Settings) -> None:
    now = clock.now()
    make_user(client, "real@example.org")
    make_user(client, "demo@example.org", is_demo=True)
    with app.app_context():
        case_id = db.session.scalars(select(CaseStudy.id).limit(1)).one()
    stored = store_blob(quiet.files_dir, b"here")
    add(
        app,
        FailedEntry(reader="mail", position=2, attempts=8, error="ValueError: no", next_at=now, parked_at=now),
        LogReader(name="mail", position=0, lease_until=now - timedelta(days=1)),
        JobState(name="fetch news", next_at=now, error="OSError: no network"),
        mail(attempts=12, error="SMTPException: refused", given_up_at=now),
        FeedSource(slug="s", title="S", address="https://example.org/feed", state=FAILING, error="The site is gone."),
        CaseFile(case_id=case_id, sha256="0" * 64, name="a.pdf", mime="application/pdf", size=4, uploaded_at=now),
        CaseFile(case_id=case_id, sha256=stored, name="b.pdf", mime="application/pdf", size=4, uploaded_at=now),
    )
    said = warnings(app, replace(quiet, base_url="http://hub.example.org", mail_url="file:"))
    for number, words in enumerate(
        ("gave up entry 2", "no worker was seen since", "“fetch news” failed", "1 mail was given up",
         "case files named by the record are not in", "“S” is failing (The site is gone.)", "1 demo account stands",
         "is not encrypted", "mail is only written to files")
    ):  # fmt: skip
        assert words in said[number]
        assert ": " in said[number], "it does not say what to do"
    assert len(said) == 9
    with app.app_context():
        gone, there = db.session.scalars(select(CaseFile.id).order_by(CaseFile.id))
    assert f"(rows {gone})" in said[4]
    assert there


def test_a_closed_installation_needs_no_tls(app: Flask, quiet: Settings) -> None:
    for address in ("http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"):
        assert warnings(app, replace(quiet, base_url=address)) == []
    served = replace(quiet, base_url="https://hub.example.org", mail_url="smtps://mail.example.org")
    assert warnings(app, served) == []

"""Whoever wishes it is named on no public page, export or feed; her own team still knows whom it works with."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from hub.core import clock
from hub.core.db import Base, db, transaction
from hub.core.paths import PACKAGE
from hub.people.models import User
from hub.web.gate import list_routes
from tests.cases import pdftext
from tests.cases.desk import browser, publish, revisions, send, stored
from tests.people.accounts import sign_in

NAME = "Ximena Withheld"
FILLED = {"code": "GP3", "kind": "case", "token": "none", "year": "2025", "suffix": "json", "file_id": "1"}


def withhold(client: FlaskClient, user_id: int, how: str) -> None:
    """Let a person be named no more, on her wish or because she left."""
    now: datetime = clock.now()
    with client.application.app_context(), transaction():
        user = db.session.get_one(User, user_id)
        if how == "wish":
            user.is_name_withheld = True
        else:
            user.left_at = now


def public_paths(client: FlaskClient, slug: str) -> list[str]:
    """Return every public door, its places filled with a case, a city, a code."""
    paths = []
    for row in list_routes(client.application):
        if row["permission"] != "public" or row["methods"] != ["GET"]:
            continue
        rule = str(row["rule"])
        for suffix in re.findall(r"<any\(([^)]*)\):\w+>", rule):
            paths += [re.sub(r"<any\([^)]*\):\w+>", each, rule, count=1) for each in suffix.split(",")]
        if "<any" not in rule:
            paths.append(rule)
    filled = []
    for path in paths:
        own = slug if path.startswith("/cases") else "gwangju"
        path = path.replace("<slug>", own)
        filled.append(re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda part: FILLED.get(part[1], "1"), path))
    numbers = [f"/cases/{slug}/history?version={number}" for number in range(1, 5)]
    feeds = [f"/follow.atom?kind=case&id={slug}", "/follow.atom?kind=city&id=gwangju", f"/follow?kind=case&id={slug}"]
    return [*filled, *numbers, *feeds]


@pytest.mark.parametrize("how", ["wish", "left"])
def test_no_public_door_names_her(client: FlaskClient, how: str) -> None:
    user_id = sign_in(client, "x@example.org", city="gwangju", name=NAME)
    slug = publish(client)
    send(client, slug, problem="Other words", change_note="Told anew")
    reader = browser(client)
    history = f"/cases/{slug}/history"
    assert NAME in reader.get(history).text
    assert NAME in reader.get(f"{history}?version=3").text
    withhold(client, user_id, how)
    texts = {path: reader.get(path, buffered=True).text for path in public_paths(client, slug) if ".pdf" not in path}
    assert len(texts) > 40
    assert [path for path, text in texts.items() if "Withheld" in text] == []
    assert "Withheld" not in pdftext.text(reader.get(f"/cases/{slug}.pdf").data)
    assert texts[history].count("<b>A member</b>") == len(revisions(client, slug)) == 2
    assert stored(client, slug).updated_by == user_id


def test_withheld_and_left_look_alike(client: FlaskClient) -> None:
    pages = []
    for how in ("wish", "left"):
        other = browser(client)
        user_id = sign_in(other, f"{how}@example.org", city="gwangju", name=NAME)
        slug = publish(other)
        withhold(client, user_id, how)
        pages.append(browser(client).get(f"/cases/{slug}/history").text.replace(slug, "it"))
    assert re.sub(r"[0-9a-f]{32}|datetime=\"[^\"]*\"", "", pages[0]) == re.sub(
        r"[0-9a-f]{32}|datetime=\"[^\"]*\"", "", pages[1]
    )


def test_her_team_still_sees_who_saved_last(client: FlaskClient) -> None:
    user_id = sign_in(client, "x@example.org", city="gwangju", name=NAME)
    slug = publish(client)
    withhold(client, user_id, "wish")
    colleague = browser(client)
    sign_in(colleague, "c@example.org", city="gwangju")
    assert NAME in colleague.get(f"/cases/{slug}/edit").text
    assert NAME not in colleague.get(f"/cases/{slug}/history").text


def test_versions_are_written_anew_in_one_place_only() -> None:
    """No table but the versions of cases has a way to be altered, and this one only where a person is taken out."""
    allowed = {"hub/cases/service/takeout.py", "hub/cases/service/moving.py"}  # the latter deletes unpublished drafts
    found = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"(update|delete)\(\s*CaseRevision|revision\.content = |\.change_note = ", text):
            found.add(path.relative_to(PACKAGE.parent).as_posix())
    assert found <= allowed
    assert "hub/cases/service/takeout.py" in found
    assert "case_revision" in Base.metadata.tables

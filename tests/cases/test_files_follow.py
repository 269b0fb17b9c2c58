"""A file is given out for as long as its case may be read, and asked for anew each time."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import SUSPENDED, City
from hub.core.db import db, transaction
from hub.people.models import Membership, User
from tests.cases.desk import browser, fetch, hidden, picture, publish, start, stored, upload
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


def ask_again(client: FlaskClient, slug: str, file_id: int, etag: str) -> int:
    """Ask for a file that a browser has already."""
    path = f"/cases/{slug}/files/{file_id}"
    return client.get(path, headers={"If-None-Match": etag}, buffered=True).status_code


def test_a_public_file_is_asked_for_anew_each_time(writer: FlaskClient) -> None:
    slug = publish(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    public = browser(writer)
    given = fetch(public, slug, file.id)
    assert given.headers["Cache-Control"] == "public, no-cache"
    etag = given.headers["ETag"]
    assert file.sha256 in etag
    assert ask_again(public, slug, file.id, etag) == 304
    writer.post(f"/cases/{slug}/archive", data=hidden(writer, f"/cases/{slug}/archive") | {"reason": "Over"})
    assert ask_again(public, slug, file.id, etag) == 304  # what was archived stays at its address, and so do its files
    fields = hidden(writer, f"/cases/{slug}", "publish")
    writer.post(f"/cases/{slug}/publish", data=fields)
    writer.post(f"/cases/{slug}/files/{file.id}/remove", data=hidden(writer, f"/cases/{slug}/edit"))
    assert ask_again(public, slug, file.id, etag) == 404


CLOSED: dict[str, Any] = {
    "person suspended": lambda user, city: setattr(user, "is_active", False),
    "city suspended": lambda user, city: setattr(city, "membership", SUSPENDED),
    "no longer of the city": lambda user, city: db.session.delete(
        db.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    ),
}


@pytest.mark.parametrize("how", CLOSED)
def test_a_drafts_file_ends_with_the_right_to_read_it(writer: FlaskClient, how: str) -> None:
    slug = start(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    given = fetch(writer, slug, file.id)
    assert (given.status_code, given.headers["Cache-Control"]) == (200, "no-store")
    with writer.application.app_context(), transaction():
        user = db.session.scalars(select(User).where(User.email == "writer@example.org")).one()
        CLOSED[how](user, db.session.scalars(select(City).where(City.slug == "gwangju")).one())
    assert ask_again(writer, slug, file.id, given.headers.get("ETag", f'"{file.sha256}"')) == 404
    assert ask_again(browser(writer), slug, file.id, f'"{file.sha256}"') == 404

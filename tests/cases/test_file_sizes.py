"""A picture is kept in several sizes, so that a small screen loads a small one; they go when it goes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from hub.cases.filejobs import JOBS, make_sizes
from hub.cases.models import CaseFile
from hub.core.db import db, transaction
from hub.core.files import blob_path
from hub.site.health import find_warnings
from hub.site.keeping import named_files
from hub.wiring import JOBS as ALL_JOBS
from hub.worker import setting_of
from tests.cases.desk import browser, fetch, hidden, picture, publish, start, stored, upload
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


def names(file: CaseFile) -> list[str]:
    """Return what a picture and its copies are stored as."""
    return [file.sha256, *(size[2] for size in file.sizes)]


def stands(app: Flask, name: str) -> bool:
    """Tell whether a content is stored."""
    return blob_path(app.config["HUB"].files_dir, name).is_file()


def test_a_large_picture_comes_in_several_sizes(writer: FlaskClient) -> None:
    slug = publish(writer)
    upload(writer, slug, picture(size=(1200, 1500)))
    [file] = stored(writer, slug).files
    assert [size[:2] for size in file.sizes] == [[480, 600], [960, 1200]]
    public = browser(writer)
    url = f"/cases/{slug}/files/{file.id}"
    html = public.get(f"/cases/{slug}").text
    assert (
        f'<img class="tall" src="{url}?width=960" srcset="{url}?width=480 480w, {url}?width=960 960w, {url} 1200w"'
        in html
    )
    assert 'width="1200" height="1500" loading="lazy"' in html
    small = public.get(f"{url}?width=480", buffered=True)
    assert (small.content_type, small.headers["Cache-Control"]) == ("image/webp", "public, no-cache")
    assert "sandbox" in small.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(small.data)).size == (480, 600)
    assert (
        public.get(f"{url}?width=480", headers={"If-None-Match": small.headers["ETag"]}, buffered=True).status_code
        == 304
    )
    for width in ("481", "1600", "1200", "0", "-1", "x", "99999999999", "480&width=960"):
        refused = public.get(f"{url}?width={width}")
        assert refused.status_code == 400, width
        assert "width" in refused.text
    assert fetch(public, slug, file.id).content_type == "image/jpeg"
    upload(writer, slug, picture(size=(480, 100)))
    [_large, little] = stored(writer, slug).files
    assert little.sizes == []
    assert f'src="/cases/{slug}/files/{little.id}" alt' in public.get(f"/cases/{slug}").text
    assert fetch(public, slug, f"{little.id}?width=480").status_code == 400


def test_sizes_of_a_draft_are_for_its_city(writer: FlaskClient) -> None:
    slug = start(writer)
    upload(writer, slug, picture(size=(600, 400)))
    [file] = stored(writer, slug).files
    mine = fetch(writer, slug, f"{file.id}?width=480")
    assert (mine.status_code, mine.headers["Cache-Control"]) == (200, "no-store")
    assert fetch(browser(writer), slug, f"{file.id}?width=480").status_code == 404
    app = writer.application
    blob_path(app.config["HUB"].files_dir, file.sizes[0][2]).unlink()
    assert fetch(writer, slug, f"{file.id}?width=480").status_code == 404
    with app.app_context():
        [warned] = [words for words in find_warnings(app.config["HUB"]) if words.startswith("case files")]
        assert f"(rows {file.id})" in warned


def test_what_is_removed_for_good_goes_in_every_size(writer: FlaskClient) -> None:
    app, slug, other = writer.application, publish(writer), publish(writer)
    for each in (slug, slug, other):
        upload(writer, each, picture(size=(1000, 700 if each == slug else 710)))
    first, second = stored(writer, slug).files
    [alone] = stored(writer, other).files
    assert names(first) == names(second)
    with app.app_context():
        assert {*names(first), *names(alone)} <= named_files()
    path = f"/cases/{slug}/take-out"
    for file, is_kept in ((first, True), (second, False)):
        fields = hidden(writer, path)
        assert writer.post(f"{path}/files/{file.id}", data={"csrf_token": fields["csrf_token"]}).status_code == 303
        assert [stands(app, name) for name in names(first)] == [is_kept] * 3
    assert all(stands(app, name) for name in names(alone))
    assert [file.sizes for file in stored(writer, slug).files] == [[], []]
    with app.app_context():
        assert not named_files().intersection(names(first))


def test_pictures_from_before_get_their_sizes_by_a_job(writer: FlaskClient) -> None:
    app, slug = writer.application, publish(writer)
    for width in (1000, 990, 300):
        upload(writer, slug, picture(size=(width, 100)))
    upload(writer, slug, picture("PNG", size=(800, 100)))
    files = stored(writer, slug).files
    with app.app_context():
        with transaction():
            db.session.execute(update(CaseFile).where(CaseFile.case_id == files[0].case_id).values(sizes=[]))
        blob_path(app.config["HUB"].files_dir, files[1].sha256).write_bytes(b"no picture any more")
        setting: Any = setting_of(app.config["HUB"], "a worker")
        assert make_sizes(replace(setting)) == 2
        assert make_sizes(setting) == 0
    made = stored(writer, slug).files
    assert [file.sizes for file in made[:3]] == [files[0].sizes, [], []]
    assert [size[:2] for size in made[3].sizes] == [[480, 60]]
    assert made[0].sizes
    assert ALL_JOBS["picture sizes"] is JOBS["picture sizes"]
    assert JOBS["picture sizes"].every == timedelta(days=1)

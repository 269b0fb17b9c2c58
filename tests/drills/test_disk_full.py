"""The disk is full while people write and read: writes are refused in words, reads go on, nothing said is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import requests

from tests.cases.desk import PDF
from tests.cli.test_killed import cookies_of_coordinators, follow_all, look_at_mail, look_for
from tests.conftest import FULL
from tests.drills.disk import Disk, ran_in_a_namespace, small_disk
from tests.drills.house import House, house, wait_until_settled
from tests.drills.load import Heard, Load
from tests.hands import form_to
from tests.nodes import inside

pytestmark = pytest.mark.xdist_group("small house")
ROUNDS = 20 if FULL else 1
MEGABYTES = 128
ABOUT = {"file_title": "A report", "file_owner": "The city", "file_source": "The city", "file_licence": "cc-by-4.0"}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A small disk for the node's data folder."""
    with small_disk(tmp_path_factory.mktemp("disk") / "small", MEGABYTES) as mounted:
        yield mounted


@pytest.fixture(scope="module")
def small_house(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, disk: Disk
) -> Iterator[House]:
    """A house with its data on the small disk; the mail lies elsewhere."""
    folder = tmp_path_factory.mktemp("house")
    yield from house(folder, request, disk=disk, MAIL_URL=f"file:{folder / 'mail'}")


def health(house: House) -> tuple[int, dict[str, Any]]:
    """Ask how the node is."""
    answer = requests.get(f"{house.base_url}/healthz", timeout=30)
    return answer.status_code, answer.json()


def fill_again_and_again(house: House, disk: Disk, load: Load, refusing: bool) -> None:
    """Let people write and read while the disk is filled up and given free, some times."""
    heard = load.heard
    with load:
        load.write_more(8)
        for number in range(1, ROUNDS + 1):
            heard.phase = "full"
            with disk:
                if refusing:
                    load.wait_for("full", "write", 503, 10 * number)
                else:
                    load.write_more(20)
                load.wait_for("full", "read", 200, heard.number("full", "read", 200) + 40)
                status, said = health(house)
                assert status == 200, said
                assert "almost no room left" in said["warnings"][0]
            heard.phase = "after"
            load.write_more(16)
            house.keep_fresh()


def test_nothing_said_is_lost_on_a_full_disk(
    request: pytest.FixtureRequest, engine_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On SQLite the record itself lies there; on PostgreSQL the index and the files do, and writing goes on."""
    if ran_in_a_namespace(request):
        return
    small_house, disk = request.getfixturevalue("small_house"), request.getfixturevalue("disk")
    app = small_house.app
    reader, cookies = follow_all(app), cookies_of_coordinators(app)
    heard, refusing = Heard(), engine_name == "sqlite"
    with small_house.serving():
        troubles = ["full"] if refusing else []
        load = Load(small_house.base_url, cookies, heard, count(1), troubles=troubles)
        fill_again_and_again(small_house, disk, load, refusing)
        small_house.clock.set(minutes=10)  # a mail that was cut off waits for its lease
        wait_until_settled(app)
        small_house.check()
        assert health(small_house) == (200, {"status": "ok", "problems": [], "warnings": []})
    with inside(app):
        look_for(heard.said, reader)
    look_at_mail(heard.said, small_house.folder / "mail", {})
    with capsys.disabled():
        print(f"\n{ROUNDS} times full: {heard.figures()}")
    assert heard.wrong == []


def test_an_upload_onto_a_full_disk_is_refused_in_words(request: pytest.FixtureRequest) -> None:
    if ran_in_a_namespace(request):
        return
    small_house, disk = request.getfixturevalue("small_house"), request.getfixturevalue("disk")
    hands = small_house.coordinator("uploader@example.org", "gwangju")

    def send(content: bytes) -> requests.Response:
        form = form_to(hands.get(edit).text, edit)  # the button for files stands among the text
        hidden = {name: value for name, value in form.fields if name in ("csrf_token", "form_key")}
        return hands.post(f"{case}/files", hidden | ABOUT, {"file": ("report.pdf", content)})

    with small_house.serving():
        new = {"title": "Night buses", "summary": "Buses run all night.", "language": "en"}
        edit = hands.fill("/cases/new", "/cases/new", new).headers["Location"]
        case = edit.removesuffix("/edit")
        for size in (200, 3_000_000):
            content = PDF + os.urandom(size)
            with disk:
                refused = send(content)
                assert refused.status_code == 503
                assert int(refused.headers["Retry-After"]) > 0
                assert 'class="mainnav"' in refused.text
                assert "There is no room left" in refused.text
            assert [path for path in (disk.folder / "var").rglob(".part-*") if path.is_file()] == []
            kept = send(content)
            assert kept.status_code == 303, kept.text
            page = hands.get(f"{edit}?step=evidence").text
        assert page.count("A report") >= 2

"""Script payloads in everything people write: wherever it is shown, in a browser, it stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Frame, Page, Response
from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cities.models import CityApplication
from hub.core.db import db, transaction
from hub.core.log import head_position
from hub.core.text import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from hub.search.index.store import Index
from tests.browser.conftest import DESK, Watch
from tests.browser.surfaces.rooms import EDITED, FILLS, write_mails
from tests.browser.surfaces.stage import Batch, Stage, make_stage
from tests.browser.surfaces.table import COORDINATOR, FEED, FILE, IN_ADDRESSES, ORGANIZER, SURFACES, VISITOR, Surface
from tests.conftest import FULL
from tests.doors.hostile import payloads
from tests.doors.outline import read
from tests.doors.test_scripts import ran
from tests.drills.house import wait_until
from tests.nodes import Node, app_of, inside, node

pytestmark = pytest.mark.browser
SIZE = 600 if FULL else 250
SINGLE = 10 if FULL else 3  # payloads of a batch that stand alone in an address
SEEN = """() => [...new Set([...document.querySelectorAll('*')].flatMap(
  each => [each.localName, ...each.getAttributeNames().map(name => `${each.localName}[${name}]`)]))]"""
TOLD = """document.addEventListener('securitypolicyviolation',
  each => console.error(`policy: ${each.violatedDirective} ${each.blockedURI}`))"""
PROSE = ALLOWED_TAGS | {
    f"{tag}[{name}]"
    for of, names in ALLOWED_ATTRIBUTES.items()
    for name in names
    for tag in (ALLOWED_TAGS if of == "*" else {of})
}
"""What cleaned prose may be made of."""


ALWAYS = {"mark", "details", "summary", "a[rel]", "b[aria-current]", "li[aria-hidden]"}
"""What a search marks, long texts that are folded, and pages of a list."""
AS_XML = """text => [...new DOMParser().parseFromString(text, 'application/xml').getElementsByTagName('*')]
  .map(each => each.localName)"""
SEND = """path => { const form = document.querySelector(`form[action="${path}"]`); form.noValidate = true;
  form.requestSubmit(form.querySelector('button[type=submit]:not([formaction])')) }"""
KINDS = {"csv": "text/csv", "json": "application/json", "md": "text/markdown", "bib": "bibtex", "ris": "research-info"}


@pytest.fixture(scope="module")
def found(shared: Path) -> list[str]:
    """The payloads; where the file is missing the test says so and is left out."""
    try:
        lines = payloads(shared, FULL)
    except FileNotFoundError as error:
        pytest.skip(f"{error.filename} is not here")
    return [line.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for line in lines]


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of its own: what is written here is nothing for other tests."""
    with node(tmp_path_factory.mktemp("house"), LIMIT_FACTOR="1000") as running:
        yield running


Known = dict[str, set[str]]  # by who and door: the elements and attributes of its pages with harmless words


class Eyes:
    """The browsers of a visitor, a coordinator and an organizer, and all that went wrong in them."""

    def __init__(self, chromium: Browser, base_url: str) -> None:
        self.base_url, self.wrong = base_url, []
        self.watch = Watch(base_url)
        self.asked = ""
        self.contexts: dict[str, BrowserContext] = {}
        self.pages: dict[str, Page] = {}
        for who in (VISITOR, COORDINATOR, ORGANIZER):
            context = chromium.new_context(base_url=base_url, locale="en", **DESK)
            context.set_default_timeout(30_000)
            context.add_init_script(TOLD)
            self.watch.listen(context)
            context.on("response", self._response)
            page = context.new_page()
            page.on("dialog", self._dialog)
            page.on("framenavigated", self._moved)
            self.contexts[who], self.pages[who] = context, page

    wrong: list[str]

    def sign_in(self, stage: Stage) -> None:
        """Let them be who they are."""
        stage.sign_in()
        for who, value in stage.cookies.items():
            self.contexts[who].add_cookies([{"name": "session", "value": value, "url": self.base_url}])

    def say(self, what: str) -> None:
        """Note that something went wrong at the page that was asked for."""
        self.wrong.append(f"{self.asked}: {what}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.say(f"{response.status} {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.say(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _moved(self, frame: Frame) -> None:
        if frame.parent_frame is not None:
            self.say(f"a frame: {frame.url}")

    def open(self, surface: Surface, path: str) -> str:
        """Open a page and return it as the browser made it."""
        page, self.asked = self.pages[surface.who], f"{surface.who or 'visitor'} {path[:200]}"
        answer = page.goto(path, wait_until="domcontentloaded")
        status = answer.status if answer else 0
        if status != surface.status and not (not surface.shows_mark and status in (200, 400, 404)):
            self.say(f"{status} instead of {surface.status}")
        if answer is not None and page.url != answer.request.url:
            self.say(f"it went to {page.url}")
        return page.content()

    def close(self) -> list[str]:
        """Close all, and return what went wrong."""
        for context in self.contexts.values():
            context.close()
        return self.wrong + self.watch.complaints


def write(stage: Stage, batch: Batch) -> None:
    """Write a batch into every room, and wait until the search knows it."""
    with inside(stage.app):
        with transaction():
            for fill in FILLS:
                fill(stage, batch)
                db.session.flush()
        try:
            with transaction():
                write_mails(stage, batch)
                raise LookupError  # nothing of it is sent
        except LookupError:
            pass
        head = head_position()
    index = Index.open(stage.app.config["HUB"].index_dir)
    wait_until(lambda: (place := index.place()) is not None and place.position >= head, "the index has followed")


def places_of(stage: Stage) -> dict[str, str]:
    """Return what stands in the addresses of surfaces."""
    with inside(stage.app):
        number = db.session.scalars(select(CityApplication.id).where(CityApplication.token_hash == "stage-0")).one()
    return {"application": str(number), "member": str(stage.members[0]), "code": "C1.1"}


def address(surface: Surface, batch: Batch, places: dict[str, str], one: str = "") -> str:
    """Return the address of a surface with its places filled."""
    payload = quote_from_bytes(one.encode("utf-8", "surrogateescape"), safe="")
    return surface.path.format(mark=batch.mark, one=payload, **places)


def look_at_pages(eyes: Eyes, batch: Batch, places: dict[str, str], known: Known) -> None:
    """Look at every page; nothing in it came of a payload."""
    for surface in SURFACES:
        if surface.kind in (FEED, FILE):
            continue
        html = eyes.open(surface, address(surface, batch, places))
        look_into(eyes, html, surface, known, is_harmless=batch.is_harmless)
        if surface.shows_mark and batch.mark not in html:
            eyes.say("shows nothing of what was written")


def look_into(eyes: Eyes, html: str, surface: Surface, known: Known, *, is_harmless: bool) -> None:
    """Compare a page with what it is made of when harmless words stand in it, and judge what in it would run."""
    found, door = set(eyes.pages[surface.who].evaluate(SEEN)), f"{surface.who} {surface.path.partition('?')[0]}"
    if is_harmless:
        known[door] = known.get(door, set()) | found
    new = found - known[door] - ALWAYS - (PROSE if surface.is_prose else set())
    if new:
        eyes.say(f"made of a payload: {sorted(new)}")
    for each in ran(read(html)):
        eyes.say(f"would run: {each[:300]}")


def look_at_feeds(eyes: Eyes, batch: Batch, places: dict[str, str]) -> None:
    """Open every feed as a document of XML; it is well-formed, and nothing in it runs."""
    for surface in SURFACES:
        if surface.kind != FEED:
            continue
        path = address(surface, batch, places)
        page, eyes.asked = eyes.pages[surface.who], path
        answer = page.context.request.get(path)
        if answer.status != 200 or "atom+xml" not in answer.headers["content-type"]:
            eyes.say(f"{answer.status} {answer.headers.get('content-type')}")
        if surface.shows_mark and batch.mark not in answer.text():
            eyes.say("shows nothing of what was written")
        page.goto("about:blank")
        names = page.evaluate(AS_XML, answer.text())
        if "parsererror" in names:
            eyes.say("not well-formed")
        if bad := {"script", "svg", "img", "iframe"} & set(names):
            eyes.say(f"made of a payload: {sorted(bad)}")


def look_at_files(eyes: Eyes, batch: Batch, places: dict[str, str]) -> None:
    """Fetch every file: it says what it is, no browser guesses otherwise, and no spreadsheet calculates."""
    for surface in SURFACES:
        if surface.kind != FILE:
            continue
        path = address(surface, batch, places)
        eyes.asked = path
        answer = eyes.contexts[surface.who].request.get(path)
        kind, suffix = answer.headers.get("content-type", ""), path.partition("?")[0].rpartition(".")[2]
        if answer.status != 200 or KINDS[suffix] not in kind:
            eyes.say(f"{answer.status} {kind}")
        if answer.headers.get("x-content-type-options") != "nosniff":
            eyes.say("a browser may guess what it is")
        if surface.shows_mark and batch.mark not in answer.text():
            eyes.say("shows nothing of what was written")
        if suffix == "csv":
            look_at_cells(eyes, answer.text())


def look_at_cells(eyes: Eyes, text: str) -> None:
    """No cell begins as a formula; numbers may be negative."""
    for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        for cell in line:
            if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"-[0-9.]+", cell):
                eyes.say(f"a formula: {cell[:100]}")


def look_at_mails(eyes: Eyes, stage: Stage, batch: Batch, known: Known) -> None:
    """Open the HTML of mails as a page without any policy."""
    page = eyes.pages[VISITOR]
    for number, html in enumerate(stage.mails):
        eyes.asked = f"mail {number}"
        page.goto("about:blank")
        page.set_content(html)
        for each in ran(read(page.content())):
            if not each.endswith(" style>"):  # mails have no sheet; that no text brings one is seen below
                eyes.say(f"would run: {each[:300]}")
        found = set(page.evaluate(SEEN))
        if batch.is_harmless:
            known["mails"] = known.get("mails", set()) | found
        if new := found - known["mails"]:
            eyes.say(f"made of a payload: {sorted(new)}")
    if sum(batch.mark in html for html in stage.mails) < 3:
        eyes.say("mails show nothing of what was written")


def look_at_addresses(eyes: Eyes, batch: Batch, places: dict[str, str], known: Known) -> None:
    """Ask for payloads in addresses, one at a time; a page of an error shows none of them as its own."""
    for surface in IN_ADDRESSES:
        for payload in batch.some(1 if batch.is_harmless else SINGLE):
            html = eyes.open(surface, address(surface, batch, places, payload))
            look_into(eyes, html, surface, known, is_harmless=batch.is_harmless)


def look_at_conflict(eyes: Eyes, stage: Stage, batch: Batch, known: Known) -> None:
    """Save a case that somebody else has changed: both texts stand side by side."""
    surface = Surface(f"/cases/{EDITED}/edit", COORDINATOR)
    eyes.open(surface, surface.path)
    page = eyes.pages[COORDINATOR]
    with inside(stage.app), transaction():
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == EDITED)).one()
        case.problem, case.action = case.action, case.problem
    with page.expect_navigation() as moved:
        page.evaluate(SEND, surface.path)
    if moved.value is None or moved.value.status != 409:
        eyes.say(f"no conflict: {moved.value and moved.value.status}")
    html = page.content()
    eyes.asked = "the page of a conflict"
    look_into(eyes, html, Surface("conflict", COORDINATOR, is_prose=True), known, is_harmless=batch.is_harmless)
    if batch.mark not in html:
        eyes.say("shows nothing of what was written")


def test_payloads_stay_text_on_every_surface(
    own_house: Node, chromium: Browser, found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    stage = make_stage(app_of(own_house.environment))
    eyes = Eyes(chromium, own_house.base_url)
    known: Known = {}
    batches = [Batch(number, found[first : first + SIZE]) for number, first in enumerate(range(0, len(found), SIZE), 1)]
    for batch in (batches[0].harmless(40), *batches):
        write(stage, batch)
        eyes.sign_in(stage)
        places = places_of(stage)
        look_at_pages(eyes, batch, places, known)
        look_at_conflict(eyes, stage, batch, known)
        look_at_feeds(eyes, batch, places)
        look_at_files(eyes, batch, places)
        look_at_mails(eyes, stage, batch, known)
        look_at_addresses(eyes, batch, places, known)
    with capsys.disabled():
        pages = (len(SURFACES) + 1) * len(batches)
        print(f"\n{len(found)} payloads in {len(batches)} batches on {len(SURFACES)} surfaces: {pages} looks")
    wrong = eyes.close()
    assert wrong == [], "\n".join(wrong)

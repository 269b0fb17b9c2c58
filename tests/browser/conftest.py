"""A node with the demo network, Chromium, and pages that may not complain."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.nodes import Node, node
from tests.servers import missing

QUIET = [
    "--no-sandbox",  # the tests may run as root, where Chromium has none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--no-first-run",
    "--no-default-browser-check",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with the demo network, for all tests of this folder that only read; there is no work for a worker."""
    with node(tmp_path_factory.mktemp("house"), with_worker=False) as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine, without a window where it has that: it is the same and takes less time.

    Where there is none, the test says what brings it.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        missing("Chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Watch:
    """Listens to what a browser complains about, and to where it goes."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.complaints: list[str] = []
        self.refused: set[str] = set()

    def listen(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        is_refused_page = message.text.startswith("Failed to load") and message.location["url"] in self.refused
        if message.type in ("error", "assert") and not is_refused_page:
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", "data:", "blob:")):
            self.complaints.append(f"leaves the hub: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            if response.request.is_navigation_request():
                self.refused.add(response.url)  # Chromium logs it; the test knows the status itself
            else:
                self.complaints.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # what a page left behind when the reader went on
            self.complaints.append(f"{request.failure}: {request.url}")


@pytest.fixture
def open_page(house: Node, chromium: Browser) -> Iterator[OpenPage]:
    """Open pages in contexts of their own; whatever the browser complained about fails the test at its end.

    The options are those of a Playwright context, with `language` (en, ko, es, fr) and `script` (True) beside them.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(*, language: str = "en", script: bool = True, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=house.base_url, locale=language, java_script_enabled=script, **(DESK | options)
        )
        context.set_default_timeout(15_000)
        watch = Watch(house.base_url)
        watch.listen(context)
        opened.append((context, watch))
        return context.new_page()

    yield open_one
    complaints = []
    for context, watch in opened:
        context.close()
        complaints += watch.complaints
    assert complaints == []

"""The accessibility checker axe-core, kept beside the tests and handed to the browser by its debugger.

What the debugger evaluates is not bound by the page's policy for scripts, so the page is judged as it is served.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FILE = Path(__file__).parent / "vendor" / "axe.min.js"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # axe-core 4.14.1
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})
  .then(found => found.violations)"""  # none of these rules asks for files to be loaded again


@lru_cache(maxsize=1)
def source() -> str:
    """Return the script; raises ValueError when it is not the one whose checksum stands here."""
    content = FILE.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{FILE} was changed: its checksum is not {SHA256}")
    return content.decode("utf-8")


def violations(page: Page, *, only_colours: bool = False, is_loaded: bool = False) -> list[str]:
    """Return what WCAG 2.2 AA and good practice find wrong with a page, one line each with the first places.

    `only_colours` is enough for a theme of a page whose frame was judged in another; `is_loaded` tells that the page
    was judged since it was opened.
    """
    if not is_loaded:
        page.evaluate(source())
    return [_line(found) for found in page.evaluate(RUN, COLOURS if only_colours else TAGS)]


def _line(found: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']} {node['html'][:160]}" for node in found["nodes"][:3])
    return f"{found['id']} ({len(found['nodes'])} places): {found['help']}: {places}"

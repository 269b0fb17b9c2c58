"""Every string that people read stands in all four languages, with its places intact."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from hub.core.paths import TRANSLATIONS

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"%\((\w+)\)([sd])|%%")
pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All strings as they stand in the code and the templates now."""
    path = tmp_path_factory.mktemp("strings") / "messages.pot"
    subprocess.run(["make", "--silent", "strings", f"TO={path}"], cwd=ROOT, check=True, env=_environment())
    with path.open("rb") as file:
        return read_po(file)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "BIN": str(Path(sys.executable).parent)}


def read(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (tuple, list)) else [message.string]


@pytest.mark.parametrize("language", ["ko", "es", "fr"])
def test_nothing_is_untranslated(template: Catalog, language: str) -> None:
    translated = read(language)
    missing = []
    for message in template:
        if not message.id:
            continue
        found = translated.get(message.id if isinstance(message.id, str) else message.id[0])
        if found is None or found.fuzzy or not all(forms(found)):
            missing.append(message.id)
    assert missing == []


@pytest.mark.parametrize("language", ["ko", "es", "fr"])
def test_no_place_is_lost_or_invented(language: str) -> None:
    broken = []
    for message in read(language):
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = {match.group(0) for source in sources for match in PLACE.finditer(source)}
        needed = {match.group(0) for match in PLACE.finditer(sources[-1])}
        for form in forms(message):
            used = {match.group(0) for match in PLACE.finditer(form)}
            if not used <= allowed or not needed - {"%(num)d"} <= used:
                broken.append((message.id, form))
    assert broken == []


def test_the_catalogues_hold_nothing_else(template: Catalog) -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in template}
    for language in ("ko", "es", "fr"):
        extra = [m.id for m in read(language) if (m.id if isinstance(m.id, str) else m.id[0]) not in known]
        assert extra == [], language

"""What visitors type is shown as text: no payload becomes an element, an attribute or an address that runs."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from tests.conftest import FULL, Deal
from tests.doors.doors import send, send_path
from tests.doors.hostile import in_query, payloads
from tests.doors.outline import Outline, read

DOORS = (
    ("/cases/", "q"),
    ("/cases/", "principle"),
    ("/cases/", "city"),
    ("/search", "q"),
    ("/cities/", "q"),
    ("/cities/", "region"),
    ("/commitments/", "region"),
    ("/news/", "principle"),
    ("/follow", "kind"),
    ("/login", "next"),
    ("/about", ""),  # the payload is the name of a parameter
)
EACH = 3 if FULL else 2
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster")


@pytest.fixture(scope="module")
def found(shared: Path) -> list[str]:
    """The payloads; where the file is missing the test says so and is left out."""
    try:
        return payloads(shared, FULL)
    except FileNotFoundError as error:
        pytest.skip(f"{error.filename} is not here")


class Known(NamedTuple):
    """What a page holds when nothing bad is asked: its text, and the elements it may have."""

    text: str
    elements: set[str]


@pytest.fixture
def known(client: FlaskClient) -> dict[str, Known]:
    """Every page as it is and when something is searched; `mark` shows what was searched for."""
    found = {}
    for path, _name in DOORS:
        text = client.get(path).text + client.get(path, query_string={"q": "council"}).text
        found[path] = Known(text, read(text).names | {"mark"})
    return found


def ran(page: Outline) -> list[str]:
    """Return what in a page would run: scripts, handlers, styles, addresses of another kind than ours."""
    found = []
    for tag, attributes in page.elements:
        if tag == "script" and attributes.get("type") != "application/ld+json" and not _is_ours(attributes):
            found.append(f"<{tag} {attributes}>")
        found += [f"<{tag} {name}>" for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
        for name in ADDRESSES:
            if not _is_plain(attributes.get(name, "")):
                found.append(f"<{tag} {name}={attributes[name]}>")
    return found


def _is_ours(attributes: dict[str, str]) -> bool:
    return attributes.get("src", "").startswith("/static/")


def _is_plain(address: str) -> bool:
    return not address or address.startswith(("/", "#", "?", "http://", "https://", "mailto:"))


def test_a_bad_page_is_recognised() -> None:
    """The judge itself: it must see what it is there to see."""
    bad = "<script>a()</script><img src=x onerror=a()><a href='java&#115;cript:a()'>x</a><svg/onload=a()><p style='x'>"
    assert len(ran(read(bad))) == 6  # `src=x` is no address of ours either
    assert ran(read('<a href="/x">&lt;script&gt;</a><script type="application/ld+json">{}</script>')) == []


def test_payloads_stay_text(client: FlaskClient, found: list[str], known: dict[str, Known], deal: Deal[str]) -> None:
    """How a text is written into a page is no matter of the engine: each is given half of the payloads."""
    doors = cycle(DOORS)
    for payload in deal(found):
        value = in_query(payload)
        for path, name in islice(doors, EACH):
            query = name.encode() + b"=" + value if name else value + b"=1"
            response = send(client, path, query)
            asked = f"{path}?{query[:300].decode('latin-1')}"
            assert response.status_code in (200, 400), asked
            page = read(response.text)
            assert ran(page) == [], asked
            if response.status_code == 200:
                assert page.names <= known[path].elements, asked
            typed = payload.strip()
            if any(sign in typed for sign in '<"') and typed not in known[path].text:
                assert typed not in response.text, f"unescaped: {asked}"


def test_payloads_in_a_path_stay_text(client: FlaskClient, found: list[str], deal: Deal[str]) -> None:
    beginnings = cycle([b"/cases/", b"/principles/", b"/cities/", b"/commitments/", b"/"])
    for payload in deal(found[:: 1 if FULL else 4]):
        path = next(beginnings) + payload.encode("utf-8", "surrogateescape")
        response = send_path(client, path)
        assert response.status_code in (404, 301, 308), path
        assert ran(read(response.text)) == [], path


def test_a_sign_in_leads_back_only_into_the_hub(client: FlaskClient) -> None:
    outside = ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
               "/%09/evil.example", "http:evil.example",
               "///evil.example", " //evil.example", "/\t/evil.example"]  # fmt: skip
    for target in outside:
        response = client.get("/login", query_string={"next": target})
        if response.status_code == 400:
            continue
        (kept,) = [each["value"] for each in read(response.text).all("input") if each.get("name") == "next"]
        assert kept.startswith("/"), target
        assert not kept.startswith(("//", "/\\")), target
        assert "\t" not in kept, target

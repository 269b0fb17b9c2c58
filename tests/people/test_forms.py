"""Where a sign-in may lead."""

from __future__ import annotations

import pytest

from hub.people.forms import AFTER_SIGN_IN, local_path


@pytest.mark.parametrize("path", ["/desk", "/", "/cases/?q=a%20b&page=2", "/cities/gwangju#map", "/cases/인권"])
def test_a_path_of_the_hub_is_kept(path: str) -> None:
    assert local_path(path) == path


ELSEWHERE = [
    None, "", "desk", "https://example.org/", "//example.org", "///example.org", "/\\example.org", "\\\\example.org",
    "javascript:alert(1)", "/a\r\nX: y", "/a\tb", "/a b", " /desk", "/\x7f", "/login", "/login?next=/login",
    "/logout", "/" + "x" * 3000, "http:/example.org", "/a\\b", "//[",
]  # fmt: skip


@pytest.mark.parametrize("path", ELSEWHERE)
def test_anything_else_leads_to_the_desk(path: str | None) -> None:
    assert local_path(path) == AFTER_SIGN_IN

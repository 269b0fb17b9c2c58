"""Lists for programs."""

from __future__ import annotations

import pytest

from hub.web.formats import formula_safe


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_formula_is_shown_as_text(value: str) -> None:
    assert formula_safe(value) == "'" + value


def test_numbers_stay_numbers_and_lists_are_joined() -> None:
    assert formula_safe(-3.5) == "-3.5"
    assert formula_safe(None) == ""
    assert formula_safe(["GP4.1", "GP8.2"]) == "GP4.1; GP8.2"
    assert formula_safe("인권\x00") == "인권"

"""Names as people type them."""

from __future__ import annotations

import pytest

from hub.cities.names import fold, is_found


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("São Paulo", "sao paulo"),
        ("Sa\u0303o Paulo", "sao paulo"),
        ("Şahinbey (Gaziantep)", "sahinbey gaziantep"),
        ("Diyarbakır", "diyarbakir"),
        ("İzmir", "izmir"),
        ("Malmö", "malmo"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Chungcheongnam-do", "chungcheongnam do"),
        ("광주광역시", "광주광역시"),
        ("ＴＯＫＹＯ", "tokyo"),
        ("नागपूर", "नागपूर"),
        ("?!…", ""),
        ("", ""),
    ],
)
def test_fold(text: str, bare: str) -> None:
    assert fold(text) == bare


def test_every_word_typed_must_be_found_in_some_name() -> None:
    names = ("Gwangju", "광주광역시", "gwangju")
    assert is_found("GWANG", *names)
    assert is_found("광주 gwangju", *names)
    assert not is_found("gwangju seoul", *names)
    assert not is_found("과", *names)  # half a syllable is another word


def test_punctuation_alone_finds_nothing_and_a_missing_native_name_is_no_trouble() -> None:
    assert not is_found("!!!", "Lund", None)
    assert is_found("lund", "Lund", None)

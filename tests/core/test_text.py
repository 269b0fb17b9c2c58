"""Text from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.text import clean_html, excerpt, has_control_characters, plain_text, render_markdown, safe_url, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("A Human Rights Council", "a-human-rights-council"),
        ("광주 인권헌장", "광주-인권헌장"),
        ("  São Paulo: «ação»  ", "são-paulo-ação"),
        ("history", "history-1"),
        ("!!!", "item"),
        ("a.b/c", "a-b-c"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_always_fit_for_an_address(text: str) -> None:
    slug = slugify(text)
    assert slug
    assert len(slug) <= 82
    assert not set(slug) & set("./?#& ")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        "<svg><script>alert(1)</script></svg>",
        '<p style="background:url(//evil.example)">x</p>',
        '<iframe src="//evil.example"></iframe>',
    ],
)
def test_nothing_that_runs_or_loads_survives(html: str) -> None:
    cleaned = clean_html(html)
    for word in ("script", "onerror", "javascript", "style", "iframe", "src"):
        assert word not in cleaned


def test_markdown_shows_raw_html_as_typed() -> None:
    page = render_markdown("**Bold** <script>x</script>\n\n| a | b |\n| - | - |\n| 1 | 2 |")
    assert "<strong>Bold</strong>" in page
    assert "&lt;script&gt;" in page
    assert "<td>1</td>" in page


def test_plain_text_keeps_the_words_apart() -> None:
    assert plain_text("<p>One</p><p>two &amp; three<br>four</p>") == "One two & three four"


def test_an_excerpt_is_cut_at_a_word() -> None:
    assert excerpt("The council reports to its own city", 20) == "The council reports…"
    assert excerpt("short", 20) == "short"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://", "http://[", "ftp://x.org"]
)
def test_other_addresses_are_refused(url: str) -> None:
    assert safe_url(url) == ""


def test_control_characters_and_lone_surrogates_are_seen() -> None:
    assert has_control_characters("a\x00b")
    assert has_control_characters("a\ud800b")
    assert not has_control_characters("line\n\tnext 인권")

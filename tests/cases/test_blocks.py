"""Markdown as data for typesetting."""

from hub.cases.blocks import blocks


def words(markdown: str) -> list[str]:
    return ["".join(run["text"] for run in block["runs"]) for block in blocks(markdown)]


def test_paragraphs_lists_and_marks() -> None:
    found = blocks("One **strong** and *soft*.\n\n3. three\n4. four\n\n- a\n  - b\n\n> said\n\n## Head\n\n    code")
    assert [(block["kind"], block["depth"], block["mark"]) for block in found] == [
        ("p", 0, ""), ("p", 1, "3."), ("p", 1, "4."), ("p", 1, "•"), ("p", 2, "•"), ("quote", 0, ""), ("h", 0, ""),
        ("code", 0, ""),
    ]  # fmt: skip
    assert [(run["text"], run["strong"], run["em"]) for run in found[0]["runs"]] == [
        ("One ", False, False), ("strong", True, False), (" and ", False, False), ("soft", False, True),
        (".", False, False),
    ]  # fmt: skip


def test_only_safe_links_lead_somewhere() -> None:
    found = blocks(
        "[a](https://example.org/x) [b](javascript:alert(1)) [c](mailto:x@example.org) [d](file:///etc/passwd)"
    )
    urls = {run["text"]: run["url"] for run in found[0]["runs"] if run["text"].strip()}
    assert urls["a"] == "https://example.org/x"
    assert set(urls.values()) == {"https://example.org/x", ""}


def test_html_and_typst_stay_words() -> None:
    text = '<script>alert(1)</script> #import "x" $ ] @preview'
    assert words(text) == [text]


def test_a_line_end_inside_a_paragraph_is_a_space() -> None:
    assert words("one\ntwo") == ["one two"]
    assert words("") == []

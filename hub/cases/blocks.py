"""Markdown as plain data, for typesetting: blocks of runs, in which every word is text and never markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hub.core.text import safe_url

Run = dict[str, Any]
Block = dict[str, Any]
_parser = MarkdownIt("commonmark", {"html": False})


def blocks(markdown: str) -> list[Block]:
    """Return paragraphs, headings, list items, quotations and code, each with `kind`, `depth` and `runs`.

    A run has `text` and says whether it is `strong`, `em` or `code`; `url` is where it leads, empty for nowhere safe.
    """
    return list(_blocks(_parser.parse(markdown)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    kinds, depth = ["p"], 0
    marks: list[str] = []
    counters: list[int | None] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            counters.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            counters.pop()
            depth -= 1
        elif token.type == "list_item_open":
            number = counters[-1]
            marks.append("•" if number is None else f"{number}.")
            counters[-1] = None if number is None else number + 1
        elif token.type == "heading_open":
            kinds.append("h")
        elif token.type == "blockquote_open":
            kinds.append("quote")
        elif token.type in ("heading_close", "blockquote_close"):
            kinds.pop()
        elif token.type == "inline":
            yield {
                "kind": kinds[-1],
                "depth": depth,
                "mark": marks.pop() if marks else "",
                "runs": list(_runs(token.children or [])),
            }
        elif token.type in ("fence", "code_block"):
            runs = [{"text": token.content.rstrip("\n"), "strong": False, "em": False, "code": True, "url": ""}]
            yield {"kind": "code", "depth": depth, "mark": marks.pop() if marks else "", "runs": runs}


def _runs(tokens: list[Token]) -> Iterator[Run]:
    strong = em = 0
    url = ""
    for token in tokens:
        strong += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        em += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        if token.type == "link_open":
            url = safe_url(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            url = ""
        text = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
        if text and not token.type.startswith(("strong", "em_", "link")):
            code = token.type == "code_inline"
            yield {"text": text, "strong": strong > 0, "em": em > 0, "code": code, "url": url}

"""From words as typed to what is searched: the tree, how it was understood, and which codes its words name."""

from __future__ import annotations

from dataclasses import dataclass

from hub.search import tree
from hub.search.language.analysis import Needle
from hub.search.language.syntax import parse, written
from hub.search.query import needles
from hub.search.tagging import Tag, known_labels, tagged


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it will be searched."""

    tree: tree.Node | None
    needles: tuple[Needle, ...] = ()  # what to mark in the texts
    note: str = ""  # how the words were read: "", cut, plain, unbalanced, empty
    understood: str = ""  # the words in the one spelling of what is searched; empty while nothing need be said
    tags: tuple[Tag, ...] = ()  # facet and code whose label the words name: such cases are found too


def understand(text: str) -> Asked:
    """Return what a text asks for; no text is refused."""
    parsed = parse(text)
    if parsed.tree is None:
        return Asked(None, (), parsed.note)
    asked, tags = tagged(parsed.tree, known_labels())
    understood = written(parsed.tree) if parsed.note else ""
    return Asked(asked, needles(parsed.tree), parsed.note, understood, tags)

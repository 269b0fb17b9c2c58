"""From what was asked to what an index is asked: knows the languages and the facets, but not the engine."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from hub.search import tree
from hub.search.language.analysis import Needle, prefix_terms, query_terms, stopped_in
from hub.search.language.terms import folded

Q = TypeVar("Q")
_WORDS = tree.Word | tree.Phrase | tree.Prefix


class Clauses(Protocol[Q]):
    """What an engine must be able to say; Q is its own kind of query."""

    def sequences(self, needles: Sequence[Needle], *, in_title: bool) -> Q:
        """One of the sequences of terms stands in the text."""
        ...

    def beginning(self, prefix: str, before: Needle, *, in_title: bool) -> Q:
        """A term with this beginning stands in the text, right after the terms before it."""
        ...

    def codes(self, facet: str, codes: Sequence[str]) -> Q:
        """One of the codes is among those of the facet."""
        ...

    def codes_beginning(self, facet: str, prefixes: Sequence[str]) -> Q:
        """A code of the facet begins with one of these."""
        ...

    def written_in(self, languages: Sequence[str]) -> Q:
        """The text was written in one of the languages."""
        ...

    def years(self, low: int | None, high: int | None) -> Q:
        """The year lies between the two, both included."""
        ...

    def above(self, part: Q) -> Q:
        """The part holds, and what holds it comes before whatever else is found."""
        ...

    def every(self, parts: Sequence[Q], none_of: Sequence[Q] = ()) -> Q:
        """All parts hold and none of the others; without parts, everything but the others."""
        ...

    def some(self, parts: Sequence[Q]) -> Q:
        """At least one part holds."""
        ...


def build(node: tree.Node, make: Clauses[Q], *, in_title: bool = False) -> Q:
    """Give the engine's query for a tree."""
    match node:
        case tree.Word(text) | tree.Phrase(text):
            return make.sequences(query_terms(text), in_title=in_title)
        case tree.Prefix(text):
            return make.some(
                [
                    make.beginning(*prefix_terms(text), in_title=in_title),
                    make.sequences(query_terms(text), in_title=in_title),
                ]
            )
        case tree.Range(low, high):
            return make.years(low, high)
        case tree.And(parts):
            return _every(parts, make, in_title)
        case tree.Or(parts):
            found = [build(part, make, in_title=in_title) for part in parts]
            if is_labelled(node):
                pairs = zip(parts, found, strict=True)
                found = [each if isinstance(part, tree.Tagged) else make.above(each) for part, each in pairs]
            return make.some(found)
        case tree.Tagged(facet, code):
            return make.codes(facet, (code,))
        case tree.Not(part):
            return make.every([], [build(part, make, in_title=in_title)])
        case tree.Field("title" | "year" as name, part):
            return build(part, make, in_title=name == "title")
        case tree.Field(name, tree.Prefix(text)):
            return make.codes_beginning(name, _spellings(text))
        case tree.Field(name, tree.Word(text) | tree.Phrase(text)):
            return make.codes(name, _spellings(text))
    raise ValueError(f"{node} cannot be searched")


def is_labelled(node: tree.Node) -> bool:
    """Tell whether a node is words that name a label, with the codes of this label beside them."""
    return isinstance(node, tree.Or) and any(isinstance(part, tree.Tagged) for part in node.parts)


def _every(parts: Sequence[tree.Node], make: Clauses[Q], in_title: bool) -> Q:
    """Join the parts; a stop word is asked only of texts in languages where it is not one.

    "sur" is south in Spanish and "on" in French: French texts do not hold it in the index, and must not be lost for it.
    When nothing but stop words was typed, one of them at least must be there.
    """
    wanted = [part for part in parts if not isinstance(part, tree.Not)]
    unwanted = [build(part.part, make, in_title=in_title) for part in parts if isinstance(part, tree.Not)]
    found = [build(part, make, in_title=in_title) for part in wanted]
    clauses = [
        make.some([clause, make.written_in(languages)]) if (languages := _stopped(part)) else clause
        for part, clause in zip(wanted, found, strict=True)
    ]
    if found and all(_stopped(part) for part in wanted):
        clauses.append(make.some(found))
    return make.every(clauses, unwanted)


def _stopped(node: tree.Node) -> tuple[str, ...]:
    match node:
        case tree.Word(text) | tree.Field("title", tree.Word(text)):
            return stopped_in(text)
    return ()


def _spellings(text: str) -> tuple[str, ...]:
    """Give the ways a typed code may be meant: gp8 for GP8, "Mexico City" for mexico-city."""
    slug = "-".join(text.lower().split())
    return tuple(dict.fromkeys((text, text.upper(), text.lower(), slug, folded(slug))))


def needles(node: tree.Node | None) -> tuple[Needle, ...]:
    """Give what to mark in a text that was found: every word asked for in all its forms, none that was excluded."""
    match node:
        case tree.Word(text) | tree.Phrase(text):
            return query_terms(text)
        case tree.Prefix(text):
            prefix, before = prefix_terms(text)
            return ((*before, f"{prefix}*"), *query_terms(text)) if prefix else ()
        case tree.And(parts) | tree.Or(parts):
            return tuple(dict.fromkeys(needle for part in parts for needle in needles(part)))
        case tree.Field("title", part):
            return needles(part)
    return ()


def loosened(node: tree.Node) -> tree.Node:
    """Give a tree that is content with any one of the words where the given one wants all of them."""
    if not isinstance(node, tree.And):
        return _loosened_label(node)
    words = tuple(part for part in node.parts if isinstance(part, _WORDS) or is_labelled(part))
    others = tuple(part for part in node.parts if part not in words)
    telling = tuple(_loosened_label(word) for word in words if not _stopped(word)) or words
    if not telling:
        return node
    either: tree.Node = telling[0] if len(telling) == 1 else tree.Or(telling)
    return tree.And((either, *others)) if others else either


def _loosened_label(node: tree.Node) -> tree.Node:
    if not (isinstance(node, tree.Or) and is_labelled(node)):
        return node
    return tree.Or(tuple(loosened(part) for part in node.parts))

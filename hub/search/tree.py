"""What a visitor asked for, as a small tree that knows neither the query language nor the index."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed; it may turn into several terms."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Range:
    """Years from low to high, both included; None leaves that end open."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Field:
    """The part holds in one named field."""

    name: str
    part: "Node"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A code whose label the words beside it name; stands in an Or with these words, and counts less than they do."""

    facet: str
    code: str


Node = Word | Phrase | Prefix | Range | And | Or | Not | Field | Tagged


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree (None when there is nothing to search for) and how far the text was understood.

    note is "" or one of: "cut" (too long, the end was left out), "plain" (the syntax made no sense and its words were
    searched), "unbalanced" (a quote or bracket without its partner), "empty" (typed, but no word in it).
    """

    tree: Node | None
    note: str = ""

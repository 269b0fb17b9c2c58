"""Did you mean: words that no document holds, and the nearest that documents do hold."""

from __future__ import annotations

import re
from collections.abc import Collection

from hub.search import tree
from hub.search.index.lexicon import Budget
from hub.search.index.store import Index
from hub.search.language.analysis import WORDS
from hub.search.language.spelled import spelled
from hub.search.language.syntax import FIELDS, LONGEST_QUERY, OPERATORS, parse, tidy
from hub.search.tagging import known_labels

# Of a longer question only so many different words are looked up.
MOST_WORDS = 8
# For so many of them, so many equally near words are tried with the rest of the question.
MOST_CHOICES = 3
_FIELD = rf"(?:{'|'.join(FIELDS)}):"
# What is excluded or asked in a field stays as it was typed.
_LEFT_ALONE = re.compile(rf'(?:(?<![^\s(])(?:-|NOT\s+)(?:{_FIELD})?|(?<![^\s(-]){_FIELD})(?:"[^"]*"|\([^)]*\)|\S+)')
_AFTER_WORD = re.compile("['’][sS]$")


def better(index: Index, text: str, hidden: Collection[str] = ()) -> str | None:
    """Return the question with the words that nothing holds as they were probably meant, or None.

    Only of titles and summaries is known how words are spelled. What is returned finds something as long as nothing
    else narrows the result; hidden names keys that count as not there. Raises Unavailable when there is no index.
    """
    typed = tidy(text)[:LONGEST_QUERY]
    words = _words(typed)
    budget = Budget()
    different = list(dict.fromkeys(word for _, word in words))[:MOST_WORDS]
    choices = {word: found for word in different if (found := _meant(index, word, hidden, budget))}
    meant = {word: found[0] for word, found in choices.items()}
    best: str | None = None
    most = 0
    for word in list(choices)[:MOST_CHOICES]:
        # Of words that are equally near the one that goes best with the others.
        for near in choices[word]:
            other = _with(typed, words, meant | {word: near})
            total = _count(index, parse(other).tree, hidden)
            if total > most:
                best, most, meant[word] = other, total, near
    return best


def _words(typed: str) -> list[tuple[int, str]]:
    """Return the words that may be mended, each with its place."""
    left_alone = [match.span() for match in _LEFT_ALONE.finditer(typed)]
    found = []
    for match in WORDS.finditer(typed):
        word, start = _AFTER_WORD.sub("", match.group()), match.start()
        is_begun = typed[start + len(word) :].startswith("*")
        if word not in OPERATORS and not is_begun and not any(low <= start < high for low, high in left_alone):
            found.append((start, word))
    return found


def _with(typed: str, words: list[tuple[int, str]], meant: dict[str, str]) -> str:
    parts, at = [], 0
    for start, word in words:
        if word in meant:
            parts += [typed[at:start], meant[word]]
            at = start + len(word)
    return "".join([*parts, typed[at:]])


def _meant(index: Index, word: str, hidden: Collection[str], budget: Budget) -> list[str]:
    """Return what a word was probably meant to be: nothing where something holds it, or where nothing near is known."""
    if not any(spelled(word)) or known_labels().named([word]) or _is_held(index, tree.Word(word), hidden):
        return []
    meant: list[str] = []
    nearest = 0
    for other, slips in index.lexicon().near(word, budget):
        if len(meant) == MOST_CHOICES or (meant and slips > nearest):
            break
        if _is_held(index, tree.Word(other), hidden):
            meant.append(_as_typed(other, word))
            nearest = slips
    return meant


def _is_held(index: Index, asked: tree.Node | None, hidden: Collection[str]) -> bool:
    return _count(index, asked, hidden) > 0


def _count(index: Index, asked: tree.Node | None, hidden: Collection[str]) -> int:
    return 0 if asked is None else index.search(asked, limit=1, hidden=hidden).total


def _as_typed(near: str, word: str) -> str:
    """Return a word with the capitals of another."""
    if word.isupper():
        return near.upper()
    return near[:1].upper() + near[1:] if word[:1].isupper() else near

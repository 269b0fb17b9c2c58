"""The query language: Whoosh's parser to our tree, forgiving whatever people type."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import whoosh.qparser
from whoosh import query

from hub.search import tree
from hub.search.language.analysis import WORDS, analyse
from hub.search.language.terms import clean

LONGEST_QUERY = 500
MOST_WORDS = 32
MOST_PHRASES = 8  # to look up where common words stand next to each other is the dearest thing to ask for
DEEPEST = 8
FIELDS = ("title", "city", "principle", "country", "region", "language", "group", "type", "commitment", "year")

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT"})
_JOINING = OPERATORS - {"OR"}  # add nothing to what must be looked up, so are not counted as words
_BARE = re.compile(r"\w[\w.'’-]*")
_YEARS = re.compile(r"(\d{4})?(?:(\.\.|-|–)(\d{4})?)?")
_whoosh: Any = whoosh.qparser
_plugins = _whoosh.plugins
_PARSER = _whoosh.QueryParser(
    "",
    None,
    plugins=[
        _plugins.PhrasePlugin('"(?P<text>[^"]*)"(?P<slop>(?!))?'),
        _plugins.GroupPlugin(),
        _plugins.FieldsPlugin(rf"(?<![^\s(-])(?P<text>{'|'.join(FIELDS)}):(?=[^\s)])"),
        _plugins.PrefixPlugin(),
        _plugins.OperatorsPlugin(AndMaybe=None, Require=None, Not=r"(^|(?<=(\s|[()])))(NOT(?=\s)|-(?=[^\s-]))"),
    ],
)


def parse(text: str) -> tree.Parsed:
    """Give the tree of a query as typed, of at most 500 characters, 32 words, 8 phrases; never raises for any text."""
    whole = tidy(text)
    short = _shortened(whole)
    note = "cut" if short != whole or len(text) > 2 * LONGEST_QUERY else _unbalanced(short)
    try:
        if _depth(short) > DEEPEST:
            raise ValueError("too deep")
        found = _node(_PARSER.parse(short, normalize=False))
    # Whoosh raises whatever comes up, even bare Exception, on input it was not made for ("NOT NOT a": IndexError).
    except Exception:
        found, note = _plain(short), note or "plain"
    return tree.Parsed(found, note or ("empty" if short and found is None else ""))


def tidy(text: str) -> str:
    """Give the text as it is parsed: in NFKC, one space between words, straight quotes, nothing invisible."""
    return " ".join(clean(unicodedata.normalize("NFKC", text[: 2 * LONGEST_QUERY])).translate(_QUOTES).split())


def written(node: tree.Node) -> str:
    """Give a tree in the one spelling of the query language, so that people see how their words were read."""
    match node:
        case tree.Word(text):
            return _plainly(text)
        case tree.Phrase(text):
            return f'"{text}"'
        case tree.Prefix(text):
            return f"{'-'.join(WORDS.findall(text))}*"
        case tree.Range(low, high):
            return str(low) if low == high else f"{low or ''}..{high or ''}"
        case tree.And(parts):
            return " AND ".join(_inner(part) for part in parts)
        case tree.Or(parts):
            return " OR ".join(_inner(part) for part in parts)
        case tree.Not(part):
            return f"NOT {_inner(part)}"
        case tree.Field(name, part):
            return f"{name}:{_inner(part)}"
    return ""


def _plainly(text: str) -> str:
    """Give a word without signs that would mean something; of several it is searched as a phrase."""
    words = WORDS.findall(text)
    bare = text if _BARE.fullmatch(text) else " ".join(words)
    if " " in bare:
        return f'"{bare}"'
    return bare.lower() if bare in OPERATORS else bare


def _inner(node: tree.Node) -> str:
    return f"({written(node)})" if isinstance(node, tree.And | tree.Or) else written(node)


def _shortened(text: str) -> str:
    text = text[:LONGEST_QUERY]
    quotes = [at for at, character in enumerate(text) if character == '"']
    text = text[: quotes[2 * MOST_PHRASES]].rstrip() if len(quotes) > 2 * MOST_PHRASES else text
    words = [match.end() for match in WORDS.finditer(text) if match.group() not in _JOINING]
    return text if len(words) <= MOST_WORDS else text[: words[MOST_WORDS - 1]]


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


def _unbalanced(text: str) -> str:
    words = text.split()
    pairs = zip(["AND", *words], [*words, "AND"], strict=True)
    operator = bool(words) and any(a in OPERATORS and b in OPERATORS - {"NOT"} for a, b in pairs)
    return "unbalanced" if operator or text.count('"') % 2 or text.count("(") != text.count(")") else ""


def _plain(text: str) -> tree.Node | None:
    return _join(tree.And, (_leaf("", tree.Word(word)) for word in WORDS.findall(text) if word not in OPERATORS))


def _join(kind: type[tree.And] | type[tree.Or], parts: Iterable[tree.Node | None]) -> tree.Node | None:
    flat: list[tree.Node] = []
    for part in parts:
        if isinstance(part, kind):
            flat.extend(part.parts)
        elif part is not None:
            flat.append(part)
    return None if not flat else flat[0] if len(flat) == 1 else kind(tuple(flat))


def _node(found: Any) -> tree.Node | None:
    """Translate what Whoosh understood; raises ValueError for a kind of query that was not asked of it."""
    match found:
        case query.AndNot():
            left, right = _node(found.a), _node(found.b)
            return _join(tree.And, (left, tree.Not(right) if right else None))
        case query.Not():
            part = _node(found.query)
            return tree.Not(part) if part else None
        case query.And():
            return _join(tree.And, map(_node, found.subqueries))
        case query.Or():
            return _join(tree.Or, map(_node, found.subqueries))
        case query.Phrase():
            return _leaf(found.fieldname, tree.Phrase(" ".join(found.words)))
        case query.Prefix():
            return _leaf(found.fieldname, tree.Prefix(found.text))
        case query.Term():
            return None if found.text in OPERATORS else _leaf(found.fieldname, tree.Word(found.text))
    if found == query.NullQuery:
        return None
    raise ValueError(f"{type(found).__name__} is not searched")


def _leaf(field: str, leaf: tree.Word | tree.Phrase | tree.Prefix) -> tree.Node | None:
    if not analyse(leaf.text, ""):
        return None
    if field == "year":
        years = _YEARS.fullmatch(leaf.text)
        if years is None:
            raise ValueError("not a year")
        low, to, high = years.groups()
        first, last = (int(year) if year else None for year in (low, high if to else low))
        if first is not None and last is not None and first > last:
            first, last = last, first
        return tree.Field(field, tree.Range(first, last))
    return tree.Field(field, leaf) if field else leaf

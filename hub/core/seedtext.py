"""The text of seed files before any model sees it: bytes to lines, YAML to plain values, and how a mistake is told."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Loc = tuple[str | int, ...]
_KINDS = ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in _KINDS)
_UNSEEN = frozenset("\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, order=True)
class SeedError:
    """One thing that is wrong in a seed file."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}"
        return f'{place}, field "{self.field}": {self.message}' if self.field else f"{place}: {self.message}"


class SeedErrors(Exception):
    """Everything that is wrong in the seed files that were read; nothing of them may be loaded."""

    def __init__(self, errors: Iterable[SeedError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__("\n".join(str(error) for error in self.errors))


def shown(path: Path) -> str:
    """Name a file from its seeds folder on, such as seeds/cases.yaml."""
    parts = path.parts
    start = len(parts) - 1 - parts[::-1].index("seeds") if "seeds" in parts else len(parts) - 1
    return "/".join(parts[start:])


def text_of(path: Path) -> str:
    """Return the file's text; raises SeedErrors for bytes that are not UTF-8 and for characters nobody can see."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SeedErrors([SeedError(shown(path), line, "", "is not UTF-8 text")]) from error
    lines = enumerate(text.split("\n"), 1)
    bad = [SeedError(shown(path), number, "", said) for number, line in lines if (said := _hidden(line.rstrip("\r")))]
    if bad:
        raise SeedErrors(bad)
    return text


def _hidden(text: str) -> str:
    for character in text:
        if character not in "\t\n" and (unicodedata.category(character) == "Cc" or character in _UNSEEN):
            return f"holds the control character U+{ord(character):04X}"
    return ""


def plain_of(node: Any, loc: Loc, lines: dict[Loc, int], seen: set[int], wrong: Callable[[str, int, str], None]) -> Any:
    """Turn a YAML node into dicts, lists and text; the model, not YAML, decides what is a number or a date."""
    line = node.start_mark.line + 1
    lines.setdefault(loc, line)
    if id(node) in seen or node.tag not in _TAGS:
        wrong(dotted(loc), line, "anchors, aliases and tags are not used here: write the value out")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        text: str = node.value.strip()
        if said := _hidden(text):
            wrong(dotted(loc), line, said)
        return None if not node.style and text in {"", "~", "null"} else text
    if isinstance(node, yaml.SequenceNode):
        return [plain_of(item, (*loc, place), lines, seen, wrong) for place, item in enumerate(node.value)]
    plain: dict[str, Any] = {}
    for name_node, value_node in node.value:
        name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
        here = (*loc, name)
        if name in plain:
            wrong(dotted(here), name_node.start_mark.line + 1, f"is already given on line {lines[here]}")
            continue
        lines[here] = name_node.start_mark.line + 1
        plain[name] = plain_of(value_node, here, lines, seen, wrong)
    return plain


def dotted(loc: Loc) -> str:
    """Write a path as a person would: `terms[0].labels.ko`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")

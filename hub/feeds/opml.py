"""Lists of feeds as other readers give them out (OPML 2.0); read without any entity or document type."""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

from hub.core.text import excerpt

MAX_BYTES = 5 * 1024 * 1024
MAX_OUTLINES = 5000
MAX_DEPTH = 50


class UnreadableList(Exception):
    """The file is not a list of feeds; the message says why in plain words."""


@dataclass(frozen=True)
class Outline:
    """One feed of a list."""

    address: str
    title: str
    homepage: str


def read_opml(content: bytes) -> list[Outline]:
    """Return the feeds of a list in their order, doubles included; raises UnreadableList."""
    if len(content) > MAX_BYTES:
        raise UnreadableList("the file is larger than 5 MB")
    found: list[Outline] = []
    depth, outlines, is_opml = 0, 0, False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, outlines, is_opml
        depth += 1
        is_opml = is_opml or name.lower() == "opml"
        if depth > MAX_DEPTH:
            raise UnreadableList("its folders are nested too deeply")
        if name.lower() != "outline":
            return
        outlines += 1
        if outlines > MAX_OUTLINES:
            raise UnreadableList(f"it has more than {MAX_OUTLINES} lines")
        values = {key.lower(): value.strip() for key, value in attributes.items()}
        if address := values.get("xmlurl"):
            title = excerpt(values.get("title") or values.get("text") or "", 200)
            found.append(Outline(address, title, values.get("htmlurl", "")))

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_arguments: object) -> None:
        raise UnreadableList("it holds a document type, which no list of feeds needs")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableList("it is not well-formed XML") from error
    if not is_opml:
        raise UnreadableList("it is not OPML")
    return found

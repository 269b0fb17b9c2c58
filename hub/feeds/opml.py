"""Lists of feeds as readers exchange them (OPML 2.0); read without any entity or document type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from hub.core.text import N_, excerpt
from hub.feeds.decode import decode, without_unknown

MAX_BYTES = 5 * 1024 * 1024
MAX_OUTLINES = 5000
MAX_DEPTH = 50

TOO_LARGE = N_("The list is larger than 5 MB.")
TOO_DEEP = N_("The folders of the list are nested too deeply.")
TOO_LONG = N_("The list has more than 5,000 lines.")
DOCTYPE = N_("The list holds a document type, which no list of feeds needs.")
BROKEN = N_("The list is not well-formed XML.")
NO_LIST = N_("This is not a list of feeds: the hub reads OPML.")
NOTHING = N_("The list names no feed.")


class UnreadableList(Exception):
    """The file is not a list of feeds; the message says why in a plain English sentence that doors translate."""


@dataclass(frozen=True)
class Outline:
    """One feed of a list, and the names of the folders around it, outermost first."""

    address: str
    title: str
    homepage: str
    folders: tuple[str, ...] = ()


def read_opml(content: bytes) -> list[Outline]:
    """Return the feeds of a list in their order, doubles included; raises UnreadableList."""
    if len(content) > MAX_BYTES:
        raise UnreadableList(TOO_LARGE)
    found = _Outlines()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = found.refuse
    try:
        parser.Parse(decode(content).strip().encode("utf-8", "replace"), True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableList(BROKEN) from error
    if not found.is_opml:
        raise UnreadableList(NO_LIST)
    if not found.feeds:
        raise UnreadableList(NOTHING)
    return found.feeds


class _Outlines:
    """Collects the feeds of a list while it is read."""

    def __init__(self) -> None:
        self.feeds: list[Outline] = []
        self.is_opml = False
        self._around: list[str] = []  # of each open element the name, where it is a folder
        self._lines = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a feed, or the folder that begins."""
        if len(self._around) >= MAX_DEPTH:
            raise UnreadableList(TOO_DEEP)
        self.is_opml = self.is_opml or name.lower() == "opml"
        folder = ""
        if name.lower() == "outline":
            self._lines += 1
            if self._lines > MAX_OUTLINES:
                raise UnreadableList(TOO_LONG)
            values = {key.lower(): value.strip() for key, value in attributes.items()}
            title = excerpt(values.get("title") or values.get("text") or "", 200)
            if address := values.get("xmlurl"):
                folders = tuple(each for each in self._around if each)
                self.feeds.append(Outline(address, title, values.get("htmlurl", ""), folders))
            else:
                folder = title
        self._around.append(folder)

    def end(self, _name: str) -> None:
        """Leave a folder."""
        self._around.pop()

    def refuse(self, *_arguments: object) -> None:
        """Stop at a document type: it could hold entities that grow without end."""
        raise UnreadableList(DOCTYPE)


def write_opml(title: str, feeds: Iterable[tuple[str, str, str, str]]) -> bytes:
    """Return a list of feeds, given as (title, address, homepage, language), that other readers can take over."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<opml version="2.0"><head><title>{escape(_plain(title))}</title></head><body>',
    ]
    for name, address, homepage, language in feeds:
        given = {"text": name or address, "type": "rss", "xmlUrl": address, "htmlUrl": homepage, "language": language}
        written = " ".join(f"{key}={quoteattr(_plain(value))}" for key, value in given.items() if value)
        lines.append(f"<outline {written}/>")
    return "\n".join([*lines, "</body></opml>", ""]).encode("utf-8")


def _plain(text: str) -> str:
    """Return a text in one line without what XML does not know."""
    return " ".join(without_unknown(text).split())

"""Where a name stands in a case and its versions, and the same contents without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple

from hub.cases.content import ROW_LISTS, content_of
from hub.cases.models import CaseFile, CaseRevision, CaseStudy
from hub.cases.spellings import Hit, Spellings
from hub.cases.template import CODE, FIELDS, LINE, LINES, MARKDOWN, PARTNER, PRIVATE, PROSE
from hub.core.text import slugify

_CODES = (  # words of the hub's own lists
    "tags", "open_answers", "country", "steps", "confidence", *(field.name for field in FIELDS if field.kind == CODE),
)  # fmt: skip
_COLUMNS = {name: CaseStudy.__table__.columns[name].type for name in (*LINES, "years_text")}
_MOST: dict[str, int] = {name: length for name, kind in _COLUMNS.items() if (length := getattr(kind, "length", None))}
_TEXTS = ("years_text", "returned_note", *(field.name for field in FIELDS if field.kind in (LINE, PROSE)))
_ADDRESSES = ("adapted_from_url", "contact_address")  # nothing else may stand in them
_SILENT = (*PRIVATE, "returned_note")  # no words of these are shown, not even to who takes a person out
_PARTNER_URL = PARTNER.index("url")
_FILE_CODES = (2, 3)  # licence and sha256 in the words that a version keeps of a file
_FILE_WORDS = {"title": 300, "owner": 200, "alt": 500, "source": 0, "consent_note": 0}  # characters at most; 0: any
_SLUG_CUT = 76  # a slug this long was cut, perhaps in the middle of a name
_BESIDE = 40  # characters shown on each side of a name
NOW = 0  # the place of what stands in the case itself, not in a version


class Excerpt(NamedTuple):
    """A few words around a name."""

    before: str
    name: str
    after: str


@dataclass
class Found:
    """How often a name stands in one part of the case (version 0) or of a version; `inside` in longer words only.

    Beside numbers of versions: COPIES, PROPOSALS, or the language of a translation (`hub.cases.beside`).
    """

    version: int | str
    part: str
    count: int = 0
    inside: int = 0
    excerpts: list[Excerpt] = field(default_factory=list)


def places(case: CaseStudy, revisions: Iterable[CaseRevision], spelled: Spellings) -> list[Found]:
    """Return where a name stands: in the case as it is now, then in its versions, newest first."""
    revisions = sorted(revisions, key=lambda each: -each.number)
    texts: list[tuple[int | str, str, str]] = [(NOW, name, text) for name, text in _texts_of_case(case)]
    for revision in revisions:
        if not is_as_now(case, revision):
            texts += [(revision.number, name, text) for name, text in texts_in(revision.content)]
        texts.append((revision.number, "change_note", revision.change_note))
    found = counted(texts, spelled)
    if is_in_slug(case, spelled, titles_of(revisions)):
        found.append(Found(NOW, "slug", 1))
    return found


def counted(texts: Iterable[tuple[int | str, str, str]], spelled: Spellings, *, is_shown: bool = True) -> list[Found]:
    """Return how often a name stands in texts, given with their version and part; few words of each if `is_shown`."""
    found: dict[tuple[int | str, str], Found] = {}
    for version, name, text in texts:
        for hit in spelled.hits(text):
            place = found.setdefault((version, name), Found(version, name))
            if hit.is_inside and not spelled.inside:
                place.inside += 1
                continue
            place.count += 1
            if is_shown and name not in _SILENT:
                place.excerpts.append(_excerpt(text, hit))
    return list(found.values())


def is_as_now(case: CaseStudy, revision: CaseRevision) -> bool:
    """Tell whether a version says what the case says now; its places are then counted once.

    A version from before a field was asked for says nothing there.
    """
    said = {name: value for name, value in content_of(case).items() if value or name in revision.content}
    return said == revision.content


def titles_of(revisions: Iterable[CaseRevision]) -> list[str]:
    """Return the titles that a case had."""
    return [str(revision.content.get("title", "")) for revision in revisions]


def _excerpt(text: str, hit: Hit) -> Excerpt:
    before, after = text[max(0, hit.start - _BESIDE) : hit.start], text[hit.end : hit.end + _BESIDE]
    return Excerpt(
        ("…" if hit.start > _BESIDE else "") + before,
        text[hit.start : hit.end],
        after + ("…" if hit.end + _BESIDE < len(text) else ""),
    )


def _texts_of_case(case: CaseStudy) -> Iterator[tuple[str, str]]:
    for name in _TEXTS:
        yield name, getattr(case, name)
    for name in ROW_LISTS:
        yield from ((name, text) for text in _strings(getattr(case, name)))
    for source in case.sources:
        yield "sources", source.title
        yield "sources", source.url
    for file in case.files:
        for name in (*_FILE_WORDS, "name"):
            yield "consent_note" if name == "consent_note" else "files", getattr(file, name)


def texts_in(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts of what a version keeps, each with its field; codes are none."""
    for name, value in content.items():
        if name == "files" and isinstance(value, list):
            yield from ((name, text) for row in value for text in _strings(_words_of_file(row)))
        elif name not in _CODES:
            yield from ((name, text) for text in _strings(value))


def _words_of_file(row: Any) -> Any:
    return [cell for place, cell in enumerate(row) if place not in _FILE_CODES] if isinstance(row, list) else row


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)


def stands_in_any(value: Any, spelled: Spellings) -> bool:
    """Tell whether a name stands in any text of a JSON value; the names of its fields do not count."""
    return any(spelled.stands_in(text) for text in _strings(value))


class Redactor:
    """Puts a mark in place of a name wherever it is asked to, and counts the places."""

    def __init__(self, spelled: Spellings, mark: str) -> None:
        self.spelled, self.mark, self.places = spelled, mark, 0

    def text(self, text: str, *, is_markdown: bool = False, most: int = 0) -> str:
        """Return a text with the mark in place of the name."""
        done = self.spelled.replaced(text, self.mark, is_markdown=is_markdown, most=most)
        self.places += done.places
        return done.text

    def address(self, url: str) -> str:
        """Return a web address, or nothing where it holds the name."""
        if not self.spelled.stands_in(url):
            return url
        self.places += 1
        return ""

    def content(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a version says without the name."""
        return {name: value if name in _CODES else self._field(name, value) for name, value in content.items()}

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, list) and name in ("sources", "partners", "files"):
            row = {"sources": self._source, "partners": self._partner, "files": self._words_of_file}[name]
            return [row(entry) for entry in value]
        if isinstance(value, str) and name in _ADDRESSES:
            return self.address(value)
        if isinstance(value, str):
            return self.text(value, is_markdown=name in MARKDOWN, most=_MOST.get(name, 0))
        if isinstance(value, list):
            return [self._field("", entry) for entry in value]
        if isinstance(value, dict):
            return {key: self._field("", entry) for key, entry in value.items()}
        return value

    def _source(self, entry: Any) -> Any:
        if not isinstance(entry, list) or len(entry) != 2:
            return self._field("", entry)
        url, title = entry
        address = self.address(str(url))
        return [address, self.text(str(title)) or ("" if address or not url else self.mark)]

    def _partner(self, row: Any) -> Any:
        if not isinstance(row, list) or len(row) != len(PARTNER):
            return self._field("", row)
        return [
            self.address(cell) if place == _PARTNER_URL and isinstance(cell, str) else self._field("", cell)
            for place, cell in enumerate(row)
        ]

    def _words_of_file(self, row: Any) -> Any:
        if not isinstance(row, list):
            return self._field("", row)
        return [cell if place in _FILE_CODES else self._field("", cell) for place, cell in enumerate(row)]

    def case(self, case: CaseStudy) -> None:
        """Take the name out of a case as it stands, its documents and its files; those taken away too."""
        for name in (*ROW_LISTS, *_TEXTS):
            said = getattr(case, name)
            told = self._field(name, said)
            if told != said:
                setattr(case, name, told)
        for source in case.sources:
            source.link_error = self.text(source.link_error)
            source.url, source.title = self._source([source.url, source.title])
        for file in case.files:
            self._file(file)

    def _file(self, file: CaseFile) -> None:
        for name, most in _FILE_WORDS.items():
            setattr(file, name, self.text(getattr(file, name), most=most))
        if self.spelled.stands_in(file.name):
            self.places += 1
            file.name = f"file-{file.id}{PurePath(file.name).suffix}"
            if self.spelled.stands_in(file.name):
                file.name = f"file-{file.id}"


def is_in_slug(case: CaseStudy, spelled: Spellings, titles: Iterable[str] = ()) -> bool:
    """Tell whether the address of a case names the person, or was cut and may begin to; `titles` it once had."""
    if _in_slug(spelled).stands_in(case.slug):
        return True
    return len(case.slug) >= _SLUG_CUT and any(map(spelled.stands_in, (case.title, *titles)))


def slug_without(slug: str, spelled: Spellings) -> str:
    """Return a slug without the name, "case" where nothing is left or only its end tells."""
    done = _in_slug(spelled).replaced(slug, " ")
    rest = slugify(done.text)
    return "case" if rest == "item" or not done.places else rest


def _in_slug(spelled: Spellings) -> Spellings:
    names = tuple(name for name in map(slugify, spelled.names) if name != "item")
    return Spellings((*spelled.names, *names), spelled.inside)

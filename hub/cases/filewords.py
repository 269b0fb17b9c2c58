"""What people say about a picture or document of a case, and what must be said before it is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, fields

from hub.cases.models import CaseFile
from hub.cases.template import CONSENTED, NOBODY
from hub.core.text import N_

Flaw = tuple[str, str]


@dataclass(frozen=True)
class FileWords:
    """The words about a file; those from `alt` on are asked for a picture only.

    `people` says that nobody at risk is recognisable in it, or that those who are agreed; `consent_note`, which only
    the city sees, where that consent is kept.
    """

    title: str
    owner: str
    source: str
    licence: str
    alt: str = ""
    people: str = ""
    consent_note: str = ""


def words_of(file: CaseFile) -> FileWords:
    """Return what is said about a stored file."""
    return FileWords(*(getattr(file, field.name) for field in fields(FileWords)))


def put_words(file: CaseFile, words: FileWords) -> None:
    """Say this about a file."""
    for field in fields(FileWords):
        setattr(file, field.name, getattr(words, field.name))


def stamp_of(words: FileWords) -> str:
    """Return 16 hexadecimal digits that differ as soon as any of the words do."""
    return hashlib.sha256(json.dumps(astuple(words)).encode()).hexdigest()[:16]


def flaws_of(words: FileWords, *, is_image: bool) -> list[Flaw]:
    """Return what is still to be said about a file: the field, and what to do."""
    flaws: list[Flaw] = []
    if not words.title:
        flaws.append(("file_title", N_("Say what it shows, or what it is called.")))
    flaws += [(f"file_{name}", N_("This is needed.")) for name in ("owner", "source") if not getattr(words, name)]
    if is_image and not words.alt:
        flaws.append(("file_alt", N_("Say what can be seen in the picture.")))
    if is_image and words.people not in (NOBODY, CONSENTED):
        flaws.append(("file_people", N_("A picture needs this. If you are not sure, leave the picture out.")))
    if is_image and words.people == CONSENTED and not words.consent_note:
        flaws.append(("file_note", N_("Say where the consent is kept.")))
    return flaws


def stored_as(file: CaseFile) -> list[str]:
    """Return the sha256 of a file and of its smaller copies; nothing where it was removed for good."""
    return [file.sha256, *(str(sha256) for _width, _height, sha256 in file.sizes)] if file.sha256 else []


def as_kept(words: FileWords, *, is_image: bool) -> FileWords:
    """Return the words without what is asked for pictures only, where it is none."""
    return words if is_image else FileWords(words.title, words.owner, words.source, words.licence)

"""Reading a published list of members from a CSV file: any usual separator, encoding and header in four languages."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from babel import Locale
from charset_normalizer import from_bytes

from hub.cities.names import fold
from hub.core.errors import Invalid

MAX_BYTES = 2 * 1024 * 1024
MOST_LINES = 5000
LONGEST_NAME, LONGEST_SINCE, LONGEST_STATUS = 300, 40, 80
MOST_COLUMNS = 60
SEPARATORS = (",", ";", "\t")
LANGUAGES = ("en", "ko", "es", "fr")

NAME, COUNTRY, SINCE, STATUS = "name", "country", "since", "status"
HEADERS: dict[str, tuple[str, ...]] = {
    NAME: (
        "name", "city", "city name", "name of city", "municipality", "member", "member city", "local government",
        "organisation", "organization", "participant", "도시", "도시명", "이름", "명칭", "지방자치단체", "지자체",
        "회원", "회원도시", "기관명", "nombre", "ciudad", "municipio", "miembro", "gobierno local", "participante",
        "localidad", "nom", "ville", "commune", "membre", "collectivite", "municipalite", "ville membre", "participant",
    ),
    COUNTRY: (
        "country", "nation", "state party", "country code", "iso", "국가", "나라", "국가명", "국가코드", "pais", "pays",
    ),
    SINCE: (
        "since", "date", "year", "joined", "member since", "joined on", "date joined", "accession", "date of accession",
        "joining date", "admitted", "가입", "가입일", "가입연도", "가입년도", "연도", "일자", "desde", "fecha", "ano",
        "adhesion", "fecha de adhesion", "depuis", "annee", "date d adhesion", "membre depuis",
    ),
    STATUS: (
        "status", "state", "membership", "type", "standing", "상태", "지위", "구분", "자격", "estado", "situacion",
        "categoria", "statut", "etat", "categorie",
    ),
}  # fmt: skip
_TAIL = re.compile(r"^(?P<name>.+?)\s*(?:,\s*(?P<after>[^,()]+)|\((?P<inside>[^()]+)\))$")
_LEGACY = ["cp1252", "cp1250", "cp1254", "cp949", "cp932", "gb18030", "utf-16-le", "utf-16-be"]
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Listed(NamedTuple):
    """One member of a list: its line in the file, its name, country (ISO 3166 alpha-2), and what else is said of it."""

    line: int
    name: str
    country: str | None
    since_text: str
    status_text: str


def read_list(content: bytes, chosen: Mapping[str, str] | None = None) -> list[Listed]:
    """Return the members on a list; `chosen` names columns by header or number where they are not recognised.

    Raises Invalid naming `file`, or the column that is not there.
    """
    rows = _rows(read_text(content))
    if not rows:
        raise Invalid("file", "The file is empty.")
    header = rows[0][1]
    columns, has_header = find_columns(header, chosen or {})
    body = rows[1:] if has_header else rows
    if len(body) > MOST_LINES:
        raise Invalid("file", "The list has more than %(limit)d lines.", limit=MOST_LINES)
    found = [listed for line, cells in body if (listed := _listed(line, cells, columns)) is not None]
    if not found:
        raise Invalid("file", "The list names nobody.")
    return found


def read_text(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without its mark, or in an older encoding; raises Invalid `file`."""
    if not content.strip():
        raise Invalid("file", "The file is empty.")
    if len(content) > MAX_BYTES:
        raise Invalid("file", "The file is larger than %(limit)d MB.", limit=MAX_BYTES // 1024 // 1024)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")):
        raise Invalid("file", "This is no CSV file. Save the table as CSV and choose that file.")
    text = None
    for mark, name in _MARKS:
        if content.startswith(mark):
            text = _decoded(content, name)
            break
    else:
        text = _decoded(content, "utf-8") or _guessed(content)
    if text is None or "\x00" in text:
        raise Invalid("file", "The letters of this file cannot be read. Save it as CSV in UTF-8 and choose it again.")
    return text


def find_columns(header: Sequence[str], chosen: Mapping[str, str]) -> tuple[dict[str, int], bool]:
    """Return which column holds what, and whether the first line is a header; raises Invalid naming the field.

    A choice by header is taken as it is written; a choice by number counts from 1.
    """
    folded = [fold(cell) for cell in header]
    columns: dict[str, int] = {}
    by_header = False
    for kind, words in HEADERS.items():
        place = next((folded.index(word) for word in words if word in folded), None)
        by_header = by_header or place is not None
        if text := chosen.get(kind, "").strip():
            place, is_named = _chosen(kind, text, folded)
            by_header = by_header or is_named
        if place is not None and place not in columns.values():
            columns[kind] = place
    if NAME not in columns:
        raise Invalid(
            "name_column",
            "No column is called “Name” or “City”. The first line says: %(cells)s. Write which column holds the names.",
            cells=" | ".join(_clean(cell)[:40] for cell in header[:12]),
        )
    return columns, by_header


def country_code(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code of a country written as a code or as a name in one of four languages."""
    bare = text.strip()
    if re.fullmatch(r"[A-Za-z]{2}", bare) and bare.upper() in _codes():
        return bare.upper()
    return _countries().get(fold(bare))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(_countries().values())


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Return the codes of countries by their folded names, as CLDR has them, and a few that lists use instead."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
                found.setdefault(fold(str(name)), code)
                found.setdefault(fold(str(name).split("(")[0]), code)
    return found | {
        "republic of korea": "KR", "korea": "KR", "korea republic of": "KR", "한국": "KR", "republica de corea": "KR",
        "republique de coree": "KR", "usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB",
        "england": "GB", "scotland": "GB", "wales": "GB", "turkey": "TR", "turkiye": "TR", "turquia": "TR",
        "turquie": "TR", "palestine": "PS", "state of palestine": "PS", "the netherlands": "NL", "holland": "NL",
        "czech republic": "CZ", "russian federation": "RU", "viet nam": "VN", "bolivia": "BO", "venezuela": "VE",
        "iran": "IR", "tanzania": "TZ", "ivory coast": "CI", "united republic of tanzania": "TZ",
    }  # fmt: skip


def _chosen(kind: str, text: str, folded: Sequence[str]) -> tuple[int, bool]:
    if fold(text) in folded:
        return folded.index(fold(text)), True
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= len(folded):
        return int(text) - 1, False
    raise Invalid(f"{kind}_column", "The first line has no such column. Write its heading, or its number from 1.")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, each with its number in the file, by the separator that fits best."""
    read = [_parsed(text, separator) for separator in SEPARATORS]
    return max(read, key=lambda rows: _fit(rows[0][1]) if rows else (0, 0))


def _fit(header: Sequence[str]) -> tuple[int, int]:
    """Return how well a first line fits: how many headings are known, then how many there are."""
    known = {word for words in HEADERS.values() for word in words}
    return sum(fold(cell) in known for cell in header), len(header)


def _parsed(text: str, separator: str) -> list[tuple[int, list[str]]]:
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells[:MOST_COLUMNS]))
            if len(rows) > MOST_LINES + 1:
                raise Invalid("file", "The list has more than %(limit)d lines.", limit=MOST_LINES)
    except csv.Error:
        raise Invalid("file", "Line %(line)d cannot be read as CSV.", line=reader.line_num) from None
    return rows


def _listed(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Listed | None:
    said = {kind: _clean(cells[place]) if place < len(cells) else "" for kind, place in columns.items()}
    name = said[NAME]
    if not fold(name):
        return None
    if len(name) > LONGEST_NAME:
        raise Invalid(
            "file", "The name in line %(line)d is longer than %(limit)d letters.", line=line, limit=LONGEST_NAME
        )
    country = country_code(said.get(COUNTRY, ""))
    since, status = said.get(SINCE, "")[:LONGEST_SINCE], said.get(STATUS, "")[:LONGEST_STATUS]
    return Listed(line, name, country or _country_in(name), since, status)


def bare_name(name: str) -> str:
    """Return a name without the country that stands after it: “Graz, Austria” and “Graz (Austria)” are Graz."""
    found = _TAIL.match(name)
    return found["name"] if found and country_code(found["after"] or found["inside"]) else name


def _country_in(name: str) -> str | None:
    found = _TAIL.match(name)
    return country_code(found["after"] or found["inside"]) if found else None


def _clean(cell: str) -> str:
    """Return a cell as one line without control characters."""
    plain = "".join(" " if unicodedata.category(each) == "Cc" else each for each in cell)
    return " ".join(plain.split())


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _guessed(content: bytes) -> str | None:
    best = from_bytes(content, cp_isolation=_LEGACY).best()
    return str(best) if best is not None else None

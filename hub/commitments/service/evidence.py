"""Evidence: what comes along with a status, what describes it later, and taking it out again."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, or_, select

from hub.commitments import queries
from hub.commitments.effective import EARLIEST_YEAR, read_effective
from hub.commitments.events import EvidenceChanged, EvidenceRemoved, StatusRecorded
from hub.commitments.models import Evidence, StatusEvidence
from hub.commitments.policy import can_describe_evidence, can_take_out_evidence
from hub.core.addresses import NotFetched, check_address
from hub.core.chain import erase_personal
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, LogEntry, differing, record, state_of
from hub.core.text import safe_url
from hub.core.uploads import MAX_FILES, Upload
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

LATEST_EXPIRY = 100  # years ahead
DESCRIBING = ("kind", "title", "issuer", "issued_text", "issued_on", "language", "expires_on", "is_public")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_INSIDE = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet")  # names of no public machine


@dataclass(frozen=True)
class About:
    """What is known of a document, as a person wrote it: who made it, when, in which language, until when it holds."""

    issuer: str = ""
    issued: str = ""  # a day, a month or a year
    language: str = ""
    expires: str = ""  # a day


@dataclass(frozen=True)
class Piece:
    """New evidence: an address or an uploaded file, its kind (a term of evidence_types), and whether all may see it."""

    kind: str
    title: str
    is_public: bool
    url: str = ""
    upload: Upload | None = None
    about: About = About()


@dataclass(frozen=True)
class Description:
    """What describes a piece of evidence that is on record, as a person changed it."""

    kind: str
    title: str
    is_public: bool
    about: About = About()


def check_pieces(pieces: Collection[Piece], today: date) -> None:
    """Refuse new evidence that cannot be; raises Invalid naming a field of the link (link_…) or the files (file_…)."""
    if sum(piece.upload is not None for piece in pieces) > MAX_FILES:
        raise Invalid("files", "Choose at most %(limit)d files.", limit=MAX_FILES)
    for piece in pieces:
        prefix = "link_" if piece.upload is None else "file_"
        _check_kind(f"{prefix}kind", piece.kind)
        if piece.upload is None:
            check_link("link_url", piece.url)
        read_about(piece.about, today, prefix)


def new_evidence(
    pieces: Iterable[Piece], city_id: int, *, by: User, files_dir: Path, now: datetime
) -> Iterator[Evidence]:
    """Yield the rows of new evidence that was checked; each file is stored before the row that names it."""
    for piece in pieces:
        upload = piece.upload
        yield Evidence(
            city_id=city_id, kind=piece.kind, url=piece.url, title=piece.title, is_public=piece.is_public,
            recorded_by=by.id, recorded_at=now, sha256=upload.store(files_dir) if upload else None,
            name=upload.name if upload else None, mime=upload.mime if upload else None,
            size=len(upload.content) if upload else None, **read_about(piece.about, now.date()),
        )  # fmt: skip


def check_link(field: str, url: str) -> None:
    """Refuse what is no public web address; raises Invalid.

    Refused is what leads inside: a private address in numbers, a name that only an office's own network knows, and
    what holds a password. A port other than the usual is taken, though the hub will not look behind it.
    """
    if not safe_url(url) or any(ch.isspace() for ch in url):
        raise Invalid(field, "Write a whole web address, such as https://www.example.org/decision.pdf.")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        usual = parts if parts.port is None else parts._replace(netloc=parts.netloc.rsplit(":", 1)[0])
    except ValueError:
        raise Invalid(field, "Write a whole web address, such as https://www.example.org/decision.pdf.") from None
    try:
        check_address(usual.geturl(), frozenset())
    except NotFetched as error:
        raise Invalid(field, error.reason) from None
    if host.endswith(_INSIDE) or ("." not in host and ":" not in host) or _is_odd_number(host):
        raise Invalid(field, "This address leads inside a network. Give one that everyone can open.")


def _is_odd_number(host: str) -> bool:
    """Tell whether a host is an IP address spelled as no one writes one, such as 127.1; browsers would follow it."""
    if not _NUMBER.fullmatch(host.rsplit(".", 1)[-1]):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def read_about(about: About, today: date, prefix: str = "") -> dict[str, Any]:
    """Return the columns that hold what is known of a document.

    Raises Invalid naming `issued`, `language` or `expires`, with the prefix before it.
    """
    issued_text, issued_on = "", None
    if about.issued.strip():
        try:
            effective = read_effective("", about.issued, "", today)
        except Invalid as error:
            raise Invalid(f"{prefix}issued", error.message, **error.values) from None
        issued_text, issued_on = effective.text, effective.first
    if issued_on is not None and issued_on > today:
        raise Invalid(f"{prefix}issued", "This day lies in the future.")
    if about.language and not _LANGUAGE.fullmatch(about.language):
        raise Invalid(f"{prefix}language", "Choose one of the list.")
    expires_on = _read_expiry(f"{prefix}expires", about.expires, issued_on, today)
    return {
        "issuer": about.issuer, "issued_text": issued_text, "issued_on": issued_on,
        "language": about.language or None, "expires_on": expires_on,
    }  # fmt: skip


def change_evidence(
    *, by: User, city_id: int, number: int, expected: int, said: Description, now: datetime
) -> Evidence:
    """Change what describes a piece of evidence, inside `transaction()`; what it is, file or address, stays.

    The same link or file recorded several times is one piece and is changed as one. Raises Forbidden, NotFound,
    Conflict when someone else changed it since the version `expected`, and Invalid naming the field.
    """
    piece, source = _piece(city_id, number)
    if not can_describe_evidence(by, city_id, source):
        raise Forbidden("what others brought, organizers change")
    if said.is_public != piece.is_public and not can_take_out_evidence(by, city_id, source):
        raise Invalid("is_public", "Others brought this. Only organizers say who may see it.")
    _check_version(piece, expected)
    if said.kind != piece.kind:
        _check_kind("kind", said.kind)
    columns = {
        "kind": said.kind, "title": said.title, "is_public": said.is_public, **read_about(said.about, now.date()),
    }  # fmt: skip
    before = state_of(piece, DESCRIBING)
    changes = differing(before, columns)
    if not changes:
        return piece
    for each in queries.copies_of(piece):
        for name, value in columns.items():
            setattr(each, name, value)
        each.version += 1
    record(EvidenceChanged(piece.id, city_id), by=by.id, now=now, changes=changes)
    return piece


def remove_evidence(*, by: User, city_id: int, number: int, expected: int, now: datetime) -> None:
    """Take a piece of evidence out for good, inside `transaction()`: its file, its address and its texts.

    That it was there, what kind it was and when it went stays on record. What the log kept of its texts goes too.
    Raises Forbidden, NotFound, and Conflict when someone else changed it since the version `expected`.
    """
    piece, source = _piece(city_id, number)
    if not can_take_out_evidence(by, city_id, source):
        raise Forbidden("a city takes out its own evidence, organizers all")
    _check_version(piece, expected)
    copies = queries.copies_of(piece)
    for each in copies:
        each.url, each.title, each.issuer, each.issued_text, each.link_error = "", "", "", "", ""
        each.sha256 = each.name = each.mime = each.size = None
        each.issued_on = each.language = each.expires_on = None
        each.link_checked_at = each.link_broken_at = None
        each.link_failures = 0
        each.removed_at = now
        each.version += 1
    db.session.flush()
    positions = _entries_about({each.id for each in copies})
    if positions:
        erase_personal(parts=(CHANGES,), reason="taken_out", by=by.id, now=now, positions=positions)
    record(EvidenceRemoved(piece.id, city_id), by=by.id, now=now, changes={"removed_at": (None, now)})


def _piece(city_id: int, number: int) -> tuple[Evidence, str]:
    """Return a piece of evidence to be changed, locked until the commit, and who brought it (own, compiled, others)."""
    query = select(Evidence).where(Evidence.id == number, Evidence.city_id == city_id, Evidence.removed_at.is_(None))
    piece = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if piece is None:
        raise NotFound(f"no evidence {number} in city {city_id}")
    return piece, queries.find_kept(city_id, number).source


def _check_version(piece: Evidence, expected: int) -> None:
    if piece.version != expected:
        raise Conflict(f"evidence {piece.id} was changed meanwhile")


def _check_kind(field: str, kind: str) -> None:
    if kind not in vocabulary().schemes.get("evidence_types", {}):
        raise Invalid(field, "Say what kind of document it is.")


def _read_expiry(field: str, text: str, issued_on: date | None, today: date) -> date | None:
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise Invalid(field, "Write the day as year, month and day, such as 2024-05-17.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "There is no such day in the calendar.") from None
    if not EARLIEST_YEAR <= day.year <= today.year + LATEST_EXPIRY:
        raise Invalid(field, "Check the year.")
    if issued_on is not None and day < issued_on:
        raise Invalid(field, "This lies before the day it was issued.")
    return day


def _entries_about(ids: Collection[int]) -> list[int]:
    """Return the entries of the log that say what stood in these pieces, and those of the records they came with."""
    records = select(StatusEvidence.record_id).where(StatusEvidence.evidence_id.in_(ids))
    named: list[ColumnElement[bool]] = [
        and_(LogEntry.kind == kind, LogEntry.payload[field].as_integer().in_(wanted))
        for kind, field, wanted in (
            (EvidenceChanged.__name__, "evidence_id", ids),
            (StatusRecorded.__name__, "record_id", records),
        )
    ]
    return list(db.session.scalars(select(LogEntry.position).where(or_(*named))))

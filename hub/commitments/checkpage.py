"""What the pages of checks show, in the words of the current language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from hub.cities.standing import Standing, host, standing
from hub.commitments import queries
from hub.commitments.models import APPEAL, CHECK, DECIDED, OPEN, REFUSED, WITHDRAWN
from hub.commitments.queries import RequestLine
from hub.commitments.states import EvidenceLine, StatusLine
from hub.core.text import safe_url
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.dates import partial_date
from hub.web.locale import format_date, in_language, language, language_name
from hub.web.locale import gettext as _

KINDS, STATES = (CHECK, APPEAL), (OPEN, DECIDED, WITHDRAWN)


class Paper(NamedTuple):
    """A piece of evidence as whoever checks it reads it; `url` is empty where it was taken out."""

    title: str
    url: str
    facts: list[str]  # kind, who made it, when, in which language, until when it holds
    is_public: bool
    is_gone: bool  # taken out, or its link leads nowhere


class Row(NamedTuple):
    """A request in a list."""

    request: RequestLine
    item: str  # its name
    city: str
    peer: str  # the city asked
    words: str  # how it stands


class Checked(NamedTuple):
    """The record that a request is about."""

    status: Standing
    rung: str  # what the rung means for this item, in its own words
    proofs: list[str]  # kinds of evidence that show it
    papers: list[Paper]


def checked(line: StatusLine, item: ItemView, terms: Vocabulary) -> Checked:
    """Return a record as whoever checks it reads it."""
    kinds = item.proofs.get(line.status) or item.evidence_types
    found = [terms.find("evidence_types", code) for code in kinds]
    return Checked(
        standing(line, item, terms),
        in_language(item.rungs.get(line.status)),
        [in_language(term.labels) for term in found if term is not None],
        [_paper(piece, terms) for piece in line.evidence],
    )


def line_of(city_id: int, item_code: str, record_id: int, sees: Callable[[int], bool]) -> StatusLine | None:
    """Return one record, in force or not, with the evidence that its reader may see."""
    lines = queries.list_lines(city_id=city_id, item=item_code, with_evidence=True, sees=sees)
    return next((line for line in lines if line.id == record_id), None)


def rows(requests: Iterable[RequestLine], terms: Vocabulary) -> list[Row]:
    """Return requests as rows of a list."""
    spoken = language()
    found = []
    for request in requests:
        item = terms.find_item(request.item_code)
        found.append(
            Row(
                request,
                in_language(item.short or item.labels) if item else "",
                request.city.label(spoken),
                request.peer.label(spoken) if request.peer else "",
                state_words(request.state, request.result),
            )
        )
    return found


def state_words(state: str, result: str = "") -> str:
    """Return how a request stands."""
    if state == OPEN:
        return _("Waiting")
    if state == WITHDRAWN:
        return _("Closed without a decision")
    return _("Not confirmed") if result == REFUSED else _("Confirmed")


def kind_words(kind: str) -> str:
    """Return what kind of request it is."""
    return _("Appeal") if kind == APPEAL else _("Check")


def list_url(path: str, *, state: str = OPEN, kind: str = "", page: int = 1) -> str:
    """Return the address of a list of requests, the usual choices left out."""
    said = [("state", state if state != OPEN else ""), ("kind", kind), ("page", str(page) if page > 1 else "")]
    query = "&".join(f"{name}={value}" for name, value in said if value)
    return f"{path}?{query}" if query else path


def tabs(path: str, state: str, kind: str) -> list[tuple[str, str, bool]]:
    """Return the states of the list of all requests as links, which of them is shown."""
    words: Sequence[tuple[str, str]] = (
        (OPEN, _("Waiting")),
        (DECIDED, _("Decided")),
        (WITHDRAWN, _("Closed")),
    )
    return [(label, list_url(path, state=code, kind=kind), code == state) for code, label in words]


def _paper(piece: EvidenceLine, terms: Vocabulary) -> Paper:
    kind = terms.find("evidence_types", piece.kind)
    url = piece.url if piece.url.startswith("/evidence/") else safe_url(piece.url)
    facts = [
        in_language(kind.labels) if kind else "",
        piece.issuer,
        partial_date(piece.issued_text),
        language_name(piece.language) if piece.language else "",
        _expiry(piece.expires_on),
    ]
    return Paper(
        piece.title or host(url) or _("A document"), url, [fact for fact in facts if fact], piece.is_public,
        piece.is_broken or piece.is_removed,
    )  # fmt: skip


def _expiry(day: date | None) -> str:
    return _("holds until %(day)s", day=format_date(day)) if day is not None else ""

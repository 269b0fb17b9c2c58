"""What a draft begins with where a story of the news, or another case of its city, is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from hub.cases.content import CaseText, text_of
from hub.cases.queries import get_case
from hub.cases.rows import terms_now
from hub.core.errors import NotFound
from hub.core.text import excerpt, safe_url
from hub.feeds.queries import find_story

LONGEST_TITLE, LONGEST_LABEL, LONGEST_ADDRESS = 120, 300, 2000
# Neither years and stage, nor costs, results, figures, documents or consent: they are true of the other practice.
_COPIED = (
    "language", "title", "summary", "lead_office", "contact_role", "contact_address", "clauses", "types", "groups",
    "items", "alliance", "rights", "sdgs", "competence", "participation_level", "problem", "action", "participation",
    "legal_basis", "partners", "funders", "conditions", "lessons", "adapted_from", "adapted_from_url", "essential",
    "adaptable",
)  # fmt: skip


@dataclass(frozen=True)
class Beginning:
    """What a draft begins with: of a story what it is called, where it stands and what it is about, never its text.

    Of a case of one's own city it is the `text`, without what is true of that practice alone.
    """

    address: str  # the page where the draft is begun
    name: str  # of the story, or of the case
    title: str
    language: str
    sources: tuple[tuple[str, str], ...] = ()  # pairs of address and title
    clauses: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()  # without a clause: the writer chooses one
    summary: str = ""
    city: str = ""
    text: CaseText | None = None

    def editor(self, path: str) -> str:
        """Return the address of the editor of a draft, with the principles open in which a clause is to be chosen."""
        query = urlencode([("principle", code) for code in self.principles])
        return f"{path}?{query}" if query else path


def beginning(number: int | None) -> Beginning | None:
    """Return what a story gives to a draft; None where there is no such story to be read."""
    entry = find_story(number) if number else None
    if entry is None:
        return None
    terms = terms_now()
    known = [code for code in entry.principle_codes if terms.find("gwangju", code) is not None]
    label = excerpt(f"{entry.title} ({entry.source.title})" if entry.title else entry.source.title, LONGEST_LABEL)
    return Beginning(
        address=f"/cases/new?from={entry.id}",
        name=entry.title or entry.source.title,
        title=excerpt(entry.title, LONGEST_TITLE),
        language=entry.language or "",
        sources=((entry.url, label),) if _can_be_named(entry.url) else (),
        clauses=tuple(code for code in known if "." in code),
        principles=tuple(dict.fromkeys(code for code in known if "." not in code)),
    )


def copied(slug: str, me: Any) -> Beginning | None:
    """Return what a case gives to a new one of the same city; None for no slug. Raises NotFound for a foreign one."""
    if not slug:
        return None
    case = get_case(slug, me)
    if case.city is None or not me.works_for(case.city_id):
        raise NotFound("one copies the cases of one's own city")
    said = text_of(case)
    return Beginning(
        address=f"/cases/new?copy={quote(case.slug)}",
        name=case.title,
        title="",
        language=case.language,
        summary=said.summary,
        city=case.city.slug,
        text=CaseText(**{name: getattr(said, name) for name in _COPIED}),
    )


def _can_be_named(url: str) -> bool:
    """Tell whether the editor would take an address as that of a document."""
    if not safe_url(url) or len(url) > LONGEST_ADDRESS or " " in url:
        return False
    return "@" not in urlsplit(url).netloc

"""What a draft begins with where a story of the news is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from hub.cases.rows import terms_now
from hub.core.text import excerpt, safe_url
from hub.feeds.queries import find_story

LONGEST_TITLE, LONGEST_LABEL, LONGEST_ADDRESS = 120, 300, 2000


@dataclass(frozen=True)
class Beginning:
    """What a story gives to a draft: never its text, only what it is called, where it stands and what it is about."""

    number: int
    story: str
    title: str
    language: str
    sources: tuple[tuple[str, str], ...]  # pairs of address and title
    clauses: tuple[str, ...]
    principles: tuple[str, ...]  # without a clause: the writer chooses one

    @property
    def address(self) -> str:
        """The page where the draft is begun."""
        return f"/cases/new?from={self.number}"

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
        number=entry.id,
        story=entry.title or entry.source.title,
        title=excerpt(entry.title, LONGEST_TITLE),
        language=entry.language or "",
        sources=((entry.url, label),) if _can_be_named(entry.url) else (),
        clauses=tuple(code for code in known if "." in code),
        principles=tuple(dict.fromkeys(code for code in known if "." not in code)),
    )


def _can_be_named(url: str) -> bool:
    """Tell whether the editor would take an address as that of a document."""
    if not safe_url(url) or len(url) > LONGEST_ADDRESS or " " in url:
        return False
    return "@" not in urlsplit(url).netloc

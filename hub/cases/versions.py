"""One version of a case as it was published: what it said, how it is cited, what programs get of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub.cases.citation import LICENCE, LICENCE_URL, PUBLISHER, Citation
from hub.cases.content import CaseText, text_in
from hub.cases.history import tag_words
from hub.cases.models import CLAUSE, CaseStudy
from hub.cases.page import place, provenance
from hub.cases.queries import RevisionView, find_revision, newest_revision_number
from hub.cases.rows import case_path, city_label
from hub.cases.translations import Told
from hub.core.errors import NotFound
from hub.web.formats import absolute
from hub.web.locale import format_date
from hub.web.locale import gettext as _


def version_of(case: CaseStudy, number: int) -> RevisionView:
    """Return a version of a case by its number; raises NotFound.

    What changed no words, as another city or a person taken out, counts the version up and is not kept as one: its
    number stands for the version before it.
    """
    newest = newest_revision_number(case.id)
    revision = find_revision(case.id, newest if newest < number == case.version else number)
    if revision is None:
        raise NotFound(f"case {case.slug} has no version {number}")
    return revision


def told_then(revision: RevisionView, case: CaseStudy) -> Told:
    """Return what a case said in one version, as pages tell a case."""
    text: CaseText = text_in(revision.content)
    language = text.language or case.language
    return Told(text, language, language, None, 0, ())


def version_path(case: CaseStudy, number: int) -> str:
    """Return the path of the page of one version."""
    return f"{case_path(case.slug)}/history?version={number}"


def cited_version(case: CaseStudy, revision: RevisionView) -> Citation:
    """Return what citing one version takes: its own title, number, date and address."""
    said = revision.content
    is_compiled = bool(said.get("is_compiled"))
    return Citation(
        slug=case.slug,
        title=str(said.get("title") or case.title),
        author=PUBLISHER if is_compiled or case.city is None else city_label(case.city),
        place=place(case),
        language=str(said.get("language") or case.language),
        summary=str(said.get("summary") or ""),
        version=revision.number,
        updated_at=revision.recorded_at,
        url=absolute(version_path(case, revision.number)),
        keywords=tuple(tag_words(scheme, code) for scheme, code in _tags(said) if scheme == CLAUSE),
        note=" ".join(part for part in (_standing(case, is_compiled), f"{LICENCE}.") if part),
    )


def _tags(content: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ((str(scheme), str(code)) for scheme, code in content.get("tags", []))


def _standing(case: CaseStudy, is_compiled: bool) -> str:
    """Say whose word the version is, where it is not plainly the city's own."""
    if is_compiled and case.city:
        return _("Compiled from public sources, not yet confirmed by the city.")
    if is_compiled:
        return _("Compiled from public sources, not yet confirmed by those who run the programme.")
    return provenance(case) if case.is_demo else ""


def cited_in_words(cited: Citation) -> tuple[str, str, str]:
    """Return a citation in words as three parts: before the title, the title, after it."""
    version = _("case %(slug)s, version %(number)d, %(date)s", slug=cited.slug, number=cited.version,
                date=format_date(cited.updated_at))  # fmt: skip
    after = f"{cited.place}. {PUBLISHER}, {version}. {cited.note} {cited.url}"
    return f"{cited.author} ({cited.updated_at.year}).", cited.title, after


def version_document(case: CaseStudy, revision: RevisionView) -> dict[str, Any]:
    """Return all that one version of a case said, with who, when and why; `said` has the fields of the template."""
    cited = cited_version(case, revision)
    return {
        "slug": case.slug,
        "version": revision.number,
        "is_newest": revision.number == newest_revision_number(case.id),
        "recorded_at": revision.recorded_at.isoformat(),
        "author": revision.author_name or None,
        "read_by": revision.reviewer_name or None,
        "change_note": revision.change_note,
        "is_substantial": revision.is_substantial,
        "restored_from": revision.restored_from,
        "said": {name: value for name, value in revision.content.items() if name != "files"},
        "files": [{"title": words[0], "owner": words[1], "licence": words[2]} for words in _files(revision.content)],
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "citation": {"author": cited.author, "text": " ".join(cited_in_words(cited))},
        "url": cited.url,
        "case_url": absolute(case_path(case.slug)),
    }


def _files(content: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    return ((*map(str, words), "", "", "")[:3] for words in content.get("files", []))

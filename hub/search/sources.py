"""From rows to search documents, and from events to what they changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from hub.cases.listed import ListedCase
from hub.cases.models import CLAUSE, ITEM, PRACTICE_TYPE, PUBLISHED, TARGET_GROUP, US_PRINCIPLE, CaseStudy
from hub.cities.models import City, Organisation
from hub.core.db import db
from hub.core.log import entries_after, head_position, log_name
from hub.core.text import plain_text
from hub.feeds.models import CalendarEvent, FeedEntry, ForumEdition
from hub.search.documents import SearchDocument, Translation
from hub.search.follow import Entry, Source
from hub.search.translated import MORE_WORDS, translations_of
from hub.vocabularies.models import CommitmentItem, Term
from hub.vocabularies.queries import CHARTERS, Vocabulary, vocabulary

BATCH = 200
_TOUCHES = {
    "CasePublished": ("case", "case_id"),
    "CaseRevised": ("case", "case_id"),
    "CaseTakenOver": ("case", "case_id"),  # the city confirmed it
    "CaseConfirmed": ("case", "case_id"),
    "CaseTranslationPublished": ("case", "case_id"),
    "CaseTranslationWithdrawn": ("case", "case_id"),
    "CaseArchived": ("case", "case_id"),
    "CaseMoved": ("case", "case_id"),
    "PersonTakenOut": ("case", "case_id"),
    "CityAdded": ("city", "city_id"),
    "CityChanged": ("city", "city_id"),
    "CityAdmitted": ("city", "city_id"),
    "OrganisationChanged": ("organisation", "organisation_id"),
    "EntryStored": ("news", "entry_id"),
    "EditionChanged": ("event", "edition_id"),
    "CalendarEventAdded": ("calendar", "event_id"),
    "CalendarEventChanged": ("calendar", "event_id"),
    "CalendarEventCancelled": ("calendar", "event_id"),
    "CalendarEventReinstated": ("calendar", "event_id"),
    "CalendarEventTakenOut": ("calendar", "event_id"),
}


def source() -> Source:
    """Return the hub's log and rows as an index sees them; to be used inside the application."""
    return Source(
        log_name=_fresh(log_name),
        head=_fresh(head_position),
        entries_after=_entries,
        touched=touched,
        load=load,
        everything=everything,
        count=count,
    )


def _fresh(read: Any) -> Any:
    """Let a read begin in a new transaction, so that a process that only follows sees what others committed."""

    def reading() -> Any:
        db.session.rollback()
        return read()

    return reading


def _entries(position: int) -> Sequence[Entry]:
    db.session.rollback()
    return [(entry.position, entry.kind, entry.payload) for entry in entries_after(position)]


def touched(kind: str, payload: Mapping[str, Any]) -> set[str]:
    """Return the keys of the documents that an event may have changed."""
    if kind in _TOUCHES:
        name, field = _TOUCHES[kind]
        keys = {f"{name}:{payload[field]}"}
        if kind == "CityChanged":  # a case is also found by the name of its city
            keys |= {f"case:{case_id}" for case_id in _ids(CaseStudy, CaseStudy.city_id == payload[field])}
        return keys
    if kind in ("StoryHidden", "StoryShown", "StoryTied", "StoryTakenOut"):
        return {f"news:{entry_id}" for entry_id in [payload["entry_id"], *payload["copy_ids"]]}
    if kind == "StoriesStored":
        return {f"news:{entry_id}" for entry_id in payload["entry_ids"]}
    if kind == "SourceChanged":  # its entries may be tied to other principles now
        return {f"news:{entry_id}" for entry_id in _ids(FeedEntry, FeedEntry.source_id == payload["source_id"])}
    if kind == "VocabularyLoaded":  # the crosswalk ties cases to themes
        keys = {f"case:{case_id}" for case_id in _ids(CaseStudy, CaseStudy.state == PUBLISHED)}
        keys |= {f"principle:{term_id}" for term_id in _ids(Term, Term.scheme.in_(CHARTERS))}
        return keys | {f"item:{item_id}" for item_id in _ids(CommitmentItem)}
    if kind in ("ItemAdded", "ItemChanged"):  # one that replaces another comes with the change of that other
        item = CommitmentItem.code == payload["item_code"]
        newer = select(CommitmentItem.replaced_by).where(item)
        return {f"item:{item_id}" for item_id in _ids(CommitmentItem, or_(item, CommitmentItem.code.in_(newer)))}
    return set()


def _ids(model: Any, *conditions: Any) -> list[int]:
    return list(db.session.scalars(select(model.id).where(*conditions)))


def load(keys: Collection[str]) -> Iterator[SearchDocument]:
    """Yield the documents of those keys that can be found now."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        kind, _, number = key.partition(":")
        if kind in MODELS:
            wanted.setdefault(kind, []).append(int(number))
    for kind, ids in wanted.items():
        for start in range(0, len(ids), BATCH):
            yield from _of_kind(kind, ids[start : start + BATCH])


def everything() -> Iterator[SearchDocument]:
    """Yield the documents of all that can be found now, a batch at a time, each in a transaction of its own."""
    for kind, model in MODELS.items():
        last = 0
        while True:
            # Not one long transaction: SQLite could fold nothing of its write-ahead log back meanwhile.
            db.session.rollback()
            ids = list(db.session.scalars(select(model.id).where(model.id > last).order_by(model.id).limit(BATCH)))
            if not ids:
                break
            yield from _of_kind(kind, ids)
            db.session.expunge_all()
            last = ids[-1]


def count() -> int:
    """Return about how many documents `everything` gives."""
    db.session.rollback()
    total = 0
    for kind, model in MODELS.items():
        rows = select(func.count()).select_from(model)
        if kind == "case":
            rows = rows.where(CaseStudy.state == PUBLISHED)
        elif kind == "principle":
            rows = rows.where(Term.scheme.in_(CHARTERS))
        total += db.session.scalar(rows) or 0
    return total


def _of_kind(kind: str, ids: Sequence[int]) -> Iterable[SearchDocument]:
    model = MODELS[kind]
    rows = db.session.scalars(select(model).where(model.id.in_(ids)))
    if kind == "case":
        words, translations = vocabulary(), translations_of(ids)
        return [_case(case, words, translations.get(case.id, ())) for case in rows if case.is_published]
    return [made for row in rows if (made := _MAKERS[kind](row)) is not None]


def case_body(case: CaseStudy | ListedCase) -> str:
    """Return what of a case is searched besides title and summary, in the order in which it is read."""
    return "\n".join(part for part in (case.problem, case.action, case.results, case.lessons) if part)


def case_document(case: CaseStudy) -> SearchDocument:
    """Return what the index is told about a case, whether or not anyone may find it."""
    return _case(case, vocabulary(), translations_of([case.id]).get(case.id, ()))


def _case(case: CaseStudy, words: Vocabulary, translations: tuple[Translation, ...] = ()) -> SearchDocument:
    clauses = case.codes(CLAUSE)
    themes = dict.fromkeys(theme for clause in clauses for theme in words.targets(clause, "theme"))
    city = case.city
    places = (city.name, city.name_native or "") if city else ()
    return SearchDocument(
        kind="case",
        id=case.id,
        language=case.language,
        title=case.title,
        summary=case.summary,
        body="\n".join(filter(None, (case_body(case), *(getattr(case, name) for name in MORE_WORDS), *places))),
        facets={
            "principle": (*clauses, *themes, *case.codes(US_PRINCIPLE)),
            "country": (case.country,),
            "region": (city.region,) if city else (),
            "city": (city.slug,) if city else (),
            "language": (case.language,),
            "group": tuple(case.codes(TARGET_GROUP)),
            "type": tuple(case.codes(PRACTICE_TYPE)),
            "commitment": tuple(case.codes(ITEM)),
        },
        year=case.started,
        published_at=case.published_at,
        confirmed_at=case.confirmed_at,
        translations=tuple(told for told in translations if told.language != case.language),
    )


def _city(city: City) -> SearchDocument:
    return SearchDocument(
        kind="city", id=city.id, language="en", title=city.name, summary=city.name_native or "",
        body="\n".join(filter(None, (city.hrc_basis, city.notes))),
        facets={"country": (city.country,), "region": (city.region,), "city": (city.slug,)}, year=city.hrc_since,
    )  # fmt: skip


def _texts(*columns: Mapping[str, Any]) -> str:
    found = []
    for column in columns:
        for value in column.values():
            found.append(value.get("text", "") if isinstance(value, Mapping) else str(value))
    return "\n".join(found)


def _term(term: Term) -> SearchDocument | None:
    if term.scheme not in CHARTERS:
        return None
    return SearchDocument(
        kind="principle", id=term.id, language="en", title=f"{term.code} {term.labels['en']['text']}",
        summary=_texts(term.labels), body=_texts(term.descriptions, term.short), facets={"principle": (term.code,)},
    )  # fmt: skip


def _item(item: CommitmentItem) -> SearchDocument:
    return SearchDocument(
        kind="item", id=item.id, language="en", title=f"{item.code} {item.labels['en']['text']}",
        summary=_texts(item.labels), body=_texts(item.what, item.fulfilled_means),
        facets={"commitment": (item.code,)},
    )  # fmt: skip


def _news(entry: FeedEntry) -> SearchDocument | None:
    if entry.hidden_at is not None or entry.removed_at is not None:
        return None
    return SearchDocument(
        kind="news", id=entry.id, language=entry.language or "", title=entry.title,
        summary=plain_text(entry.summary_html), facets={"principle": tuple(entry.principle_codes)},
        year=entry.published_at.year, published_at=entry.published_at,
    )  # fmt: skip


def _event(edition: ForumEdition) -> SearchDocument:
    return SearchDocument(
        kind="event", id=edition.id, language="en", title=f"World Human Rights Cities Forum {edition.year}",
        summary=_texts(edition.theme), body=_texts(edition.outcome, edition.place, edition.note),
        facets={"city": (edition.city_slug,)}, year=edition.year,
    )  # fmt: skip


def _calendar(event: CalendarEvent) -> SearchDocument | None:
    if event.removed_at is not None:
        return None
    return SearchDocument(
        kind="calendar", id=event.id, language=event.language, title=event.title, summary=event.summary,
        body="\n".join(filter(None, (event.place, event.organiser))),
        facets={"city": tuple(event.city_slugs), "principle": tuple(event.principle_codes)}, year=event.starts_on.year,
    )  # fmt: skip


def _organisation(organisation: Organisation) -> SearchDocument:
    return SearchDocument(
        kind="organisation", id=organisation.id, language="en", title=organisation.name,
        summary=organisation.note or "", facets={"country": (organisation.country,) if organisation.country else ()},
    )  # fmt: skip


MODELS: dict[str, Any] = {
    "case": CaseStudy,
    "city": City,
    "principle": Term,
    "item": CommitmentItem,
    "news": FeedEntry,
    "event": ForumEdition,
    "calendar": CalendarEvent,
    "organisation": Organisation,
}
_MAKERS: dict[str, Any] = {
    "city": _city,
    "principle": _term,
    "item": _item,
    "news": _news,
    "event": _event,
    "calendar": _calendar,
    "organisation": _organisation,
}

"""Notifications in words, made when they are read: what happened, where it is, and why she is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from hub.cases.models import CaseProposal, CaseStudy
from hub.cases.policy import READABLE
from hub.cases.rows import case_path, city_label
from hub.cities.models import City
from hub.cities.standing import status_label
from hub.commitments.models import APPEAL, CONFIRMED, CheckRequest, CommitmentReminder, StatusRecord, Verification
from hub.core.db import db
from hub.follows.duewords import due_words
from hub.follows.models import Notification
from hub.follows.reviewwords import WITHIN_CITY, waiting_words
from hub.follows.things import Thing, name_things
from hub.people.models import User
from hub.vocabularies.queries import vocabulary
from hub.web.locale import country_name, in_language
from hub.web.locale import gettext as _
from hub.web.zones import local

Subjects = dict[tuple[type[Any], int], Any]
_MODELS: dict[str, type[Any]] = {
    "CasePublished": CaseStudy,
    "CaseRevised": CaseStudy,
    "CaseMoved": CaseStudy,
    "CaseArchived": CaseStudy,
    "CaseDue": CaseStudy,
    "CaseSubmitted": CaseStudy,
    "CaseReturned": CaseStudy,
    "CaseProposed": CaseProposal,
    "CaseProposalClosed": CaseProposal,
    "StatusRecorded": StatusRecord,
    "CityAdmitted": City,
    "CheckRequested": CheckRequest,
    "CommitmentDue": CommitmentReminder,
    "PeerAsked": CheckRequest,
    "StatusVerified": Verification,
    "StatusRefused": Verification,
}


@dataclass(frozen=True)
class News:
    """One thing that happened: as plain words, as words with a link, and the path to it."""

    text: str
    url: str
    title: str  # what is linked
    language: str  # of the title, where it is not that of the page
    sentence: str  # with a place for the title
    is_demo: bool = False

    def html(self, base: str = "", style: str = "") -> Markup:
        """Return the sentence with its title linked, the address under `base`; `style` is for mail, which has none."""
        more = _attribute("lang", self.language) + _attribute("style", style)
        link = Markup('<a href="{}"{} dir="auto">{}</a>').format(base + self.url, more, self.title)
        before, _place, after = self.sentence.partition(PLACE)
        return Markup("{}{}{}").format(before, link, after)


@dataclass(frozen=True)
class Line:
    """One notification as pages and mails show it; `news` is none where it is no longer public."""

    id: int
    position: int
    at: datetime
    is_read: bool
    news: News | None
    because: Thing
    is_followed: bool

    @property
    def day(self) -> date:
        """The day she was told, where she is."""
        return local(self.at).date()


PLACE = "\x00"  # never in a title or name: control characters are refused on the way in


def lines_of(rows: Sequence[Notification], viewer: User, followed: Iterable[tuple[str, str]] = ()) -> list[Line]:
    """Return notifications of one person in words of the current language; `followed` is what she follows now."""
    subjects, now_followed = _subjects(rows), set(followed)
    causes = {row.id: (str(row.because.get("kind", "")), str(row.because.get("key", ""))) for row in rows}
    things = name_things(causes.values(), viewer)
    return [
        Line(
            id=row.id,
            position=row.position,
            at=row.created_at,
            is_read=row.read_at is not None,
            news=news_of(row.event, subjects.get((_MODELS.get(row.event, Notification), row.subject_id)), viewer),
            because=things[causes[row.id]],
            is_followed=causes[row.id] in now_followed,
        )
        for row in rows
    ]


def news_of(event: str, subject: Any, viewer: User | None = None) -> News | None:
    """Return what happened in words of the current language; None for what is gone or not public.

    What waits within a city for a second reader is told to a `viewer` who writes for it.
    """
    if event in WITHIN_CITY:
        return _within_city(event, subject, viewer)
    if isinstance(subject, CaseStudy):
        return _of_case(event, subject) if subject.state in READABLE else None
    if isinstance(subject, StatusRecord):
        return of_status(subject)
    if isinstance(subject, CommitmentReminder):
        words = due_words(subject, PLACE)
        return _news(words.sentence, words.title, words.url, is_demo=words.is_demo) if words else None
    if isinstance(subject, CheckRequest):
        return _of_request(event, subject)
    if isinstance(subject, Verification):
        return _of_check(subject)
    if isinstance(subject, City):
        label = city_label(subject)
        return _news(_("%(city)s joined the hub", city=PLACE), label, f"/cities/{subject.slug}")
    return None


def _within_city(event: str, subject: Any, viewer: User | None) -> News | None:
    words = waiting_words(event, subject, viewer, PLACE)
    return _news(words.sentence, words.title, words.url, words.language, is_demo=words.is_demo) if words else None


def of_status(status: StatusRecord) -> News:
    """Return a status record as news."""
    terms, label = vocabulary(), _item_label(status.item_code)
    said = {"city": city_label(status.city), "item": PLACE, "status": status_label(status.status, terms)}
    sentence = _("On record of %(city)s: %(item)s, %(status)s", **said)
    if status.claimed_by == "city" and status.recorded_by is not None:
        sentence = _("%(city)s recorded %(item)s: %(status)s", **said)
    url = f"/cities/{status.city.slug}/commitments#record-{status.id}"
    return _news(sentence, label, url, is_demo=status.is_demo)


def _of_request(event: str, request: CheckRequest) -> News:
    city, url = _city_name(request.city_id), f"/checks/{request.id}"
    if event == "PeerAsked":
        sentence = _("An organizer asks your city to check %(item)s of %(city)s", item=PLACE, city=city)
    elif request.kind == APPEAL:
        sentence = _("%(city)s appeals against a refusal: %(item)s", city=city, item=PLACE)
    else:
        sentence = _("%(city)s asks for a check: %(item)s", city=city, item=PLACE)
    return _news(sentence, _item_label(request.item_code), url)


def _of_check(check: Verification) -> News:
    city = _city_name(check.city_id)
    sentence = _("Checked and not confirmed: %(item)s of %(city)s", item=PLACE, city=city)
    if check.result == CONFIRMED:
        sentence = _("Checked and confirmed: %(item)s of %(city)s", item=PLACE, city=city)
    url = f"/checks/{check.request_id}" if check.request_id is not None else ""
    if not url:
        slug = db.session.get_one(City, check.city_id).slug
        url = f"/cities/{slug}/commitments#{check.item_code}"
    return _news(sentence, _item_label(check.item_code), url, is_demo=check.is_demo)


def _city_name(city_id: int) -> str:
    return city_label(db.session.get_one(City, city_id))


def _item_label(code: str) -> str:
    item = vocabulary().find_item(code)
    return f"{code} {in_language(item.labels)}" if item else code


def _of_case(event: str, case: CaseStudy) -> News:
    city, url = city_label(case.city) if case.city else "", case_path(case.slug)
    if event == "CaseDue":
        sentence = _("A year went by. Is “%(title)s” still so?", title=PLACE)
        url += "#still-true"
    elif event == "CaseArchived":
        sentence = _("“%(title)s” was archived", title=PLACE)
    elif event == "CaseRevised":
        sentence = _("“%(title)s” was revised", title=PLACE)
    elif event == "CaseMoved" and city:
        sentence = _("“%(title)s” now belongs to %(city)s", title=PLACE, city=city)
    elif event == "CaseMoved":
        sentence = _(
            "“%(title)s” now belongs to %(country)s as a whole", title=PLACE, country=country_name(case.country)
        )
    elif not city:
        sentence = _("New from %(country)s: “%(title)s”", country=country_name(case.country), title=PLACE)
    elif case.is_compiled:  # brought in by the editors: the city itself did nothing
        sentence = _("New about %(city)s: “%(title)s”", city=city, title=PLACE)
    else:
        sentence = _("%(city)s published “%(title)s”", city=city, title=PLACE)
    return _news(sentence, case.title, url, case.language, is_demo=case.is_demo)


def _news(sentence: str, title: str, url: str, language: str = "", *, is_demo: bool = False) -> News:
    return News(sentence.replace(PLACE, title), url, title, language, sentence, is_demo)


def _attribute(name: str, value: str) -> Markup:
    return Markup(' {}="{}"').format(name, value) if value else Markup("")


def _subjects(rows: Sequence[Notification]) -> Subjects:
    """Return what the notifications are about, one query for each kind of thing."""
    wanted: dict[type[Any], set[int]] = {}
    for row in rows:
        if row.event in _MODELS:
            wanted.setdefault(_MODELS[row.event], set()).add(row.subject_id)
    return {
        (model, found.id): found
        for model, ids in wanted.items()
        for found in db.session.scalars(select(model).where(model.id.in_(ids)))
    }

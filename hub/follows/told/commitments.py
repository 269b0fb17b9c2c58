"""What happened to commitments, in words."""

from __future__ import annotations

from hub.cases.rows import city_label
from hub.cities.models import City
from hub.cities.standing import status_label
from hub.commitments.models import APPEAL, CONFIRMED, CheckRequest, CommitmentReminder, StatusRecord, Verification
from hub.core.db import db
from hub.follows.duewords import due_words
from hub.follows.told.news import PLACE, News, make_news
from hub.people.models import User
from hub.vocabularies.queries import vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language


def of_status(status: StatusRecord) -> News:
    """Return a status record as news."""
    terms, label = vocabulary(), item_label(status.item_code)
    said = {"city": city_label(status.city), "item": PLACE, "status": status_label(status.status, terms)}
    sentence = _("On record of %(city)s: %(item)s, %(status)s", **said)
    if status.claimed_by == "city" and status.recorded_by is not None:
        sentence = _("%(city)s recorded %(item)s: %(status)s", **said)
    return make_news(sentence, label, record_path(status), is_demo=status.is_demo)


def of_reminder(reminder: CommitmentReminder) -> News | None:
    """Return what is due, None for what is gone."""
    words = due_words(reminder, PLACE)
    return make_news(words.sentence, words.title, words.url, is_demo=words.is_demo) if words else None


def of_request(event: str, request: CheckRequest) -> News:
    """Return a wish for a check."""
    city, url = city_label(db.session.get_one(City, request.city_id)), f"/checks/{request.id}"
    if event == "PeerAsked":
        sentence = _("An organizer asks your city to check %(item)s of %(city)s", item=PLACE, city=city)
    elif request.kind == APPEAL:
        sentence = _("%(city)s appeals against a refusal: %(item)s", city=city, item=PLACE)
    else:
        sentence = _("%(city)s asks for a check: %(item)s", city=city, item=PLACE)
    return make_news(sentence, item_label(request.item_code), url)


def of_check(check: Verification, viewer: User | None) -> News:
    """Return what a check found; for whom it is about, with the way to what was asked."""
    city = db.session.get_one(City, check.city_id)
    sentence = _("Checked and not confirmed: %(item)s of %(city)s", item=PLACE, city=city_label(city))
    if check.result == CONFIRMED:
        sentence = _("Checked and confirmed: %(item)s of %(city)s", item=PLACE, city=city_label(city))
    url = f"/cities/{city.slug}/commitments#check-{check.id}"
    if check.request_id is not None and viewer is not None and viewer.works_for(city.id):
        url = f"/checks/{check.request_id}"
    return make_news(sentence, item_label(check.item_code), url, is_demo=check.is_demo)


def record_path(status: StatusRecord) -> str:
    """Return where a status record stands."""
    return f"/cities/{status.city.slug}/commitments#record-{status.id}"


def item_label(code: str) -> str:
    """Return a commitment as it is called in the current language, with its code."""
    item = vocabulary().find_item(code)
    return f"{code} {in_language(item.labels)}" if item else code

"""What happened to case studies, in words."""

from __future__ import annotations

from typing import Any

from hub.cases.models import PUBLISHED, CaseStudy, CaseTranslation
from hub.cases.policy import READABLE
from hub.cases.rows import case_path, city_label
from hub.core.db import db
from hub.follows.reviewwords import waiting_words
from hub.follows.told.news import PLACE, News, make_news
from hub.people.models import User
from hub.web.locale import country_name, language_name
from hub.web.locale import gettext as _


def within_city(event: str, subject: Any, viewer: User | None) -> News | None:
    """Return what waits within a city for a second reader, for one who writes for it."""
    words = waiting_words(event, subject, viewer, PLACE)
    return make_news(words.sentence, words.title, words.url, words.language, is_demo=words.is_demo) if words else None


def of_case(event: str, case: CaseStudy) -> News | None:
    """Return what happened to a case; None for one that is not public."""
    if case.state not in READABLE:
        return None
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
    return make_news(sentence, case.title, url, case.language, is_demo=case.is_demo)


def of_translation(translation: CaseTranslation) -> News | None:
    """Return that a case can be read in another language; None where it no longer can."""
    case = db.session.get(CaseStudy, translation.case_id)
    if case is None or case.state not in READABLE or translation.state != PUBLISHED:
        return None
    spoken = language_name(translation.language)
    sentence = _("“%(title)s” can now be read in %(language)s", title=PLACE, language=spoken)
    url = f"{case_path(case.slug)}?text={translation.language}"
    return make_news(sentence, case.title, url, case.language, is_demo=case.is_demo)

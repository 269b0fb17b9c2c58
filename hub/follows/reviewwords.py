"""What people of a city are told of drafts and changes that wait for a second reader."""

from __future__ import annotations

from typing import Any, NamedTuple

from hub.cases.models import CaseProposal, CaseStudy
from hub.cases.rows import case_path
from hub.core.db import db
from hub.people.models import User
from hub.web.locale import gettext as _

WITHIN_CITY = ("CaseSubmitted", "CaseReturned", "CaseProposed", "CaseProposalClosed")


class WaitingWords(NamedTuple):
    """A sentence with a place for the title, the title and its language, and the path where it is read."""

    sentence: str
    title: str
    language: str
    url: str
    is_demo: bool


def waiting_words(event: str, subject: Any, viewer: User | None, place: str) -> WaitingWords | None:
    """Return what waits or came back, `place` where the title stands; None for who does not write for the city."""
    case = db.session.get(CaseStudy, subject.case_id) if isinstance(subject, CaseProposal) else subject
    if not isinstance(case, CaseStudy) or viewer is None or not viewer.works_for(case.city_id):
        return None
    url = case_path(case.slug)
    if event == "CaseSubmitted":
        sentence = _("“%(title)s” waits for a second reader", title=place)
    elif event == "CaseReturned":
        sentence = _("“%(title)s” came back from its second reader", title=place)
    elif event == "CaseProposed":
        sentence = _("A change of “%(title)s” waits for a second reader", title=place)
    else:
        sentence = _("Your change of “%(title)s” came back from its second reader", title=place)
    if isinstance(subject, CaseProposal):
        url += f"/proposals/{subject.id}"
    return WaitingWords(sentence, case.title, case.language, url, case.is_demo)

"""The numbered parts of a case's page: what the case says, and what the hub adds to it."""

from __future__ import annotations

from hub.cases.models import DRAFT, CaseStudy
from hub.cases.parts import Section, sections
from hub.cases.translations import Told
from hub.web.locale import gettext as _


def outline(
    told: Told,
    case: CaseStudy,
    *,
    has_pictures: bool,
    has_steps: bool,
    has_fit: bool = False,
    has_replies: bool = False,
) -> list[Section]:
    """Return the parts of the page of a case in their order; those that the hub adds hold no blocks of their own.

    `has_fit`: the reader writes for another city, for which the page compares; `has_replies`: somebody who is named
    or affected replied.
    """
    is_draft = case.state == DRAFT
    added = [
        (has_pictures, Section("pictures", _("Pictures"))),
        (has_steps, Section("time", _("Timeline"))),
        (True, Section("evidence", _("Evidence"))),
        (has_replies, Section("replies", _("Replies"))),
        (has_fit, Section("fit", _("Would it work here?"))),
        (True, Section("lineage", _("Taken up by"))),
        (True, Section("ask", _("Ask the city") if case.city else _("Ask about it"))),
        (not is_draft, Section("cite", _("Cite"))),
    ]
    return [*sections(told, has_city=case.city is not None), *(section for is_there, section in added if is_there)]

"""Who may do what with a case study. Pages, formats, files and services all ask here."""

from __future__ import annotations

from hub.cases.models import ARCHIVED, DRAFT, PUBLISHED, CaseProposal, CaseStudy
from hub.people.models import User

READABLE = (PUBLISHED, ARCHIVED)


def can_read_case(case: CaseStudy, user: User | None = None) -> bool:
    """Tell whether one may read a case: everyone once it was published, a draft only who writes for its city."""
    return case.state in READABLE or (user is not None and user.works_for(case.city_id))


def can_compare(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one is shown how her city compares with a case's: who writes for another city, once it is public."""
    if user is None or case.state not in READABLE:
        return False
    return any(user.works_for(each.city_id) and each.city_id != case.city_id for each in user.memberships)


def can_write_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may change a case: a draft who writes for its city, a published one its coordinators."""
    if user is None:
        return False
    if case.state == DRAFT:
        return user.works_for(case.city_id)
    return case.state == PUBLISHED and user.coordinates(case.city_id)


def can_start_case(user: User | None, city_id: int | None) -> bool:
    """Tell whether one may begin a draft for a city."""
    return user is not None and user.works_for(city_id)


def can_publish_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may open a draft, or an archived case again, to everyone: coordinators of its city.

    Where its city has a second reader, a draft is opened by whom it was sent to; what was archived had been read.
    """
    if user is None or case.state not in (DRAFT, ARCHIVED) or not user.coordinates(case.city_id):
        return False
    return case.state == ARCHIVED or not has_second_reader(case) or can_review_draft(user, case)


def has_second_reader(case: CaseStudy) -> bool:
    """Tell whether somebody else reads before anything of this case is published: a setting of its city."""
    return case.city is not None and case.city.has_second_reader


def needs_second_reader(user: User | None, case: CaseStudy) -> bool:
    """Tell whether what one writes in a case waits for somebody else: then a draft is sent, a change is proposed.

    So it is for contributors always, and for coordinators where their city has a second reader.
    """
    if user is None or not user.works_for(case.city_id):
        return False
    return has_second_reader(case) or not user.coordinates(case.city_id)


def can_submit_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may send a draft to a second reader: who writes for its city, where somebody else publishes."""
    return case.state == DRAFT and needs_second_reader(user, case)


def can_review_draft(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may publish a draft that was sent, or send it back: coordinators of its city.

    Where it has a second reader, not who sent it or saved it last.
    """
    if user is None or case.state != DRAFT or case.submitted_at is None or not user.coordinates(case.city_id):
        return False
    return not has_second_reader(case) or user.id not in (case.submitted_by, case.updated_by)


def can_propose_change(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may propose a change of a published case: who writes for its city."""
    return user is not None and case.state == PUBLISHED and user.works_for(case.city_id)


def can_review_proposal(user: User | None, case: CaseStudy, proposal: CaseProposal) -> bool:
    """Tell whether one may publish a change that waits, or send it back: coordinators of its city.

    Where it has a second reader, not who proposed it.
    """
    if user is None or case.state not in READABLE or not user.coordinates(case.city_id):
        return False
    return not has_second_reader(case) or user.id != proposal.proposed_by


def can_withdraw_proposal(user: User | None, case: CaseStudy, proposal: CaseProposal) -> bool:
    """Tell whether one may take back a change that waits: who proposed it and writes for its city still."""
    return user is not None and user.id == proposal.proposed_by and user.works_for(case.city_id)


def can_take_up_proposal(user: User | None, case: CaseStudy, proposal: CaseProposal) -> bool:
    """Tell whether one may write on in a change that came back: who proposed it, while the case is published."""
    came_back = proposal.state in ("returned", "withdrawn")
    return user is not None and came_back and user.id == proposal.proposed_by and can_propose_change(user, case)


def can_archive_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may take a published case from the lists: coordinators of its city."""
    return user is not None and case.state == PUBLISHED and user.coordinates(case.city_id)


def can_confirm_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may take over a case compiled from public sources: coordinators of its city."""
    return can_archive_case(user, case) and case.is_compiled


def can_say_still_true(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may say that a published case still holds: coordinators of its city, once it is its word."""
    return can_archive_case(user, case) and not case.is_compiled


def can_take_out(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may take a person out of a case: coordinators of its city, and organizers once it is public."""
    if user is None:
        return False
    return user.coordinates(case.city_id) or (user.organizes and case.state in READABLE)


def can_move_case(user: User | None) -> bool:
    """Tell whether one may say whose practice a case tells: organizers, once it was published."""
    return user is not None and user.organizes


def can_delete_draft(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may delete a case for good: coordinators of its city, a draft that was never published."""
    never_public = case.state == DRAFT and case.published_at is None
    return user is not None and never_public and user.coordinates(case.city_id)


def can_translate_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may write a translation: who writes for its city, and organizers of a compiled case."""
    return user is not None and case.state == PUBLISHED and (user.works_for(case.city_id) or _stands_in(user, case))


def can_publish_translation(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may open or withdraw a translation: coordinators of its city, organizers of a compiled case."""
    may = user is not None and (user.coordinates(case.city_id) or _stands_in(user, case))
    return may and case.state == PUBLISHED


def _stands_in(user: User, case: CaseStudy) -> bool:
    return user.organizes and (case.is_compiled or case.city_id is None)

"""Who may do what with a case study. Pages, formats, files and services all ask here."""

from __future__ import annotations

from hub.cases.models import ARCHIVED, DRAFT, PUBLISHED, CaseStudy
from hub.people.models import User

READABLE = (PUBLISHED, ARCHIVED)


def can_read_case(case: CaseStudy, user: User | None = None) -> bool:
    """Tell whether one may read a case: everyone once it was published, a draft only who writes for its city."""
    return case.state in READABLE or (user is not None and user.works_for(case.city_id))


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
    """Tell whether one may open a draft, or an archived case again, to everyone: coordinators of its city."""
    return user is not None and case.state in (DRAFT, ARCHIVED) and user.coordinates(case.city_id)


def can_archive_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may take a published case from the lists: coordinators of its city."""
    return user is not None and case.state == PUBLISHED and user.coordinates(case.city_id)


def can_confirm_case(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may take over a case compiled from public sources: coordinators of its city."""
    return can_archive_case(user, case) and case.is_compiled


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

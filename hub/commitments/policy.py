"""Who may record a status, who may read its evidence, and who may check it."""

from __future__ import annotations

from collections.abc import Callable

from hub.commitments.models import (
    APPEAL,
    CHECK,
    CITY,
    DOCUMENT,
    EDITOR,
    PEER,
    THIRD_PARTY,
    CheckRequest,
    Evidence,
)
from hub.people.models import User

OWN, COMPILED, OTHERS = "own", "compiled", "others"  # who brought a piece of evidence


def can_record_status(user: User | None, city_id: int) -> bool:
    """Tell whether a person may record what a city does: its coordinators."""
    return user is not None and user.coordinates(city_id)


def claimants_of(user: User | None, city_id: int) -> tuple[str, ...]:
    """Return for whom a person may speak when she records a status of a city: city, third_party, editor; nobody: empty.

    Its coordinators speak for the city, organizers for others and for the editors of the hub; those who have a part in
    a city never say of it what others are to have said.
    """
    if user is None:
        return ()
    if can_record_status(user, city_id):
        return (CITY,)
    return (THIRD_PARTY, EDITOR) if user.organizes and not belongs_to(user, city_id) else ()


def may_correct(user: User | None, city_id: int, claimed_by: str, *, is_compiled: bool) -> bool:
    """Tell whether a person may put a record right: whose word it is, and a city also what was compiled about it.

    A city answers what others recorded by a word of its own, which stands after theirs; it does not replace it.
    """
    speaks_for = claimants_of(user, city_id)
    return claimed_by in speaks_for or (is_compiled and bool(speaks_for) and (CITY in speaks_for or claimed_by != CITY))


def can_describe_evidence(user: User | None, city_id: int, source: str) -> bool:
    """Tell whether a person may change what describes a piece of evidence: all but what others brought, or organizers.

    `source` is own, compiled or others'.
    """
    return user is not None and (user.organizes or (source != OTHERS and user.coordinates(city_id)))


def can_take_out_evidence(user: User | None, city_id: int, source: str) -> bool:
    """Tell whether a person may take a piece of evidence out or say who sees it: a city its own, organizers all."""
    return user is not None and (user.organizes or (source == OWN and user.coordinates(city_id)))


def reads_all_evidence(user: User | None, city_id: int) -> bool:
    """Tell whether a person may read a city's evidence that is not public: who writes for it, and organizers."""
    return user is not None and user.is_active and (user.organizes or user.works_for(city_id))


def can_read_evidence(user: User | None, evidence: Evidence) -> bool:
    """Tell whether a person may read a piece of evidence."""
    return evidence.is_public or reads_all_evidence(user, evidence.city_id)


def sees_of(user: User | None) -> Callable[[int], bool]:
    """Return what tells, by the id of a city, whether a person may read all of its evidence."""
    return lambda city_id: reads_all_evidence(user, city_id)


def can_ask_for_check(user: User | None, city_id: int) -> bool:
    """Tell whether a person may have a record of a city checked, take that back, or appeal: its coordinators."""
    return user is not None and user.coordinates(city_id)


def belongs_to(user: User, city_id: int) -> bool:
    """Tell whether a person has any role in a city, also while it is suspended: she must not check what it says."""
    return any(membership.city_id == city_id for membership in user.memberships)


def can_check_documents(user: User | None, city_id: int) -> bool:
    """Tell whether a person may check the documents of a city's records: organizers who have no part in the city."""
    return user is not None and user.organizes and not belongs_to(user, city_id)


def peer_cities(user: User | None, city_id: int) -> list[int]:
    """Return the ids of the cities for which a person may check a record of another city as a peer, by their names.

    These are the cities that she coordinates now; none while she or they are suspended, or where she belongs to the
    city whose record it is.
    """
    if user is None or belongs_to(user, city_id):
        return []
    held = [each.city for each in user.memberships if user.coordinates(each.city_id)]
    return [city.id for city in sorted(held, key=lambda city: city.name)]


def can_read_request(user: User | None, request: CheckRequest) -> bool:
    """Tell whether a person may read a request for a check: organizers, whose city it is, and peers; appeals not."""
    if user is None or not user.is_active:
        return False
    if user.organizes or user.works_for(request.city_id):
        return True
    return request.kind == CHECK and bool(peer_cities(user, request.city_id))


def tiers_open(
    user: User | None, request: CheckRequest, recorded_by: int | None, refused_by: int | None = None
) -> tuple[str, ...]:
    """Return as what a person may decide on a request: on its documents, as organizer; as a peer; neither.

    Nobody checks what she recorded herself; who refused does not decide on the appeal.
    """
    if user is None or recorded_by == user.id:
        return ()
    is_peer = request.kind == CHECK and bool(peer_cities(user, request.city_id))
    may_check = can_check_documents(user, request.city_id) and not (request.kind == APPEAL and refused_by == user.id)
    return (*((DOCUMENT,) if may_check else ()), *((PEER,) if is_peer else ()))

"""Who may do what in the exchange."""

from __future__ import annotations

from hub.cases.models import ARCHIVED, PUBLISHED, CaseStudy
from hub.cases.policy import can_read_case
from hub.cities.models import City
from hub.exchange.models import Adaptation, AdaptationComment, Answer, Question
from hub.people.models import User


def adapting_cities(user: User | None, case: CaseStudy | None = None) -> list[City]:
    """Return the cities for which a person may say that they take a practice up, by name: those she coordinates.

    The city whose practice it is is left out.
    """
    if user is None:
        return []
    held = [each.city for each in user.memberships if user.coordinates(each.city_id)]
    return sorted((city for city in held if case is None or city.id != case.city_id), key=lambda city: city.name)


def can_record_adaptation(user: User | None, city_id: int) -> bool:
    """Tell whether a person may say how far a city is with a practice of another: its coordinators."""
    return user is not None and user.coordinates(city_id)


def can_be_taken_up(case: CaseStudy, *, is_begun: bool) -> bool:
    """Tell whether a case can be taken up: a published one; an archived one by who had begun before."""
    return case.state == PUBLISHED or (is_begun and case.state == ARCHIVED)


def can_remove_adaptation(user: User | None, adaptation: Adaptation) -> bool:
    """Tell whether a person may take an adaptation away: coordinators of the city that takes it up, organizers."""
    return user is not None and (user.organizes or user.coordinates(adaptation.city_id))


def speaks_on_adaptation(user: User | None, adaptation: Adaptation) -> int | None:
    """Return the id of the city for which a person may comment: she coordinates one of the two; None for others."""
    if user is None:
        return None
    other = adaptation.from_city
    sides = (adaptation.city_id, other.id if other is not None else None)
    return next((city_id for city_id in sides if city_id is not None and user.coordinates(city_id)), None)


def can_remove_comment(user: User | None, comment: AdaptationComment) -> bool:
    """Tell whether a person may take a comment away: coordinators of the city that said it, organizers."""
    return user is not None and (user.organizes or user.coordinates(comment.city_id))


def can_ask(user: User | None, case: CaseStudy) -> bool:
    """Tell whether one may ask a city on its case: any member, while it is published, but nobody of that city."""
    return user is not None and user.is_active and case.is_published and not user.works_for(case.city_id)


def can_read_question(user: User | None, question: Question) -> bool:
    """Tell whether one may read a question: everyone, or where it is between two cities, their people and organizers.

    A question on a case that is no longer public is read as that case is.
    """
    if not can_read_case(question.case, user):
        return False
    if not question.is_between_cities:
        return True
    if user is None:
        return False
    return user.organizes or user.works_for(question.city_id) or user.works_for(question.case.city_id)


def is_asker(user: User | None, question: Question) -> bool:
    """Tell whether one asked a question, and may still speak for whom she asked."""
    if user is None or not user.is_active or question.asked_by != user.id:
        return False
    return not question.is_between_cities or user.works_for(question.city_id)


def answers_for(user: User | None, question: Question, *, is_somebody_here: bool) -> bool:
    """Tell whether one answers for the asked side: coordinators of the city, organizers where it has none here."""
    if user is None:
        return False
    return user.coordinates(question.case.city_id) or (user.organizes and not is_somebody_here)


def can_answer(user: User | None, question: Question, *, is_somebody_here: bool) -> bool:
    """Tell whether one may write under an open question: who answers for the asked side, and who asked."""
    if question.closed_at is not None or question.removed_at is not None:
        return False
    if not can_read_question(user, question):
        return False
    return is_asker(user, question) or answers_for(user, question, is_somebody_here=is_somebody_here)


def can_close_question(user: User | None, question: Question) -> bool:
    """Tell whether one may say that no answer is needed any more: who asked, and coordinators of her city."""
    if user is None or question.closed_at is not None or question.removed_at is not None:
        return False
    return is_asker(user, question) or user.coordinates(question.city_id)


def can_open_question(user: User | None, question: Question) -> bool:
    """Tell whether one may open a question between two cities to everyone.

    Who asked may while nobody has answered; afterwards it is the answering city that does, for its words go along. Who
    asks is told so beforehand.
    """
    if user is None or not question.is_between_cities or question.removed_at is not None:
        return False
    if question.answered_at is None:
        return is_asker(user, question)
    return user.coordinates(question.case.city_id)


def can_remove_question(user: User | None, question: Question) -> bool:
    """Tell whether one may take a question away: who asked, coordinators of her city, organizers with a reason."""
    if user is None or question.removed_at is not None:
        return False
    return is_asker(user, question) or user.coordinates(question.city_id) or user.organizes


def can_remove_answer(user: User | None, answer: Answer) -> bool:
    """Tell whether one may take away what stands under a question: its author, coordinators of the city for which she
    spoke, organizers with a reason."""
    if user is None or not user.is_active or answer.removed_at is not None:
        return False
    return answer.author_id == user.id or user.coordinates(answer.city_id) or user.organizes


def can_decide_reply(user: User | None) -> bool:
    """Tell whether one may release or decline a reply, or take one away: organizers."""
    return user is not None and user.organizes

"""What one can choose the mail of: every kind of event has one topic."""

from __future__ import annotations

CASES, EXCHANGE, COMMITMENTS, NEWS, WORK = "cases", "exchange", "commitments", "news", "work"
TOPICS = (WORK, CASES, EXCHANGE, COMMITMENTS, NEWS)
TOPIC_OF: dict[str, str] = {
    "CasePublished": CASES,
    "CaseRevised": CASES,
    "CaseMoved": CASES,
    "CaseArchived": CASES,
    "CaseTranslationPublished": CASES,
    "AdaptationRecorded": EXCHANGE,
    "AdaptationCommented": EXCHANGE,
    "QuestionAsked": EXCHANGE,
    "QuestionAnswered": EXCHANGE,
    "ReplyReleased": EXCHANGE,
    "StatusRecorded": COMMITMENTS,
    "StatusVerified": COMMITMENTS,
    "StatusRefused": COMMITMENTS,
    "CityAdmitted": NEWS,
    "StoryPinned": NEWS,
    "StoriesStored": NEWS,
}


def topic_of(event: str, *, is_work: bool) -> str:
    """Return the topic of a kind of event; whatever reaches a person because it is her work is `work`."""
    return WORK if is_work else TOPIC_OF.get(event, WORK)

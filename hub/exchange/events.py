"""What happens between cities: practices taken up, questions, answers, replies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AdaptationRecorded:
    """A city said that it considers, adapts, runs or stopped a practice, for the first time or anew.

    `case_id` is the case that was taken up, `city_id` who took it up, `step_id` what was said now.
    """

    adaptation_id: int
    step_id: int
    city_id: int
    case_id: int | None


@dataclass(frozen=True)
class AdaptationRemoved:
    """An adaptation that was entered by mistake was taken away."""

    adaptation_id: int
    city_id: int
    case_id: int | None


@dataclass(frozen=True)
class AdaptationCommented:
    """One of the two cities commented on an adaptation."""

    comment_id: int
    adaptation_id: int
    city_id: int  # who speaks
    case_id: int | None


@dataclass(frozen=True)
class AdaptationCommentRemoved:
    """A comment on an adaptation was taken away."""

    comment_id: int
    adaptation_id: int
    case_id: int | None


@dataclass(frozen=True)
class QuestionAsked:
    """A member asked a city on its case; `is_public` is False for one between the two cities."""

    question_id: int
    case_id: int
    is_public: bool


@dataclass(frozen=True)
class QuestionAnswered:
    """The city that was asked answered, or who asked said more (`is_by_city` tells)."""

    answer_id: int
    question_id: int
    case_id: int
    is_public: bool
    is_by_city: bool


@dataclass(frozen=True)
class QuestionClosed:
    """Who asked needs no answer any more."""

    question_id: int
    case_id: int


@dataclass(frozen=True)
class QuestionOpened:
    """A question was opened to all to read, by who asked it and the city that was asked."""

    question_id: int
    case_id: int


@dataclass(frozen=True)
class QuestionRemoved:
    """A question was taken away with all that was said under it."""

    question_id: int
    case_id: int


@dataclass(frozen=True)
class AnswerRemoved:
    """What was said under a question was taken away."""

    answer_id: int
    question_id: int
    case_id: int


@dataclass(frozen=True)
class ReplyAsked:
    """An organisation asked for a reply; it waits for its address to be confirmed."""

    reply_id: int
    is_quiet = True


@dataclass(frozen=True)
class ReplyConfirmed:
    """Who asked for a reply confirmed the address; the organizers are to decide."""

    reply_id: int


@dataclass(frozen=True)
class ReplyReleased:
    """A reply stands beside the case or the status now; one of the two ids is given."""

    reply_id: int
    case_id: int | None
    record_id: int | None


@dataclass(frozen=True)
class ReplyDeclined:
    """Organizers declined a reply, with the reason."""

    reply_id: int


@dataclass(frozen=True)
class ReplyWithdrawn:
    """A reply that stood was taken back by its organisation, or taken away by organizers."""

    reply_id: int
    case_id: int | None
    record_id: int | None


@dataclass(frozen=True)
class ReplyForgotten:
    """A reply that nobody confirmed was deleted."""

    reply_id: int
    is_quiet = True


@dataclass(frozen=True)
class ReplierForgotten:
    """Who had asked for a reply was forgotten; the reply stays, signed by its organisation."""

    reply_id: int
    is_quiet = True

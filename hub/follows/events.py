"""What happens to follows and to how people hear of news.

What a person follows is not named here: an interest must not outlive the follow in an append-only log.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Followed:
    """A person began to follow something."""

    follow_id: int
    is_quiet = True


@dataclass(frozen=True)
class Unfollowed:
    """A person no longer follows something."""

    follow_id: int
    is_quiet = True


@dataclass(frozen=True)
class DigestTurnedOn:
    """A person wants the daily mail."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class DigestTurnedOff:
    """A person wants no daily mail."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class NotificationsRead:
    """A person has read what was new, up to an entry of the log."""

    user_id: int
    up_to: int
    is_quiet = True


@dataclass(frozen=True)
class Muted:
    """A person wants to hear nothing of a thing; what it is stands in no entry."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class Unmuted:
    """A person wants to hear of a thing again."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class MailChosen:
    """A member said how often she wants mail."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class MailPaused:
    """Mail to someone was paused, as the address refuses it."""

    user_id: int | None
    subscriber_id: int | None
    is_quiet = True


@dataclass(frozen=True)
class MailResumed:
    """A member asked that mail be tried again."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class SubscriptionAsked:
    """Someone without an account wants to hear by mail; the address is to be confirmed."""

    wish_id: int
    is_quiet = True


@dataclass(frozen=True)
class Subscribed:
    """A subscriber confirmed a wish; what it is about stands in no entry."""

    subscriber_id: int
    is_quiet = True


@dataclass(frozen=True)
class SubscriptionChanged:
    """A subscriber changed language, morning, or how often mail comes."""

    subscriber_id: int
    is_quiet = True


@dataclass(frozen=True)
class SubscriptionEnded:
    """A subscriber stopped following one thing, or all (`is_all`): then nothing of her is kept."""

    subscriber_id: int
    is_all: bool
    is_quiet = True


@dataclass(frozen=True)
class SubscriptionsForgotten:
    """Wishes that nobody confirmed, or subscribers whose address refuses mail for long, were deleted."""

    number: int
    is_quiet = True

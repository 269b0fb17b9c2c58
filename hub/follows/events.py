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

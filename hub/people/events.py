"""What happens to accounts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountCreated:
    """An account was made."""

    user_id: int

"""What happens to accounts, roles and invitations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountCreated:
    """An account was made."""

    user_id: int


@dataclass(frozen=True)
class PersonInvited:
    """Someone was invited to a role; an invitation to the same that still waited was withdrawn by it."""

    invitation_id: int
    role: str
    city_id: int | None
    replaces: int | None


@dataclass(frozen=True)
class InvitationWithdrawn:
    """An invitation was taken back."""

    invitation_id: int
    role: str
    city_id: int | None


@dataclass(frozen=True)
class InvitationAccepted:
    """Someone took up an invitation, with a new account or with the one she had."""

    invitation_id: int
    user_id: int
    role: str
    city_id: int | None
    is_new_account: bool


@dataclass(frozen=True)
class MemberRemoved:
    """Someone no longer works for a city."""

    user_id: int
    city_id: int
    role: str


@dataclass(frozen=True)
class PersonSuspended:
    """An account was closed until further notice."""

    user_id: int


@dataclass(frozen=True)
class PersonRestored:
    """A suspended account was opened again."""

    user_id: int


@dataclass(frozen=True)
class OrganizerRoleEnded:
    """Someone is no longer an organizer."""

    user_id: int


@dataclass(frozen=True)
class PasswordResetAsked:
    """A mail with a way to a new password was asked for."""

    user_id: int


@dataclass(frozen=True)
class PasswordChanged:
    """An account has a new password; `by_mail` when through a mailed address."""

    user_id: int
    by_mail: bool


@dataclass(frozen=True)
class AccountRenamed:
    """Someone writes her name otherwise."""

    user_id: int


@dataclass(frozen=True)
class LanguageChosen:
    """Someone chose the language of her pages and mails; None means as the browser asks."""

    user_id: int
    language: str | None

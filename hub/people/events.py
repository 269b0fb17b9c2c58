"""What happens to accounts, roles and invitations."""

from dataclasses import dataclass, field


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
    """Someone no longer works for a city; what she had invited to and may no more was withdrawn with it."""

    user_id: int
    city_id: int
    role: str
    withdrawn: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class RoleChanged:
    """Someone is now something else in a city; invitations she may send no more were withdrawn with it."""

    user_id: int
    city_id: int
    role: str
    withdrawn: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class PersonSuspended:
    """An account was closed until further notice, and the invitations it had sent were withdrawn."""

    user_id: int
    withdrawn: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class PersonRestored:
    """A suspended account was opened again."""

    user_id: int


@dataclass(frozen=True)
class OrganizerRoleEnded:
    """Someone is no longer an organizer, and the invitations that only an organizer sends were withdrawn."""

    user_id: int
    withdrawn: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class PasswordResetAsked:
    """A mail with a way to a new password was asked for."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class PasswordChanged:
    """An account has a new password; `by_mail` when through a mailed address."""

    user_id: int
    by_mail: bool
    is_quiet = True


@dataclass(frozen=True)
class AccountRenamed:
    """Someone writes her name otherwise."""

    user_id: int


@dataclass(frozen=True)
class LanguageChosen:
    """Someone chose the language of her pages and mails; None means as the browser asks."""

    user_id: int
    language: str | None
    is_quiet = True


@dataclass(frozen=True)
class SignedIn:
    """Someone signed in; `method` is password, code, passkey or recovery."""

    user_id: int
    method: str
    is_quiet = True


@dataclass(frozen=True)
class SignedOut:
    """Someone signed out on one device."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class SignInsEnded:
    """Someone ended sign-ins of hers: how many lasted until then."""

    user_id: int
    count: int
    is_quiet = True


@dataclass(frozen=True)
class AddressProofAsked:
    """Someone asked for a mail that proves an address as hers, of her account or one to change to."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class EmailConfirmed:
    """Someone proved by a mailed link that the address of her account is hers."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class EmailChanged:
    """An account has another address, proved by a link that was mailed there."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class TimeZoneChosen:
    """Someone chose the time zone of her pages and mails; None means that of her city."""

    user_id: int
    time_zone: str | None
    is_quiet = True


@dataclass(frozen=True)
class NameWithheld:
    """Someone wishes that no public page shows her name."""

    user_id: int


@dataclass(frozen=True)
class NameShown:
    """Someone lets public pages show her name again."""

    user_id: int


@dataclass(frozen=True)
class PasskeyAdded:
    """One of her devices may answer for someone from now on."""

    user_id: int
    passkey_id: int
    is_quiet = True


@dataclass(frozen=True)
class PasskeyRemoved:
    """A passkey opens nothing any more."""

    user_id: int
    passkey_id: int
    is_quiet = True


@dataclass(frozen=True)
class PasskeyRefused:
    """A passkey counted backwards, as a copy of it would, and was refused."""

    user_id: int
    passkey_id: int
    is_quiet = True


@dataclass(frozen=True)
class CodesTurnedOn:
    """Someone proved that her app shows one-time codes for her account, the first or another one."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class CodesTurnedOff:
    """One-time codes open nothing any more."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class RecoveryCodesMade:
    """Someone has new recovery codes; those before ended."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class RecoveryCodeUsed:
    """One recovery code was used up."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class FactorsReset:
    """The operator took away passkeys, one-time codes and recovery codes of someone who lost them."""

    user_id: int
    is_quiet = True


@dataclass(frozen=True)
class PersonLeft:
    """An account was closed for good and emptied of what names its person; `withdrawn` are invitations that ended."""

    user_id: int
    withdrawn: list[int]


@dataclass(frozen=True)
class IdlePersonTold:
    """Someone without a role was told by mail that her account will be closed, as nobody used it for long."""

    user_id: int
    is_quiet = True

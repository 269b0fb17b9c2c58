"""What happens to cities."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CityAdded:
    """A city came on record."""

    city_id: int


@dataclass(frozen=True)
class CityChanged:
    """A city's profile was changed."""

    city_id: int


@dataclass(frozen=True)
class SecondReaderChosen:
    """A city's coordinator said whether somebody else reads before its people publish anything."""

    city_id: int
    is_needed: bool
    is_quiet = True


@dataclass(frozen=True)
class OrganisationChanged:
    """An organisation was added or changed."""

    organisation_id: int


@dataclass(frozen=True)
class CityApplied:
    """Someone asked that a city may join; nobody sees it before the address is confirmed."""

    application_id: int
    is_quiet = True


@dataclass(frozen=True)
class ApplicationConfirmed:
    """The applicant confirmed the address, and the application waits for an organizer."""

    application_id: int
    is_quiet = True


@dataclass(frozen=True)
class LetterReceived:
    """The applicant sent the letter of the mayor, or another one in its place."""

    application_id: int
    is_quiet = True


@dataclass(frozen=True)
class ApplicationForgotten:
    """An application whose address nobody confirmed was deleted."""

    application_id: int
    is_quiet = True


@dataclass(frozen=True)
class CityAdmitted:
    """An organizer admitted a city, which may be on record only since then."""

    city_id: int
    application_id: int


@dataclass(frozen=True)
class ApplicationDeclined:
    """An organizer declined an application."""

    application_id: int
    is_quiet = True


@dataclass(frozen=True)
class CitySuspended:
    """An organizer stopped a city's people from writing, and what was invited to it was withdrawn."""

    city_id: int
    withdrawn: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class CityRestored:
    """An organizer let a city's people write again."""

    city_id: int


@dataclass(frozen=True)
class ApplicantForgotten:
    """Who had applied for a city was forgotten, long enough after the decision."""

    application_id: int
    is_quiet = True

"""What happens to cities."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CityAdded:
    """A city came on record."""

    city_id: int


@dataclass(frozen=True)
class CityChanged:
    """A city's profile was changed."""

    city_id: int


@dataclass(frozen=True)
class OrganisationChanged:
    """An organisation was added or changed."""

    organisation_id: int

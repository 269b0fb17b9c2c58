"""The shape of what applicants, organizers and coordinators type about cities."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from hub.cities.places import countries, languages
from hub.core.zones import zone_names, zones_by_country
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required

Choices = list[tuple[str, str]]
NEW_CITY = "new"


def offered(label: str, *, needed: bool = False) -> SelectField:
    """Return a field for one choice of a list that the form fills in."""
    checks = [required, one_of_offered] if needed else [one_of_offered]
    return SelectField(label, validators=checks, choices=[], validate_choice=False)


class ApplicationForm(HubForm):
    """A city's wish to join."""

    city_name = LineField(N_("Name of the local government"), [required, AtMost(160)])
    country = offered(N_("Country"), needed=True)
    person_name = LineField(N_("Your name"), [required, AtMost(120)])
    person_role = LineField(N_("Your office"), [required, AtMost(160)])
    email = LineField(N_("Your work e-mail address"), [required, AtMost(254)])
    message = ProseField(N_("Why your city wants to take part"), [required, AtMost(2000)])
    letter = FileField(N_("Letter of the mayor"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.country.choices = [("", ""), *countries()]


class LetterForm(HubForm):
    """The letter of the mayor."""

    letter = FileField(N_("File"))


class AdmitForm(HubForm):
    """Which city it is: one on record, or a new one with what it begins with."""

    city = offered(N_("Which city it is"), needed=True)
    name = LineField(N_("Name in English"), [AtMost(160)])
    slug = LineField(N_("Address of its page"), [AtMost(80)])
    region = offered(N_("Region"))
    gov_type = offered(N_("Kind of local government"))

    def __init__(self, cities: Choices, regions: Choices, kinds: Choices, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.city.choices = cities
        self.region.choices = [("", ""), *regions]
        self.gov_type.choices = [("", ""), *kinds]


class DeclineForm(HubForm):
    """Why an application is declined."""

    reason = ProseField(N_("Reason"), [required, AtMost(2000)])


class SuspendForm(HubForm):
    """Why a city is suspended."""

    reason = ProseField(N_("Reason"), [required, AtMost(2000)])


class ProfileForm(HubForm):
    """What a coordinator may change of the city's profile; `version` is the one she saw."""

    name_native = LineField(N_("Name in the city’s own language"), [AtMost(160)])
    native_language = offered(N_("Language of that name"))
    time_zone = offered(N_("Time zone"))
    website = LineField(N_("Website"), [AtMost(500)])
    contact_office = LineField(N_("Office to ask"), [AtMost(200)])
    contact_address = LineField(N_("Its public address"), [AtMost(500)])
    hrc_since = LineField(N_("Human rights city since"), [AtMost(4)])
    hrc_basis = LineField(N_("The act that made it one"), [AtMost(400)])
    hrc_source = LineField(N_("Where this can be read"), [AtMost(500)])
    coalition = offered(N_("Coalition through which the city joins ICCAR"))
    version = HiddenField()

    def __init__(self, *args: Any, **values: Any) -> None:
        kept, country = values.pop("kept_language", ""), values.pop("country", "")
        coalitions: Choices = values.pop("coalitions", [])
        super().__init__(*args, **values)
        self.native_language.choices = [("", ""), *languages(kept)]
        self.coalition.choices = [("", ""), *coalitions]
        near = zones_by_country().get(country, ())
        self.time_zone.choices = [("", ""), *((name, name) for name in dict.fromkeys((*near, *zone_names())))]

    @property
    def seen_version(self) -> int:
        """The version of the profile that was shown; -1, which none has, for anything but a number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

"""Shape of what organizers say of a source."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from hub.feeds.service import SourceFacts
from hub.web.forms import N_, AtMost, ChecksField, HubForm, LineField, one_of_offered, required

Choices = Sequence[tuple[str, str]]


class AddressForm(HubForm):
    """The address of a site or a feed, to be looked at."""

    address = LineField(N_("Address of the site or its feed"), [required, AtMost(2048)])
    organisation = HiddenField(validators=[AtMost(80)])


class MoveForm(HubForm):
    """Another address for a source that is here; `version` tells which state of it was on the screen."""

    address = LineField(N_("New address of the site or its feed"), [required, AtMost(2048)])
    homepage = HiddenField(validators=[AtMost(2048)])
    version = HiddenField()

    @property
    def expected(self) -> int:
        """The version that was on the screen; 0, which none has, when it is no number."""
        return version_of(self.version.data)


class ListForm(HubForm):
    """A list of feeds (OPML) to be looked at."""

    file = FileField(N_("List of feeds"))


class AddListForm(HubForm):
    """A list of feeds that was looked at; what it holds is written in it as JSON."""

    feeds = HiddenField(validators=[required])


class SourceForm(HubForm):
    """What a source is called and what its stories are tied to."""

    title = LineField(N_("Name of the source"), [required, AtMost(200)])
    language = SelectField(N_("Language of its stories"), [one_of_offered], validate_choice=False)
    principles = ChecksField(N_("Principles its stories are about"))
    cities = ChecksField(N_("Cities its stories are about"))
    organisation = SelectField(N_("Organisation whose news these are"), [one_of_offered], validate_choice=False)

    def offer(self, languages: Choices, principles: Choices, cities: Choices, organisations: Choices) -> None:
        """Say what may be chosen."""
        self.organisation.choices = list(organisations)
        self.language.choices = list(languages)
        self.principles.choices = list(principles)
        self.cities.choices = list(cities)

    def facts(self) -> SourceFacts:
        """Return what was filled in."""
        return SourceFacts(
            title=self.title.data or "",
            language=self.language.data or None,
            principle_codes=tuple(self.principles.data or ()),
            city_slugs=tuple(self.cities.data or ()),
            organisation_slug=self.organisation.data or None,
        )


class NewSourceForm(SourceForm):
    """A source to add: its address was looked at before."""

    address = HiddenField(validators=[required, AtMost(2048)])
    homepage = HiddenField(validators=[AtMost(2048)])


class EditSourceForm(SourceForm):
    """A source as it is being changed: `version` tells which state of it was on the screen."""

    version = HiddenField()

    @property
    def expected(self) -> int:
        """The version that was on the screen; 0, which none has, when it is no number."""
        return version_of(self.version.data)


def version_of(value: object) -> int:
    """Return a version as a form sends it; 0, which nothing has, when it is no number."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

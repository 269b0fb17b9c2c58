"""Shape of what organizers say of an event."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, RadioField, SelectField

from hub.core.zones import zone_names
from hub.feeds.service.event_facts import MAX_LINE, MAX_SUMMARY, MAX_URL, EventFacts
from hub.web.forms import N_, AtMost, ChecksField, HubForm, LineField, ProseField, one_of_offered, required

Choices = Sequence[tuple[str, str]]


class EventForm(HubForm):
    """An event to enter."""

    title = LineField(N_("Name of the event"), [required, AtMost(MAX_LINE)])
    language = SelectField(N_("Language of name and description"), [required, one_of_offered], validate_choice=False)
    starts_on = LineField(N_("First day"), [required, AtMost(40)])
    ends_on = LineField(N_("Last day"), [AtMost(40)])
    starts_at_time = LineField(N_("Begins at"), [AtMost(40)])
    ends_at_time = LineField(N_("Ends at"), [AtMost(40)])
    time_zone = SelectField(N_("Time zone of the place"), [one_of_offered], validate_choice=False)
    held = RadioField(N_("How people meet"), [required, one_of_offered], validate_choice=False)
    place = LineField(N_("Place"), [AtMost(MAX_LINE)])
    organiser = LineField(N_("Who organises it"), [AtMost(MAX_LINE)])
    url = LineField(N_("Web address"), [AtMost(MAX_URL)])
    summary = ProseField(N_("What it is about"), [AtMost(MAX_SUMMARY)])
    cities = ChecksField(N_("Cities it is about"))
    principles = ChecksField(N_("Principles it is about"))

    def offer(self, languages: Choices, ways: Choices, principles: Choices, cities: Choices, no_zone: str) -> None:
        """Say what may be chosen; `no_zone` stands for none."""
        self.language.choices = list(languages)
        self.held.choices = list(ways)
        self.principles.choices = list(principles)
        self.cities.choices = list(cities)
        self.time_zone.choices = [("", no_zone), *((name, name) for name in zone_names())]

    def facts(self) -> EventFacts:
        """Return what was filled in."""
        return EventFacts(
            title=self.title.data or "",
            language=self.language.data or "",
            starts_on=self.starts_on.data or "",
            ends_on=self.ends_on.data or "",
            starts_at_time=self.starts_at_time.data or "",
            ends_at_time=self.ends_at_time.data or "",
            time_zone=self.time_zone.data or "",
            held=self.held.data or "",
            place=self.place.data or "",
            organiser=self.organiser.data or "",
            url=self.url.data or "",
            summary=self.summary.data or "",
            city_slugs=tuple(self.cities.data or ()),
            principle_codes=tuple(self.principles.data or ()),
        )


class EditEventForm(EventForm):
    """An event as it is being changed: `version` tells which state of it was on the screen."""

    version = HiddenField()

    @property
    def expected(self) -> int:
        """The version that was on the screen; 0, which none has, when it is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

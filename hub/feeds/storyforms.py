"""Shape of what organizers say of a story."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField

from hub.web.forms import N_, ChecksField, HubForm

Choices = Sequence[tuple[str, str]]


class TiesForm(HubForm):
    """What a story is about; `version` tells which state of it was on the screen."""

    version = HiddenField()
    principles = ChecksField(N_("Principles it is about"))
    cities = ChecksField(N_("Cities it is about"))

    def offer(self, principles: Choices, cities: Choices) -> None:
        """Say what may be chosen."""
        self.principles.choices = list(principles)
        self.cities.choices = list(cities)

    @property
    def expected(self) -> int:
        """The version that was on the screen; 0, which none has, when it is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class TakeOutForm(HubForm):
    """Nothing but that it is meant."""

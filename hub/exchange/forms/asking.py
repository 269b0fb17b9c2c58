"""The shape of what people ask, answer and take away."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField

from hub.exchange.models import ASKS, MENTORING
from hub.exchange.said import LONGEST_SAID
from hub.exchange.service.asking import LONGEST_WHY
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import gettext as _

EVERYONE, BETWEEN = "everyone", "between"


class AskForm(HubForm):
    """A question to a city; `city` is for which of her own cities she asks, empty for none."""

    text = ProseField(N_("Your question"), [required, AtMost(LONGEST_SAID)])
    kind = RadioField(N_("What you wish for"), [one_of_offered], default=ASKS, validate_choice=False)
    city = SelectField(N_("For which city you ask"), [one_of_offered], validate_choice=False)
    who = RadioField(N_("Who may read it"), [one_of_offered], default=EVERYONE, validate_choice=False)

    def __init__(self, cities: list[tuple[str, str]], *args: Any, may_be_between: bool, **values: Any) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [
            (ASKS, _("An answer to a question")), (MENTORING, _("Mentoring: somebody who goes along for a while"))
        ]  # fmt: skip
        self.city.choices = [*cities, ("", _("For none: I ask for myself"))]
        self.who.choices = [(EVERYONE, _("Everyone"))]
        if may_be_between:
            self.who.choices.append((BETWEEN, _("Only our two cities and the organizers")))

    @property
    def city_id(self) -> int | None:
        """The city for which she asks, None for none."""
        return int(self.city.data) if self.city.data else None


class AnswerForm(HubForm):
    """What is said under a question."""

    text = ProseField(N_("Your answer"), [required, AtMost(LONGEST_SAID)])


class MoreForm(AnswerForm):
    """What who asked says more."""

    text = ProseField(N_("What you want to add"), [required, AtMost(LONGEST_SAID)])


class RemoveForm(HubForm):
    """Why a question or an answer of others is taken away; empty for one's own."""

    why = LineField(N_("Why it is taken away"), [AtMost(LONGEST_WHY)])

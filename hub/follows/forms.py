"""The shape of what readers without an account type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectField

from hub.core.zones import UTC_NAME, zone_names
from hub.follows.models import AT_ONCE, DAILY, FREQUENCIES, WEEKLY
from hub.follows.topics import CASES, COMMITMENTS, EXCHANGE, NEWS
from hub.people.addresses import LONGEST_EMAIL
from hub.web.forms import N_, AtMost, HubForm, LineField, one_of_offered, required
from hub.web.locale import NATIVE_NAMES, language
from hub.web.locale import gettext as _

HOW_OFTEN = {AT_ONCE: N_("At once"), DAILY: N_("Daily"), WEEKLY: N_("Weekly, on Mondays")}
OF_SUBSCRIBERS = (CASES, EXCHANGE, COMMITMENTS, NEWS)  # who has no account has no work here
_USUAL_ZONES = {"ko": "Asia/Seoul", "es": "Europe/Madrid", "fr": "Europe/Paris"}


def usual_zone() -> str:
    """Return the time zone that most readers of the current language are in; UTC where no one is likelier."""
    return _USUAL_ZONES.get(language(), UTC_NAME)


class SubscribeForm(HubForm):
    """Where to, how often and at whose morning mail about one thing is to come; the thing stands in hidden fields."""

    kind = HiddenField()
    id = HiddenField()
    query = HiddenField()
    email = LineField(N_("Your e-mail address"), [required, AtMost(LONGEST_EMAIL)])
    frequency = SelectField(N_("How often"), [required, one_of_offered], validate_choice=False, default=DAILY)
    time_zone = SelectField(N_("Time zone"), [required, one_of_offered], validate_choice=False, default=usual_zone)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.frequency.choices = [(code, _(words)) for code, words in HOW_OFTEN.items()]
        self.time_zone.choices = [(name, name) for name in zone_names()]


def _of_topic(label: str, topic: str) -> SelectField:
    return SelectField(label, [one_of_offered], validate_choice=False, choices=[], id=f"mail-{topic}")


class SubscriptionForm(HubForm):
    """How often mail comes by topic, in which language and at whose morning; a topic not sent stays as it is."""

    cases = _of_topic(N_("Case studies"), CASES)
    exchange = _of_topic(N_("Exchange between cities: adaptations, questions, replies"), EXCHANGE)
    commitments = _of_topic(N_("Commitments: statuses and checks"), COMMITMENTS)
    news = _of_topic(N_("News and new members"), NEWS)
    language = SelectField(N_("Language"), [required, one_of_offered], validate_choice=False)
    time_zone = SelectField(N_("Time zone"), [required, one_of_offered], validate_choice=False)

    def __init__(self, offered: Sequence[str], *, kept_zone: str = "", **values: Any) -> None:
        super().__init__(**values)
        for topic in OF_SUBSCRIBERS:  # the words stand in the template, as on a member's page
            self[topic].choices = [(each, each) for each in FREQUENCIES]
        self.language.choices = [(code, NATIVE_NAMES.get(code, code)) for code in offered]
        zones = dict.fromkeys(name for name in (*zone_names(), kept_zone) if name)
        self.time_zone.choices = [(name, name) for name in zones]

    @property
    def frequencies(self) -> dict[str, str]:
        """How often mail of each topic is wanted, of those that were sent."""
        said = {topic: self[topic].data for topic in OF_SUBSCRIBERS}
        return {topic: str(value) for topic, value in said.items() if value}

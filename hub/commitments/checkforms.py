"""The forms around a check: asking for one, asking a peer, saying what was found, appealing."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, RadioField, SelectField

from hub.commitments.models import CONFIRMED, DOCUMENT, PEER, REFUSED
from hub.commitments.service import NO_CONFLICT, SOME_CONFLICT, Finding
from hub.web.forms import N_, AtMost, HubForm, ProseField, one_of_offered, required
from hub.web.locale import gettext as _

LONGEST_NOTE, LONGEST_REASON = 1000, 2000


class AskForm(HubForm):
    """A word to whoever checks."""

    note = ProseField(N_("A word to whoever checks"), [AtMost(LONGEST_NOTE)])


class PeerForm(HubForm):
    """Which city to ask; `version` is of the request as the organizer saw it."""

    city = SelectField(N_("City to ask"), [required, one_of_offered], validate_choice=False)
    version = HiddenField()

    def offer(self, cities: Sequence[tuple[str, str]]) -> None:
        """Set the cities to choose from, by id."""
        self.city.choices = [("", _("Choose a city")), *cities]

    @property
    def city_id(self) -> int | None:
        """The id of the city chosen."""
        text = self.city.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def seen(self) -> int:
        """The version that was seen; 0 where it says nonsense."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class FindingForm(HubForm):
    """What someone found who checked a record."""

    tier = RadioField(N_("Whom you check for"), [required, one_of_offered], validate_choice=False)
    conflict = RadioField(N_("Does anything tie you to this city or this record?"), [one_of_offered],
                          validate_choice=False)  # fmt: skip
    result = RadioField(N_("What you found"), [required, one_of_offered], validate_choice=False)
    reason = ProseField(N_("Reason"), [AtMost(LONGEST_REASON)])

    def offer(self, tiers: Sequence[str]) -> None:
        """Set what can be chosen; where one may decide in one way only, it is chosen."""
        words = {DOCUMENT: _("For the forum, as organizer: the documents"), PEER: _("For my city, as a peer")}
        self.tier.choices = [(tier, words[tier]) for tier in tiers]
        if self.tier.data is None and len(tiers) == 1:
            self.tier.data = tiers[0]
        self.conflict.choices = [
            (NO_CONFLICT, _("No, nothing ties me to it")),
            (SOME_CONFLICT, _("Yes: I worked on it, know who did well, or gain from it")),
        ]
        self.result.choices = [
            (CONFIRMED, _("The evidence shows it: confirm")),
            (REFUSED, _("The evidence does not show it: do not confirm")),
        ]

    @property
    def has_conflict(self) -> bool:
        """Whether a peer says that she has a part in it."""
        return bool(self.tier.data == PEER and self.conflict.data == SOME_CONFLICT)

    @property
    def finding(self) -> Finding:
        """What was found."""
        return Finding(
            self.tier.data or "", self.result.data or "", self.reason.data or "", self.conflict.data or ""
        )  # fmt: skip


class AppealForm(HubForm):
    """Why a refusal should be looked at again."""

    reason = ProseField(N_("Why it should be looked at again"), [required, AtMost(LONGEST_REASON)])

"""The forms in which a city says what it takes up, and in which the two cities talk about it."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, SelectField

from hub.exchange.models import Adaptation
from hub.exchange.service import LONGEST, Outside, Said
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required

Choices = list[tuple[str, str]]
HIGHEST = 2_147_483_647  # no row of either engine has a higher number


class StepForm(HubForm):
    """How far a city is with a practice, of which the reader saw a version (0: nothing was on record)."""

    version = HiddenField()
    state = RadioField(N_("How far your city is"), [required, one_of_offered], choices=[], validate_choice=False)
    since = LineField(N_("Since when"), [AtMost(40)])
    changed = ProseField(N_("What you do otherwise"), [AtMost(LONGEST)])
    reason = ProseField(N_("Why"), [AtMost(LONGEST)])
    own_case = SelectField(N_("Your own case study of it"), [one_of_offered], choices=[], validate_choice=False)
    language = SelectField(N_("Language of the text"), [required, one_of_offered], choices=[], validate_choice=False)

    def offer(self, states: Choices, cases: Choices, languages: Choices) -> None:
        """Set what can be chosen."""
        self.state.choices, self.own_case.choices, self.language.choices = states, cases, languages

    @property
    def seen_version(self) -> int:
        """The version that was shown; -1, which none has, for anything but a number."""
        return number_in(str(self.version.data or ""), -1)

    def said(self) -> Said:
        """Return what was typed."""
        return Said(
            str(self.state.data or ""), self.since.data or "", self.changed.data or "", self.reason.data or "",
            str(self.language.data or ""), number_in(str(self.own_case.data or "")) or None,
        )  # fmt: skip


class RecordForm(StepForm):
    """A practice that the hub does not hold, and how far a city is with it."""

    title = LineField(N_("What the practice is called"), [required, AtMost(300)])
    from_city = SelectField(N_("City whose practice it is"), [one_of_offered], choices=[], validate_choice=False)
    place = LineField(N_("Or its place"), [AtMost(160)])
    url = LineField(N_("Where it can be read about"), [AtMost(2000)])

    def practice(self) -> Outside:
        """Return which practice it is."""
        city_id = number_in(str(self.from_city.data or "")) or None
        return Outside(self.title.data or "", city_id, self.place.data or "", self.url.data or "")


class CommentForm(HubForm):
    """What one of the two cities says to an adaptation."""

    text = ProseField(N_("Your comment"), [required, AtMost(LONGEST)])


def number_in(text: str, otherwise: int = 0) -> int:
    """Return a row's number, or version, as a form holds it; `otherwise` for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= HIGHEST else otherwise


def next_step_of(adaptation: Adaptation) -> dict[str, str]:
    """Return with what the form of the next step begins: what goes on as it is, but not since when and why."""
    return {
        "version": str(adaptation.version), "state": adaptation.state, "changed": adaptation.changed,
        "own_case": str(adaptation.own_case_id or ""), "language": adaptation.language,
    }  # fmt: skip

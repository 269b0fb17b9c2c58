"""The shape of what people send to move, archive or delete a case, or to take someone out of it."""

from __future__ import annotations

from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError

from hub.cases.service.takeout import LONGEST_MARK
from hub.cases.spellings import LONGEST_NAME, MOST_SPELLINGS, is_enough
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import gettext as _


class TakeOutForm(HubForm):
    """A name to take out of a case and all its versions; each line one way in which it is written."""

    spellings = ProseField(N_("The name or words"), validators=[required])
    inside = BooleanField(N_("Also inside longer words"))
    reason = SelectField(N_("Reason"), validate_choice=False, validators=[required, one_of_offered])
    mark = LineField(N_("What stands in its place"), validators=[AtMost(LONGEST_MARK)])

    def validate_spellings(self, field: Field) -> None:
        """Refuse more ways of writing, or longer or shorter ones, than a name has."""
        if len(self.names) > MOST_SPELLINGS:
            raise ValidationError(_("Write at most %(limit)d lines.", limit=MOST_SPELLINGS))
        if any(len(name) > LONGEST_NAME for name in self.names):
            raise ValidationError(_("A line has at most %(limit)d characters.", limit=LONGEST_NAME))
        if not all(map(is_enough, self.names)):
            raise ValidationError(_("Each line needs at least two letters: one alone stands everywhere."))

    @property
    def names(self) -> tuple[str, ...]:
        """The ways in which the name is written."""
        lines = (" ".join(line.split()) for line in str(self.spellings.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class MoveForm(HubForm):
    """To which city a case belongs; an empty one stands for the country as a whole."""

    version = HiddenField()
    city = SelectField(N_("City"), validate_choice=False, validators=[one_of_offered])
    reason = ProseField(N_("Why it belongs there"), validators=[required, AtMost(500)])


class DeleteForm(HubForm):
    """The version of a draft that is to be deleted."""

    version = HiddenField()


class ReasonForm(HubForm):
    """Why a case is archived."""

    reason = ProseField(N_("Why it is archived"), validators=[required, AtMost(500)])

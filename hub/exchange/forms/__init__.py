"""Forms of the exchange."""

from hub.exchange.forms.adapting import CommentForm, RecordForm, StepForm, next_step_of

__all__ = ["CommentForm", "RecordForm", "StepForm", "next_step_of"]

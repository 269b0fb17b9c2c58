"""The shapes of what people type and send when they write a case."""

from hub.cases.forms.acts import DeleteForm, MoveForm, ReasonForm, TakeOutForm
from hub.cases.forms.files import DescribeForm, FileForm
from hub.cases.forms.writing import CaseForm, StartForm
from hub.web.forms import names_of

EDITOR = names_of(CaseForm) | names_of(FileForm) | {"add_row", "step"}  # what a page of the editor sends

__all__ = [
    "EDITOR", "CaseForm", "DeleteForm", "DescribeForm", "FileForm", "MoveForm", "ReasonForm", "StartForm",
    "TakeOutForm",
]  # fmt: skip

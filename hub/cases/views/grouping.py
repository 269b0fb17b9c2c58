"""Long lists of codes in the form of a case, under what they belong to."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from hub.cases.forms import CaseForm
from hub.cases.rows import terms_now
from hub.web.locale import gettext as _
from hub.web.locale import in_language


class ClauseGroup(NamedTuple):
    """A principle with its clauses as ticks; it stands open where one is ticked or is to be chosen."""

    number: int
    code: str
    label: str
    choices: list[tuple[str, str, bool]]
    chosen: int
    is_near: bool = False


class ItemGroup(NamedTuple):
    """One of the five commitments, or the related instruments, with its items as ticks."""

    code: str
    label: str
    choices: list[tuple[str, str, bool]]


def clause_groups(form: CaseForm, near: Collection[str] = ()) -> list[ClauseGroup]:
    """Return the clauses by principle, as the form shows them; those of the principles in `near` stand open."""
    labels = dict(form.clauses.choices or [])
    ticked = set(form.clauses.data or [])
    groups = []
    for top in terms_now().top("gwangju"):
        codes = [code for code in labels if code.split(".")[0] == top.code]
        choices = [(code, labels.pop(code).removeprefix(f"{code} "), code in ticked) for code in codes]
        chosen = sum(is_on for _code, _label, is_on in choices)
        groups.append(
            ClauseGroup(top.number or 0, top.code, in_language(top.labels), choices, chosen, top.code in near)
        )
    if labels:
        rest = [(code, words, code in ticked) for code, words in labels.items()]
        groups.append(ClauseGroup(0, "", _("Other"), rest, sum(is_on for *_rest, is_on in rest)))
    return groups


def item_groups(form: CaseForm) -> list[ItemGroup]:
    """Return the commitment items under the five commitments and the related instruments."""
    terms, ticked = terms_now(), set(form["items"].data or [])
    groups: dict[str, ItemGroup] = {}
    for code, words in form["items"].choices or []:
        item = terms.items.get(code)
        group_code = item.group_code if item else ""
        term = terms.find("commitment-groups", group_code)
        label = in_language(term.labels) if term else _("Other")
        group = groups.setdefault(group_code, ItemGroup(group_code, label, []))
        group.choices.append((code, words.removeprefix(f"{code} "), code in ticked))
    return list(groups.values())

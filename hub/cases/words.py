"""What the fields of the template and the codes in them are called."""

from __future__ import annotations

from hub.cases.rows import terms_now
from hub.cases.template import CONSENTED, NOBODY
from hub.web.locale import gettext as _
from hub.web.locale import in_language

# Fields that hold one code, and the vocabulary that has its words.
CODE_LISTS = {
    "stage": "stages", "competence": "competences", "participation_level": "participation_levels",
    "cost_band": "cost_bands", "evidence_type": "result_evidence", "will_mentor": "", "people_check": "",
}  # fmt: skip


def template_names() -> dict[str, str]:
    """Return what each field of the template is called on pages."""
    return {
        "title": _("Title"),
        "summary": _("Summary"),
        "language": _("Language"),
        "lead_office": _("Lead office"),
        "contact_role": _("Whom to ask"),
        "contact_address": _("Its address"),
        "started": _("Year it began"),
        "ended": _("Year it ended"),
        "is_ongoing": _("Still running"),
        "is_approximate": _("Years are approximate"),
        "stage": _("Stage"),
        "clauses": _("Clauses of the Gwangju Principles"),
        "types": _("Kind of practice"),
        "groups": _("For whom"),
        "items": _("Commitments it serves"),
        "alliance": _("Principles of the US Alliance"),
        "rights": _("Rights of the Global Charter-Agenda"),
        "sdgs": _("Sustainable Development Goals"),
        "competence": _("Powers it needs"),
        "participation_level": _("How far people took part"),
        "problem": _("Problem"),
        "action": _("What was done"),
        "participation": _("Who took part"),
        "legal_basis": _("Legal basis"),
        "partners": _("Organisations involved"),
        "cost_band": _("Cost"),
        "cost_amount": _("Amount"),
        "cost_currency": _("Currency"),
        "cost_year": _("Year of the amount"),
        "staff": _("Staff"),
        "funders": _("Who paid"),
        "results": _("Results, as reported"),
        "evidence_type": _("How the results are known"),
        "indicators": _("Figures"),
        "failures": _("What did not work"),
        "conditions": _("What it took"),
        "lessons": _("Lessons"),
        "adapted_from": _("Adapted from"),
        "adapted_from_url": _("Address of what it was adapted from"),
        "essential": _("What must stay"),
        "adaptable": _("What can be changed"),
        "will_mentor": _("Will help others"),
        "sources": _("Evidence"),
        "people_check": _("People at risk"),
        "consent_note": _("Where the consent is kept"),
    }


def code_words(name: str, code: str) -> str:
    """Return the words for the code in a field; a code that its list does not know stands for itself."""
    if not code:
        return ""
    if name == "will_mentor":
        return {"yes": _("yes"), "no": _("no")}.get(code, code)
    if name == "people_check":
        return {
            NOBODY: _("Nobody at risk can be recognised"),
            CONSENTED: _("Who can be recognised agreed, and the consent is kept"),
        }.get(code, code)
    term = terms_now().find(CODE_LISTS.get(name) or name, code)
    return in_language(term.labels) if term else code

"""Writes of commitments: records, evidence, checks, registers, plans."""

from hub.commitments.service.checks import (
    NO_CONFLICT,
    SOME_CONFLICT,
    Finding,
    appeal,
    ask_for_check,
    ask_peer,
    decide_check,
    withdraw_check,
)
from hub.commitments.service.evidence import About, Description, Piece, change_evidence, remove_evidence
from hub.commitments.service.links import note_failed_link, note_unsaid_link, note_whole_link
from hub.commitments.service.plans import (
    ActionSaid,
    PlanSaid,
    add_action,
    add_plan,
    assess_action,
    change_action,
    change_plan,
    remove_action,
    remove_plan,
)
from hub.commitments.service.recording import Statement, record_status
from hub.commitments.service.registers import (
    NewRegister,
    accept_row,
    accept_sure,
    add_register,
    reject_row,
)
from hub.commitments.service.seeding import load_status_records
from hub.commitments.service.spans import Difference, compare_spans, note_several, note_spans, rebuild_spans

__all__ = [
    "NO_CONFLICT",
    "SOME_CONFLICT",
    "About",
    "ActionSaid",
    "Description",
    "Difference",
    "Finding",
    "NewRegister",
    "Piece",
    "PlanSaid",
    "Statement",
    "accept_row",
    "accept_sure",
    "add_action",
    "add_plan",
    "add_register",
    "appeal",
    "ask_for_check",
    "ask_peer",
    "assess_action",
    "change_action",
    "change_evidence",
    "change_plan",
    "compare_spans",
    "decide_check",
    "load_status_records",
    "note_failed_link",
    "note_several",
    "note_spans",
    "note_unsaid_link",
    "note_whole_link",
    "rebuild_spans",
    "record_status",
    "reject_row",
    "remove_action",
    "remove_evidence",
    "remove_plan",
    "withdraw_check",
]

"""Reads of commitments: records as lines, and what recording a status needs to know."""

from hub.commitments.queries.lines import (
    city_histories,
    city_states,
    current_states,
    item_histories,
    item_history,
    item_states,
    known_counts,
    list_lines,
    newest_lines,
)
from hub.commitments.queries.recording import (
    Kept,
    Meanwhile,
    due_for,
    evidence_ids,
    evidence_of,
    get_evidence,
    get_to_correct,
    missing_for_next,
    newest_record_ids,
    recorded_after,
)

__all__ = [
    "Kept",
    "Meanwhile",
    "city_histories",
    "city_states",
    "current_states",
    "due_for",
    "evidence_ids",
    "evidence_of",
    "get_evidence",
    "get_to_correct",
    "item_histories",
    "item_history",
    "item_states",
    "known_counts",
    "list_lines",
    "missing_for_next",
    "newest_lines",
    "newest_record_ids",
    "recorded_after",
]

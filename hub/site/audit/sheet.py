"""The log as a table to take away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from hub.site.audit.rows import person_label
from hub.site.audit.words import words_of
from hub.site.trail import Step
from hub.web.formats import absolute

HEADER = (
    "number", "at", "kind", "what", "who", "about", "address", "more", "before", "after", "door", "personal values",
)  # fmt: skip


def csv_rows(steps: Iterable[Step]) -> Iterator[list[Any]]:
    """Yield the log as cells, without network addresses.

    Personal values, and the before and after of accounts, stay on the page: a file is copied and mailed on, and
    nothing in it can be erased when its time comes. The cells say only whether there are any.
    """
    for step in steps:
        is_personal = bool(step.personal) or (bool(step.changes) and step.is_about_person)
        kept = "kept" if is_personal else "erased" if step.gone else ""
        pairs = {} if step.is_about_person else step.changes
        yield [
            step.entry.position,
            step.entry.recorded_at.isoformat(timespec="seconds"),
            step.entry.kind,
            words_of(step.entry.kind),
            person_label(step.actor) if step.actor else "hub",
            [person_label(each.person) if each.person else each.label for each in step.subjects],
            [absolute(subject.url) for subject in step.subjects if subject.url],
            [f"{name}={_spelled(value)}" for name, value in step.rest if name != "follow_id"],
            [f"{name}={_spelled(old)}" for name, (old, _new) in pairs.items() if old is not None],
            [f"{name}={_spelled(new)}" for name, (_old, new) in pairs.items() if new is not None],
            step.entry.door or "",
            kept,
        ]


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

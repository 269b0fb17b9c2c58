"""A case before and after a change, as the log keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hub.cases.content import content_of
from hub.cases.models import CaseStudy
from hub.core.log import Changes

MOST = 4_000  # characters of one value that the log keeps
_BESIDE = 200  # characters shown before a difference that lies further on

State = Mapping[str, Any]
NOTHING: State = {}  # what a case was before it was begun
_EMPTY: tuple[Any, ...] = (None, "", [], False)


def state_of(case: CaseStudy) -> dict[str, Any]:
    """Return all that can change of a stored case, its files by name and content; to be asked after a flush.

    Where a consent is kept is for the city alone and left out.
    """
    return content_of(case) | {
        "state": case.state,
        "version": case.version,
        "city": case.city_id,
        "is_demo": case.is_demo,
        "files": [
            [file.name, file.sha256, file.title, file.owner, file.licence, file.source, file.alt, file.people]
            for file in case.files
            if file.removed_at is None
        ],
    }


def changed(before: State, after: State) -> Changes:
    """Return what differs between two states, long values cut; what one lacks counts as None."""
    names = sorted({*before, *after})
    return {name: _pair(before.get(name), after.get(name)) for name in names if _differ(before, after, name)}


def _differ(before: State, after: State, name: str) -> bool:
    old, new = before.get(name), after.get(name)
    return bool(old != new) and not (not before and new in _EMPTY)


def _pair(before: Any, after: Any) -> tuple[Any, Any]:
    if isinstance(before, list) or isinstance(after, list):
        return _lists(before or [], after or [])
    if not isinstance(before, str) and not isinstance(after, str):
        return before, after
    old, new = _cut(before), _cut(after)
    if old == new:  # they differ only beyond the cut
        start = max(0, _first_difference(before, after) - _BESIDE)
        old, new = _cut(before, start), _cut(after, start)
    return old, new


def _cut(value: Any, start: int = 0) -> Any:
    if not isinstance(value, str) or (len(value) <= MOST and not start):
        return value
    return f"{'…' if start else ''}{value[start : start + MOST]}… ({len(value)})"


def _first_difference(before: str, after: str) -> int:
    both = zip(before, after, strict=False)
    return next((at for at, (one, other) in enumerate(both) if one != other), min(len(before), len(after)))


def _lists(before: Sequence[Any], after: Sequence[Any]) -> tuple[Any, Any]:
    """Return two lists whole, or, when they are long, what is in one of them alone."""
    if max(_size(before), _size(after)) <= MOST:
        return before, after
    gone, added = [each for each in before if each not in after], [each for each in after if each not in before]
    if not gone and not added:  # only their order changed
        gone, added = list(before), list(after)
    if max(_size(gone), _size(added)) <= MOST:
        return gone, added
    return _pair(_spelled(gone), _spelled(added))


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _size(value: Any) -> int:
    return len(_spelled(value))

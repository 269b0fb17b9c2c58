"""A line of what is due at a desk."""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    """Something to look at: its code if it has one, what it is, where it is mended, whose it is, and why."""

    code: str
    label: str
    url: str
    city: str
    words: str
    note: str = ""
    language: str = ""  # of the label, where it is a text of its own
    is_demo: bool = False

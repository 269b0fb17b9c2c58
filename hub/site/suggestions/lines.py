"""A suggestion as the desk shows it."""

from __future__ import annotations

from typing import NamedTuple


class Offer(NamedTuple):
    """A city or case to follow: its name, where it stands, and why it may be of use."""

    key: str  # its slug, by which it is followed
    title: str
    url: str
    where: str
    reasons: str
    language: str = ""  # of the title, where it is not that of the page
    home: str = ""  # the one of her cities that it is near to
    is_demo: bool = False

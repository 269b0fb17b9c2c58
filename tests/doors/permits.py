"""The table of who gets what at which door, as `permissions.txt` holds it for people to read."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.doors.people import PEOPLE

TABLE = Path(__file__).with_name("permissions.txt")

OUTCOMES = {
    200: "ok", 301: "moved", 302: "moved", 303: "moved", 308: "moved", 400: "form", 401: "sign-in", 403: "no",
    404: "missing", 409: "conflict", 410: "gone",
}  # fmt: skip
"""What an answer means; every other status stands as its number, and no number belongs in the table."""


class Permit(NamedTuple):
    """One line: a rule and method with its permission, and for each person what she gets for each object."""

    rule: str
    method: str
    permission: str
    objects: tuple[str, ...]
    outcomes: dict[str, tuple[str, ...]]

    def line(self) -> str:
        """Return the line as the table holds it; a person who gets the same for every object has it said once."""
        cells = [words[:1] if len(set(words)) == 1 else words for words in map(self.outcomes.__getitem__, PEOPLE)]
        shown = [f"{self.method:4} {self.rule:56}", f"{self.permission:11}", f"{'/'.join(self.objects):26}"]
        return " ".join([*shown, *(f"{'/'.join(cell):22}" for cell in cells)]).rstrip()


def read_line(line: str) -> Permit:
    """Return what a line says; raises AssertionError when it has not as many words as the table has columns."""
    method, rule, permission, objects, *cells = line.split()
    names = tuple(objects.split("/"))
    assert len(cells) == len(PEOPLE), f"a cell for each of {', '.join(PEOPLE)}: {line}"
    outcomes = {}
    for person, cell in zip(PEOPLE, cells, strict=True):
        words = tuple(cell.split("/"))
        outcomes[person] = words * len(names) if len(words) == 1 else words
        assert len(outcomes[person]) == len(names), f"a word for each of {objects}: {line}"
    return Permit(rule, method, permission, names, outcomes)


def read_table() -> dict[tuple[str, str], Permit]:
    """Return every line of the table by rule and method; raises AssertionError where one stands twice."""
    found: dict[tuple[str, str], Permit] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            permit = read_line(line)
            assert (permit.rule, permit.method) not in found, f"{permit.method} {permit.rule} stands twice"
            found[permit.rule, permit.method] = permit
    return found

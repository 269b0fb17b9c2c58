"""Other processes, as the system tells of them (`/proc`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Used:
    """What a process used: seconds of the processor, and megabytes at most."""

    seconds: float = 0.0
    megabytes: float = 0.0

    def look(self, pid: int) -> None:
        """Bring both up to date; a process that has just ended leaves them as they are."""
        try:
            status = Path(f"/proc/{pid}/status").read_text("ascii")
            fields = _fields(pid)
        except OSError:
            return
        self.seconds = (int(fields[11]) + int(fields[12])) / _TICKS
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.megabytes = max(self.megabytes, int(line.split()[1]) / 1024)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in task.read_text("ascii").split()]
        except OSError:
            continue
    return found


def is_running(pid: int) -> bool:
    """Tell whether a process is at work, and not only waits for someone to note that it ended."""
    try:
        return _fields(pid)[0] != "Z"
    except OSError:
        return False


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()

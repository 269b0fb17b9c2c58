"""Workers of the hub that begin in a moment, so that they can be killed again and again.

`python -m tests.drills.workers` loads the hub once; each line read is a copy of that process (fork) that does what
`hub worker` does, with the jobs of mail alone. Its number is printed; once it ended, so is how.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tests.drills.house import House


@dataclass
class Workers:
    """Starts one worker after the other."""

    starting: IO[str]
    said: IO[str]

    def start(self) -> int:
        """Start a worker and return its number."""
        self.starting.write("start\n")
        self.starting.flush()
        return int(self.said.readline())

    def ended(self) -> int:
        """Wait until it ended and return how: the signal that ended it, below zero."""
        return int(self.said.readline())


@contextmanager
def workers(house: House) -> Iterator[Workers]:
    """Give workers for a house, one at a time."""
    line = [sys.executable, "-m", "tests.drills.workers"]
    loaded = subprocess.Popen(
        line, env=house.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert loaded.stdin
    assert loaded.stdout
    try:
        yield Workers(loaded.stdin, loaded.stdout)
    finally:
        loaded.stdin.close()
        loaded.wait(30)
        loaded.stdout.close()


def main() -> None:
    """Start workers as asked, until nothing more is asked."""
    from hub import settings as hub_settings
    from hub import worker
    from hub.app import create_app
    from hub.cli.serving import work
    from hub.follows.jobs import JOBS

    app = create_app(hub_settings.load(os.environ))
    worker.JOBS = JOBS
    for _asked in sys.stdin:
        pid = os.fork()
        if not pid:
            work(app, until_parent_ends=True)
            os._exit(0)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()

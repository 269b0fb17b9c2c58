"""Run everything that must hold, in one go, and say at the end what was not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

NEEDED = {
    "Chromium": ("chromium", shutil.which("chromium")),
    "PostgreSQL": (
        "postgresql",
        next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None) or shutil.which("initdb"),
    ),
    "Redis": ("redis-server", shutil.which("redis-server")),
}
BIN = Path(sys.executable).parent


def main() -> int:
    """Run lint, types, contracts and the tests on both engines; returns the number of steps that failed."""
    missing = {name: package for name, (package, found) in NEEDED.items() if not found}
    full = os.environ.get("HUB_DRILL") == "full"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of hundreds of processes compiles all modules anew
    tests = [sys.executable, "-m", "pytest", "-q"]
    # By file, so that what a file makes once is made once; in the order of tests/conftest.py. More processes than
    # cores, since some only wait, for a worker's round or a deadline.
    by_file = ["--dist", "loadfile", "--no-loadscope-reorder"]
    sqlite = [*tests, "-n", "4" if full else "3", *by_file, "--engine=sqlite", "-m", "not quiet"]
    no_browser = ["--ignore=tests/browser", "-p", "no:playwright", "-m", "not browser and not alone and not quiet"]
    postgresql = [*tests, "-n", "4" if full else "2", *by_file, "--engine=postgresql", *no_browser]
    engines = [("tests on SQLite", sqlite)]
    if not {"PostgreSQL", "Redis"} & missing.keys():
        engines.append(("tests on PostgreSQL and Redis", postgresql))
    failed = look_through()
    rounds = [[("tests that want quiet", [*tests, "-m", "quiet", *quiet_files()])]]
    rounds += (
        [[each] for each in engines] if full else [engines]
    )  # one beside the other, unless all is run at full size
    if full:
        rounds.append([("benches", [sys.executable, "-m", "bench"])])
    for beside in rounds:
        failed += run_beside(beside)
    for name, package in missing.items():
        print(f"Not run: what needs {name}. Bring it with: apt install {package}")
    if failed:
        print("Failed: " + ", ".join(failed))
    return len(failed) + (len(missing) if os.environ.get("CI") == "true" else 0)


def run_beside(steps: list[tuple[str, list[str]]]) -> list[str]:
    """Run steps beside one another; what the first says is shown at once, of the others when they are done.

    Returns the names of those that failed.
    """
    started, failed = time.monotonic(), []
    with ExitStack() as stack:
        running = []
        for name, command in steps:
            said = stack.enter_context(tempfile.TemporaryFile("w+")) if running else None
            print(f"== {name}", flush=True)
            running.append((name, subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT), said))
        for name, process, said in running:
            if process.wait():
                failed.append(name)
            if said is not None:
                said.seek(0)
                print(said.read(), flush=True)
            print(f"== {name}: after {time.monotonic() - started:.0f} s", flush=True)
    return failed


def quiet_files() -> list[str]:
    """Return the files with tests that want quiet, so that the others need not be read for them."""
    return [str(path) for path in sorted(Path(__file__).parent.rglob("test_*.py")) if "mark.quiet" in path.read_text()]


def look_through() -> list[str]:
    """Run what only reads the code, all of it beside one another; returns the names of what failed."""
    commands = {
        "lint": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "types": ["mypy"],
        "import contracts": ["lint-imports"],
        "security lint": ["bandit", "-q", "-r", "hub", "-ll"],  # medium and above; each exception says why
    }
    started, failed = time.monotonic(), []
    running = {
        name: subprocess.Popen([str(BIN / tool), *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for name, (tool, *options) in commands.items()
    }
    for name, process in running.items():
        said, _ = process.communicate()
        print(f"== {name}: after {time.monotonic() - started:.0f} s\n{said.strip()}", flush=True)
        if process.returncode:
            failed.append(name)
    return failed


if __name__ == "__main__":
    sys.exit(main())

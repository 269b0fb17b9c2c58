"""Run everything that must hold, in one go, and say at the end what was not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
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
    # Four, since some only wait, for a worker's round or a deadline. By file, so that what a file makes once is made
    # once; in the order of tests/conftest.py.
    side_by_side = ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
    steps: list[tuple[str, list[str]]] = [
        ("tests that want quiet", [*tests, "-m", "quiet", *quiet_files()]),
        ("tests on SQLite", [*tests, *side_by_side, "--engine=sqlite", "-m", "not quiet"]),
    ]
    if not {"PostgreSQL", "Redis"} & missing.keys():
        no_browser = ["--ignore=tests/browser", "-p", "no:playwright", "-m", "not browser and not alone and not quiet"]
        postgresql = [*tests, *side_by_side, "--engine=postgresql", *no_browser]
        steps.append(("tests on PostgreSQL and Redis", postgresql))
    if full:
        steps.append(("benches", [sys.executable, "-m", "bench"]))
    failed = look_through()
    for name, command in steps:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)
    for name, package in missing.items():
        print(f"Not run: what needs {name}. Bring it with: apt install {package}")
    if failed:
        print("Failed: " + ", ".join(failed))
    return len(failed) + (len(missing) if os.environ.get("CI") == "true" else 0)


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

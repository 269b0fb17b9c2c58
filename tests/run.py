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
    side_by_side = ["-n", "3", "--dist", "loadgroup"]  # some only wait, for a worker's round or a deadline
    steps: list[tuple[str, list[str]]] = [
        ("lint", [str(BIN / "ruff"), "check", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("types", [str(BIN / "mypy")]),
        ("import contracts", [str(BIN / "lint-imports")]),
        ("security lint", [str(BIN / "bandit"), "-q", "-r", "hub", "-ll"]),  # medium and above; each exception says why
        ("tests that want quiet", [*tests, "-m", "quiet"]),
        ("tests on SQLite", [*tests, *side_by_side, "--engine=sqlite", "-m", "not quiet"]),
    ]
    if not {"PostgreSQL", "Redis"} & missing.keys():
        postgresql = [*tests, *side_by_side, "--engine=postgresql", "-m", "not browser and not alone and not quiet"]
        steps.append(("tests on PostgreSQL and Redis", postgresql))
    if full:
        steps.append(("benches", [sys.executable, "-m", "bench"]))
    failed = []
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


if __name__ == "__main__":
    sys.exit(main())

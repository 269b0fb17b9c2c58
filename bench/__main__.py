"""Run every bench: `python -m bench`, or one of them: `python -m bench.pages`."""

import importlib
import pkgutil
import sys

import bench


def main() -> int:
    """Run the benches one after the other; returns how many could not run."""
    failed = 0
    for module in sorted(info.name for info in pkgutil.iter_modules(bench.__path__) if not info.name.startswith("_")):
        print(f"== bench.{module}", flush=True)
        failed += bool(importlib.import_module(f"bench.{module}").main())
    return failed


if __name__ == "__main__":
    sys.exit(main())

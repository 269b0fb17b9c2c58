"""How long after a commit every web process of a node finds it."""

from __future__ import annotations

import statistics
import time

import requests
from sqlalchemy import select

from hub.cases.events import CaseRevised
from hub.cases.models import PUBLISHED, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import record

TIMES = 12
LONGEST = 30  # seconds


def measure_updates(ports: list[int]) -> None:
    """Revise a few cases, each after the one before is found everywhere, and print what it took; inside the hub.

    The titles are as they were afterwards.
    """
    ids = list(db.session.scalars(select(CaseStudy.id).where(CaseStudy.state == PUBLISHED).limit(TIMES)))
    titles, seconds = {}, []
    run = f"{time.time_ns():x}"
    for case_id in ids:
        mark = f"quincunx{run}{case_id}"
        titles[case_id] = _retitle(case_id, mark)
        committed = time.perf_counter()
        waiting = set(ports)
        while waiting:
            waiting -= {port for port in waiting if _is_found(port, mark)}
            if time.perf_counter() - committed > LONGEST:
                raise SystemExit(f"not found after {LONGEST} seconds on {sorted(waiting)}")
            time.sleep(0.02)
        seconds.append(time.perf_counter() - committed)
    for case_id, title in titles.items():
        _retitle(case_id, title)
    print(
        f"  an update is found in {len(ports)} processes after {statistics.median(seconds):.2f} s, "
        f"at worst {max(seconds):.2f} s of {len(seconds)}"
    )


def _retitle(case_id: int, title: str) -> str:
    """Give a case a title and say so in the log; returns the title before."""
    with transaction():
        case = db.session.get_one(CaseStudy, case_id)
        before, case.title = case.title, title
        record(CaseRevised(case_id=case_id), by=None, now=clock.now())
    return before


def _is_found(port: int, mark: str) -> bool:
    return bool(requests.get(f"http://localhost:{port}/cases.json", params={"q": mark}, timeout=30).json()["total"])

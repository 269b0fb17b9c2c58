"""How long after "Publish" a case is found by search, and its city's follower is told: on a node of its own."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from tests.hands import Hands
from tests.nodes import node

TIMES = 15
WHOLE = {
    "problem": "No buses at night.", "action": "The city pays for them.", "none_yet": "y", "clauses": ["GP8.2"],
    "main_principle": "GP8", "types": ["indicators_and_monitoring"], "groups": ["all_inhabitants"], "started": "2020",
    "do": "publish",
}  # fmt: skip


def main() -> int:
    """Publish a number of cases over HTTP and print medians and worst cases in seconds; returns 0."""
    with tempfile.TemporaryDirectory() as folder, node(Path(folder)) as running:
        accounts = {(each["role"], each["city"]): each for each in running.accounts()}
        coordinator, reader = Hands(running.base_url), Hands(running.base_url)
        for hands, city in ((coordinator, "gwangju"), (reader, "utrecht")):
            account = accounts["coordinator", city]
            hands.sign_in(account["email"], account["password"])
        reader.fill("/cities/gwangju", "/follow", {})
        saved, found, told = [], [], []
        for number in range(TIMES):
            mark = f"quincunx{number}"
            new = {"title": f"Benches {mark}", "summary": "Benches in every park.", "language": "en"}
            edit = coordinator.fill("/cases/new", "/cases/new", new).headers["Location"]
            begun = time.perf_counter()
            answer = coordinator.fill(edit, edit, WHOLE)
            if answer.status_code != 303:
                raise SystemExit(f"publishing answers {answer.status_code}")
            published = time.perf_counter()
            saved.append(published - begun)
            found.append(_until(lambda mark=mark: _is_found(running.base_url, mark), published))
            told.append(_until(lambda mark=mark: mark in reader.get("/notifications").text, published))
    for words, seconds in (("opened, filled, published", saved), ("then found by search", found), ("then told", told)):
        print(f"{words:28} median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s of {len(seconds)}")
    return 0


def _until(is_so: Callable[[], bool], since: float) -> float:
    while not is_so():
        if time.perf_counter() - since > 60:
            raise SystemExit("not within a minute")
        time.sleep(0.02)
    return time.perf_counter() - since


def _is_found(base_url: str, mark: str) -> bool:
    return bool(requests.get(f"{base_url}/cases.json", params={"q": mark}, timeout=30).json()["total"])


if __name__ == "__main__":
    main()

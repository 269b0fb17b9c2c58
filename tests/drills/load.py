"""People who write and read while something goes wrong, and what they were told."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self

import requests

from tests.cli.test_killed import CITIES, ITEMS, WHOLE, Acknowledged
from tests.conftest import FULL
from tests.hands import Hands, form_to

PAGES = (
    "/", "/cases/", "/cases/?q=council", "/cases/?principle=GP8", "/cities/gwangju", "/cities/", "/commitments/",
    "/cities/utrecht/commitments", "/news/", "/search?q=rights", "/cases.json", "/cases.atom", "/about",
)  # fmt: skip
WRITERS, READERS = 4, 2
BREATH = 0.02 if FULL else 0.1  # seconds between two pages of a reader; it leaves the processor to other tests


class Refused(Exception):
    """The hub could not do it now, or did what it must not; the writer goes on with something else."""


@dataclass
class Heard:
    """What everyone was told; `phase` is how the house is when a request begins."""

    said: Acknowledged = field(default_factory=Acknowledged)
    phase: str = "before"
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # phase, read or write, status
    slowest: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def number(self, phase: str, kind: str, status: int) -> int:
        """How many answers of one kind there were."""
        return self.answers[phase, kind, status]

    def figures(self) -> str:
        """What happened, in one line."""
        told = ", ".join(f"{phase} {kind} {status}: {n}" for (phase, kind, status), n in sorted(self.answers.items()))
        slow = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in sorted(self.slowest.items()))
        return f"{self.said.number} writes acknowledged; {told}; slowest: {slow}; wrong: {len(self.wrong)}"


class Load:
    """Writers (coordinators of three cities) and readers, from entering until leaving."""

    def __init__(
        self, base_url: str, cookies: dict[str, str], heard: Heard, marks: count[int], *, troubles: Iterable[str] = (),
        is_record_away: bool = False,
    ) -> None:  # fmt: skip
        self.base_url, self.heard, self.marks = base_url, heard, marks
        self.troubles = frozenset(troubles)  # phases in which writes may be refused
        self.is_record_away = is_record_away  # then reads are refused too, and the words alone will do for a page
        self.stop = threading.Event()
        names = [CITIES[number % len(CITIES)] for number in range(WRITERS)]
        self.threads = [threading.Thread(target=self._write, args=(name, cookies[name])) for name in names]
        self.threads += [threading.Thread(target=self._read) for _ in range(READERS)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive(), "someone still waits for an answer"

    def write_more(self, number: int) -> None:
        """Wait until so many more writes were acknowledged."""
        self.heard.said.wait_for(self.heard.said.number + number)

    def wait_for(self, phase: str, kind: str, status: int, number: int) -> None:
        """Wait until so many answers of a kind came."""
        deadline = time.monotonic() + 120
        while self.heard.number(phase, kind, status) < number:
            assert time.monotonic() < deadline, f"no {number} times {status} ({phase} {kind}): {self.heard.figures()}"
            time.sleep(0.02)

    def _asked(self, hands: Hands, kind: str, path: str, expected: Iterable[int], sent: Any = None) -> Any:
        phase, begun = self.heard.phase, time.monotonic()
        try:
            answer = hands.get(path) if sent is None else hands.post(path, sent)
        except requests.RequestException as error:
            self.heard.wrong.append(f"{phase} {kind} {path}: {type(error).__name__}: {error}"[:500])
            raise Refused from error
        if self.heard.phase in self.troubles:
            phase = self.heard.phase  # it began before, and was cut off
        took = time.monotonic() - begun
        self.heard.slowest[kind] = max(took, self.heard.slowest.get(kind, 0.0))
        self.heard.answers[phase, kind, answer.status_code] += 1
        if answer.status_code in expected:
            return answer
        may_fail = phase in self.troubles and (kind == "write" or self.is_record_away)
        if answer.status_code != 503 or not may_fail or not self._is_kind(answer):
            self.heard.wrong.append(f"{phase} {kind} {path}: {answer.status_code} {answer.text[:1500]}")
        raise Refused

    def _is_kind(self, answer: requests.Response) -> bool:
        """Tell whether a refusal says when to try again, on a page in the hub's look."""
        if "Retry-After" not in answer.headers:
            return False
        if not answer.headers["Content-Type"].startswith("text/html"):
            return answer.headers["Content-Type"].startswith("application/problem+json")
        return "<h1>" in answer.text and (self.is_record_away or 'class="mainnav"' in answer.text)

    def _fill(self, hands: Hands, page: str, action: str, values: dict[str, Any], expected: Iterable[int]) -> Any:
        opened = self._asked(hands, "read", page, (200,))
        form = form_to(opened.text, action)
        return self._asked(hands, "write", form.action, expected, form.filled(values))

    def _write(self, city: str, cookie: str) -> None:
        hands = Hands(self.base_url)
        hands.keep("session", cookie)
        while not self.stop.is_set():
            try:
                self._write_round(hands, city)
            except Refused:
                self.stop.wait(0.1)
            except Exception as error:  # what a thread raises nobody sees
                self.heard.wrong.append(f"{type(error).__name__}: {error}"[:500])
                self.stop.wait(0.1)

    def _write_round(self, hands: Hands, city: str) -> None:
        said, mark = self.heard.said, f"mark{next(self.marks)}x"
        new = {"title": f"Night buses {mark}", "summary": "Buses run all night.", "language": "en"}
        edit = self._fill(hands, "/cases/new", "/cases/new", new, (303,)).headers["Location"]
        slug = edit.split("/")[2]
        said.drafts.add(slug)
        self._fill(hands, f"{edit}?step=all", f"/cases/{slug}/edit", WHOLE | {"do": "publish"}, (303,))
        said.published.add(slug)
        record = f"/cities/{city}/commitments/{random.choice(ITEMS)}/record"
        status = {"status": "adopted", "since": "2020", "precision": "year", "note": mark, "no_evidence": "y"}
        if self._fill(hands, record, record, status, (303, 409)).status_code == 303:  # 409: two writers of one city
            said.notes.add(mark)
        people = f"/cities/{city}/people"
        values = {"email": f"{mark}@example.org", "role": "contributor"}
        if self._fill(hands, people, people, values, (303, 429)).status_code == 303:
            said.invited.add(f"{mark}@example.org")

    def _read(self) -> None:
        hands = Hands(self.base_url)
        while not self.stop.is_set():
            with suppress(Refused):
                self._asked(hands, "read", random.choice(PAGES), (200,))
            self.stop.wait(BREATH)

"""Parsing in a process of its own, which can be ended: a few hundred kilobytes can keep a parser busy for minutes.

The process (`python -m hub.feeds.parsing`) is given documents one after another on its standard input and answers in
JSON; it has neither the settings nor the database.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any

from hub.core.text import N_
from hub.feeds.decode import decode
from hub.feeds.discover import FoundFeed, find_feeds
from hub.feeds.parse import Enclosure, ParsedEntry, ParsedFeed, UnreadableFeed, is_web_page, parse_feed

SECONDS = 20.0
CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024
MAX_FRAME = 64 * 1024 * 1024
TOO_HARD = N_("The feed takes too much time or memory to read.")
_LENGTH = struct.Struct(">I")
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "VIRTUAL_ENV")


@dataclass(frozen=True)
class WebPage:
    """A web page instead of a feed, with the feeds it names."""

    feeds: tuple[FoundFeed, ...]


class Parser:
    """One such process, started when it is first needed and again after it had to be ended; not shared by threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Parser:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def read(self, content: bytes, content_type: str, address: str) -> ParsedFeed | WebPage:
        """Return the feed that a document is, or the feeds that a web page names; raises UnreadableFeed."""
        header = json.dumps({"content_type": content_type[:200], "address": address}).encode()
        answer = self._ask(header + b"\n" + content)
        if "error" in answer:
            raise UnreadableFeed(str(answer["error"]))
        if "page" in answer:
            return WebPage(tuple(FoundFeed(**each) for each in answer["page"]))
        return _feed(answer["feed"])

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close() if pipe else None
            process.wait()

    def _ask(self, request: bytes) -> dict[str, Any]:
        if self._process is not None and self._process.poll() is not None:  # it ended while nobody asked it
            self.close()
        process = self._process = self._process or _start()
        watchdog = threading.Timer(self._seconds, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _write(process.stdin, request)
            answer = _read(process.stdout, MAX_FRAME)
            if answer is None:
                raise EOFError
            found: dict[str, Any] = json.loads(answer)
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise UnreadableFeed(TOO_HARD) from error
        finally:
            watchdog.cancel()
        return found


class Parsers:
    """A few such processes that threads share; one that is free reads the next document."""

    def __init__(self, number: int) -> None:
        self._made = [Parser() for _number in range(number)]
        self._free: SimpleQueue[Parser] = SimpleQueue()
        for parser in self._made:
            self._free.put(parser)

    def __enter__(self) -> Parsers:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        for parser in self._made:
            parser.close()

    def read(self, content: bytes, content_type: str, address: str) -> ParsedFeed | WebPage:
        """Do as `Parser.read` does."""
        parser = self._free.get()
        try:
            return parser.read(content, content_type, address)
        finally:
            self._free.put(parser)


def _start() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "hub.feeds.parsing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _write(pipe: IO[bytes], frame: bytes) -> None:
    pipe.write(_LENGTH.pack(len(frame)))
    pipe.write(frame)
    pipe.flush()


def _read(pipe: IO[bytes], most: int) -> bytes | None:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > most:
        raise ValueError("too long")
    frame = pipe.read(length)
    return frame if len(frame) == length else None


def _feed(given: dict[str, Any]) -> ParsedFeed:
    entries = tuple(
        ParsedEntry(
            **each | {
                "published_at": _moment(each["published_at"]), "updated_at": _moment(each["updated_at"]),
                "terms": tuple(each["terms"]), "enclosures": tuple(Enclosure(**one) for one in each["enclosures"]),
            }
        )
        for each in given["entries"]
    )  # fmt: skip
    return ParsedFeed(**given | {"entries": entries})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _work() -> None:
    """Answer documents until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (frame := _read(sys.stdin.buffer, MAX_FRAME)) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS  # it ends by itself, even if nobody watches it
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        head, _newline, content = frame.partition(b"\n")
        _write(sys.stdout.buffer, _spelled(_answer(content, **json.loads(head))))


def _answer(content: bytes, content_type: str, address: str) -> dict[str, Any]:
    try:
        return {"feed": asdict(parse_feed(content, content_type, address))}
    except UnreadableFeed as error:
        text = decode(content, content_type)
        if is_web_page(text):
            return {"page": [asdict(each) for each in find_feeds(text, address)]}
        return {"error": str(error)}
    except MemoryError:
        return {"error": TOO_HARD}


def _spelled(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, default=_as_text, ensure_ascii=False).encode("utf-8", "replace")


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


if __name__ == "__main__":
    _work()

"""Made-up news to read: feeds of a fixed seed in four languages, given out from many loopback addresses.

    python -m bench._feedsite PORT HOSTS FEEDS        says "ready" when it answers, and ends with its standard input

The feed of number n is at http://127.0.0.(2 + n % HOSTS):PORT/n, with an ETag: who has it already is told so.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from bench._words import sentences, words

SEED = 11
ENTRIES = 50
TITLE, TEXT = 8, 60  # words
NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
LANGUAGES = ("en", "ko", "es", "fr")
_RSS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{title}</title>'
    "<link>https://news.example/{number}</link><language>{language}</language>\n{entries}</channel></rss>"
)
_RSS_ITEM = (
    '<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">urn:news:{number}:{at}</guid>'
    "<pubDate>{rfc}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>\n"
)
_ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
    '<title>{title}</title><id>urn:news:{number}</id><link href="https://news.example/{number}"/>\n{entries}</feed>'
)
_ATOM_ENTRY = (
    '<entry><title>{title}</title><link href="{link}"/><id>urn:news:{number}:{at}</id><published>{iso}</published>'
    '<updated>{iso}</updated><summary type="html">&lt;p&gt;{text}&lt;/p&gt;</summary></entry>\n'
)


def host_of(number: int, hosts: int) -> str:
    """Return the loopback address that gives out a feed."""
    return f"127.0.0.{2 + number % hosts}"


def feed(number: int) -> bytes:
    """Return the feed of a number, always the same: two of three are RSS, the third is Atom."""
    chance = random.Random(SEED * 1_000_003 + number)
    language = LANGUAGES[number % len(LANGUAGES)]
    whole, one = (_ATOM, _ATOM_ENTRY) if number % 3 == 2 else (_RSS, _RSS_ITEM)
    entries = []
    for at in range(ENTRIES):
        when = NEWEST - timedelta(hours=at * 20 + number % 20)
        given = words(language, TITLE + TEXT, chance)
        entries.append(
            one.format(
                title=" ".join(given[:TITLE]).capitalize(), text=sentences(given[TITLE:]), number=number, at=at,
                link=f"https://news.example/{number}/{at}", rfc=format_datetime(when), iso=when.isoformat(),
            )
        )  # fmt: skip
    title = " ".join(words(language, 3, chance)).capitalize()
    return whole.format(title=title, number=number, language=language, entries="".join(entries)).encode()


def answer(head: bytes, feeds: list[bytes]) -> bytes:
    """Return what is answered to the head of a request."""
    path = head.split(b" ", 2)[1][1:]
    number = int(path) if path.isdigit() else -1
    if not 0 <= number < len(feeds):
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    mark = b'"%d"' % number
    if b"if-none-match: " + mark in head.lower():
        return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\nConnection: close\r\n\r\n" % mark
    lines = b"ETag: %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close"
    return b"HTTP/1.1 200 OK\r\n" + lines % (mark, len(feeds[number])) + b"\r\n\r\n" + feeds[number]


async def serve(port: int, hosts: int, feeds: list[bytes]) -> asyncio.Server:
    """Begin to answer on that port of so many loopback addresses."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.write(answer(await reader.readuntil(b"\r\n\r\n"), feeds))
            await writer.drain()
        writer.close()

    return await asyncio.start_server(one, [host_of(number, hosts) for number in range(hosts)], port, backlog=200)


async def _run(port: int, hosts: int, number: int) -> None:
    server = await serve(port, hosts, [feed(each) for each in range(number)])
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_run(*(int(each) for each in sys.argv[1:4])))

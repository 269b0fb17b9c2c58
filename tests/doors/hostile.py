"""Values that no honest address holds."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote_from_bytes

from hub.web.params import MAX_QUERY_BYTES, MAX_VALUES

IMPOSSIBLE: dict[str, bytes] = {
    "NUL": b"a%00b",
    "NUL alone": b"%00",
    "not UTF-8": b"%ff%fe",
    "cut UTF-8": b"caf%c3",
    "raw bytes": b"\xff\xfe\x80",
    "surrogate": b"%ed%a0%80",
    "escape": b"%1b[31m",
}
"""No parameter can hold these: each is refused by name."""

ODD: dict[str, bytes] = {
    "empty": b"",
    "space": b"%20",
    "word": b"banana",
    "negative": b"-1",
    "zero": b"0",
    "float": b"1.5",
    "exponent": b"1e309",
    "NaN": b"NaN",
    "long number": b"9" * 39,
    "Arabic digits": "٣".encode(),
    "superscript": "²".encode(),
    "date": b"0000-00-00",
    "late date": b"9999-12-31",
    "emoji": "🏳️‍🌈👩‍👩‍👧".encode(),
    "right to left": "‮حقوق الإنسان⁧".encode(),
    "combining": ("e" + "\u0301" * 300).encode(),
    "folders": b"../../../../etc/passwd",
    "folders in percent": b"..%2f..%2fetc%2fpasswd",
    "SQL": b"'%20OR%201=1;--",
    "SQL union": b"x'%29%20UNION%20SELECT%20password%20FROM%20users--",
    "like": b"%25%25%25_%5C",
    "Jinja": b"{{7*7}}{%25%20for%20x%20in%20[1]%20%25}{{config}}",
    "format": b"%25(field)s%25s{0}%25d",
    "header": b"a%0d%0aSet-Cookie:%20x=1",
    "brackets": b"((((((((((((((((((((((((((((((",
    "syntax": b'a%20AND%20OR%20NOT%20"%20title:%20%5B1%20TO%20%5D%20*%20?%20~%20^',
    "wildcards": b"*%20**%20a*%20?*",
    "long word": b"a" * 499,
    "500 words": b"+".join([b"a"] * 240),
    "percent": b"%",
    "half percent": b"%2",
    "boolean": b"true",
    "JSON": b'{"$gt":""}',
    "address": b"https://evil.example/",
    "protocol": b"//evil.example/%5C",
    "script": b"javascript:alert(1)",
}
"""These may be read, refused by name, or find nothing."""

HUGE = b"a" * (MAX_QUERY_BYTES + 1000)
MANY = MAX_VALUES + 1

PATHS: dict[str, bytes] = {
    "unknown": b"no-such-thing",
    "NUL": b"a\x00b",
    "NUL alone": b"\x00",
    "not UTF-8": b"\xff\xfe",
    "surrogate": b"\xed\xa0\x80",
    "escape": b"\x1b[31m",
    "line end": b"a\r\nSet-Cookie: x=1",
    "huge": b"a" * 9000,
    "emoji": "🏳️‍🌈".encode(),
    "right to left": "‮حقوق".encode(),
    "hangul": "없는것".encode(),
    "dots": b"...",
    "suffix": b"graz-advisory-council.exe",
    "suffix twice": b"graz-advisory-council.json.json",
    "nothing before the suffix": b".json",
    "capitals": b"GRAZ-ADVISORY-COUNCIL",
    "SQL": b"' OR 1=1;--",
    "like": b"%",
    "Jinja": b"{{7*7}}",
    "format": b"%(x)s %s",
    "tag": b"<script>alert(1)<",
    "attribute": b'"onmouseover="alert(1)',
    "number": b"1",
    "negative": b"-1",
    "reserved": b"new",
}
"""These stand for a slug or a code that nothing has."""


def payloads(shared: Path, full: bool) -> list[str]:
    """Return lines that try to run script in a page: 200 spread over the file, or all of it.

    The file is https://github.com/payloadbox/xss-payload-list. Raises FileNotFoundError where it is missing.
    """
    text = (shared / "data" / "hostile" / "xss-payloadbox.txt").read_text(encoding="utf-8", errors="surrogateescape")
    lines = list(dict.fromkeys(line for line in text.splitlines() if line.strip()))
    return lines if full else lines[:: max(1, len(lines) // 200)]


def in_query(payload: str) -> bytes:
    """Return a payload as a browser would put it into a query."""
    return quote_from_bytes(payload.encode("utf-8", "surrogateescape"), safe="").encode("ascii")

"""Values that no honest address holds."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
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


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 5_000_000)
        archive.writestr("../../etc/passwd", b"root:x:0:0")
    return packed.getvalue()


FILES: dict[str, bytes] = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "NUL": b"\x00" * 100,
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "half a PNG": _png(8, 8)[:30],
    "a PNG of a gigapixel": _png(60_000, 60_000),
    "a PNG of two gigapixels and more": _png(2**31 - 1, 2**31 - 1),
    "a PNG of no size": _png(0, 0),
    "PNG's first bytes": b"\x89PNG\r\n\x1a\n",
    "JPEG's first bytes": b"\xff\xd8\xff\xe0" + b"\x00" * 60,
    "WebP's first bytes": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    "a GIF that is a script": b"GIF89a/*\x01\x00\x01\x00\x80*/=1;alert(1)//",
    "a TIFF": b"II*\x00\x08\x00\x00\x00\xff\xff" + b"\xff" * 200,
    "a PDF that is a page": b"%PDF-1.4\n<script>alert(1)</script>",
    "a PDF inside a page": b"<html>%PDF-1.4</html>",
    "a small zip that becomes large": _zip(),
    "XML with entities": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "PostScript": b"%!PS\n(/etc/passwd) (r) file",
}
"""Contents that claim to be something else, or are more than they seem."""

HEADERS: dict[str, list[str]] = {
    "Accept": ["application/json", "*/*;q=nan", "text/html;level=", ",,,", "a/b/c", "application/problem+json", "\xff"],
    "Accept-Language": ["tlh", "*", "ko;q=x", "-", "en" * 2000, "\xff\xfe", "zh-Hant-TW-x-a;q=0.0001,,;"],
    "Accept-Encoding": ["gzip;q=nan", "br,,", "\xff"],
    "If-None-Match": ["*", 'W/"x', '"', '"' + "a" * 3000 + '"', "\xff"],
    "If-Match": ["*", '"x"'],
    "If-Modified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 99 Foo 99999 99:99:99 GMT", "0", "\xff"],
    "If-Range": ['"x"', "yesterday"],
    "Range": ["bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-0,1-1,2-2", "bytes=" + "9" * 30 + "-", "lines=1", "\xff"],
    "X-Request-ID": ["a", "a" * 5000, "<script>", "abc-12345678", "\xff", "%0d%0aX: y"],
    "Referer": ["http://[::1", "x", "\xff", "http://localhost//evil.example"],
    "Origin": ["null", "https://evil.example", "http://[", "\xff"],
    "Content-Encoding": ["gzip", "x"],
    "Transfer-Encoding": ["chunked", "gzip, chunked"],
    "Expect": ["100-continue", "x"],
    "Authorization": ["Basic \xff", "Bearer x", "Negotiate"],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-CSRFToken": ["\xff", "x", ""],
    "X-Forwarded-For": ["\xff", "1.2.3.4, x", "::1%lo"],
    "Cookie": ["session=x", "session=.eJx; lang=tlh", "=;=;;", "\xff=\xfe", "session=" + "a" * 5000, "__Host-session=x",
               "lang=\x7f"],
}  # fmt: skip
"""Headers as no browser sends them."""
CONTENT_TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + "a" * 300,
    "multipart/form-data; boundary=\xff",
    "application/json", "application/json; charset=utf-7", "text/plain", "application/xml", "image/png", "", "x",
    "\xff/\xfe",
]  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "FOO"]

"""Reads the words of a PDF as a reader's copy command would: glyphs through the fonts' ToUnicode tables."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.S)
_INNER = rb"(?:\\.|[^\\()])*"
_LITERAL = rb"\(" + _INNER + rb"(?:\((?:" + _INNER + rb"(?:\(" + _INNER + rb"\))?)*\)" + _INNER + rb")*\)"
_TOKEN = re.compile(rb"<<.*?>>|(" + _LITERAL + rb"|<[0-9A-Fa-f\s]*>)|/(f\d+) [\d.]+ Tf", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, its glyph runs joined without separators."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    found = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b(?!s)", body)]
    return [_page(body, objects) for body in found]


def text(pdf: bytes) -> str:
    """Return the text of all pages without white space, so that line breaks do not matter."""
    return bare("".join(pages(pdf)))


def bare(words: str) -> str:
    """Return a text without white space and without the marks that let long words break."""
    return "".join(words.split()).replace("\u200b", "")


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    resources = objects[_reference(body, b"Resources")]
    fonts = {
        name: _table(_stream(objects[_reference(objects[int(number)], b"ToUnicode")]))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        if b"/ToUnicode" in objects[int(number)]
    }
    words, table = [], {}
    for string, font in _TOKEN.findall(_stream(objects[_reference(body, b"Contents")])):
        if font:
            table = fonts.get(font, {})
        elif string:
            glyphs = _bytes(string)
            words += [table.get(glyphs[at : at + 2], "") for at in range(0, len(glyphs), 2)]
    return "".join(words)


def _reference(body: bytes, name: bytes) -> int:
    match = re.search(rb"/" + name + rb"\s+(\d+) 0 R", body)
    assert match, f"{name!r} is not referred to"
    return int(match[1])


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream")
    content = rest.lstrip(b"\r\n")
    return zlib.decompressobj().decompress(content) if b"FlateDecode" in head else content


def _table(cmap: bytes) -> dict[bytes, str]:
    table = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for glyph, units in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[bytes.fromhex(glyph.decode())] = bytes.fromhex(units.decode()).decode("utf-16-be")
    return table


def _bytes(string: bytes) -> bytes:
    if string[:1] == b"<":
        return bytes.fromhex(string[1:-1].decode())
    return re.sub(rb"\\([0-7]{1,3})|\\(.)", _unescaped, string[1:-1], flags=re.S)


def _unescaped(hit: re.Match[bytes]) -> bytes:
    return bytes([int(hit[1], 8)]) if hit[1] else _ESCAPES.get(hit[2], hit[2])

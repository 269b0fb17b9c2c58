"""From the bytes of a document to text, as browsers read the names of encodings (WHATWG Encoding Standard)."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

# What sites call by the first name is really written in the second.
_MEANT = {
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "ks_c_5601": "cp949",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "big5": "big5hkscs", "iso-8859-9": "cp1254",
}  # fmt: skip
_KNOWN = re.compile(
    r"utf-?(8|16|16le|16be|32)|iso-(8859|2022)-\S+|windows-\d+|cp\d+|koi8-\w|euc-\w+|gb18030|big5\w*", re.I
)
_BYTE_ORDER = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.I)
_DECLARATION = re.compile(r"<\?xml[^>]{0,400}\?>", re.I)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Read(NamedTuple):
    """The text of a document, and whether all of it could be read."""

    text: str
    is_whole: bool


def read_text(content: bytes, content_type: str = "") -> Read:
    """Return the text of a document without its XML declaration and without characters that XML does not know.

    What is UTF-8 is read as that, whatever it is labelled; else what the header says counts before the document.
    """
    for mark, name in _BYTE_ORDER:
        if content.startswith(mark):
            return _tried(content, name) or _replaced(content, name)
    labels = [*_IN_HEADER.findall(content_type), *(found.decode() for found in _DECLARED.findall(content[:1024]))]
    names = [_MEANT.get(label.lower(), label.lower()) for label in labels]
    names = [name for name in names if _KNOWN.fullmatch(name)]
    if b"\x1b" not in content:  # else it may be ISO 2022, whose bytes are all plain ASCII
        names.insert(0, "utf-8")
    for name in names:
        if found := _tried(content, name):
            return found
    return _replaced(content, next((name for name in names[1:2] if name not in ("utf-16", "utf-32")), "utf-8"))


def decode(content: bytes, content_type: str = "") -> str:
    """Return only the text that `read_text` finds."""
    return read_text(content, content_type).text


def without_unknown(text: str) -> str:
    """Return a text without characters that XML does not know."""
    return _NOT_TEXT.sub("", text)


def _tried(content: bytes, name: str) -> Read | None:
    try:
        return _cleared(content.decode(name))
    except (UnicodeError, LookupError):
        return None


def _replaced(content: bytes, name: str) -> Read:
    try:
        text = content.decode(name, "replace")
    except (UnicodeError, LookupError):
        text = content.decode("utf-8", "replace")
    return Read(_cleared(text).text, False)


def _cleared(text: str) -> Read:
    text, unknown = _NOT_TEXT.subn("", text)
    return Read(_DECLARATION.sub("", text, count=1), not unknown)

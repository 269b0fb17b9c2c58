"""How a case is cited: in words, as BibTeX and as RIS. No value can break out of its field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

PUBLISHER = "Human Rights Cities Hub"
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
_JOINERS = "\u200c\u200d"  # letters of several scripts need them
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """What every way of citing a case needs; `author` is the hub itself for what it compiled from public sources."""

    slug: str
    title: str
    author: str
    place: str  # "Graz, Austria", or a country alone
    language: str
    summary: str
    version: int
    updated_at: datetime
    url: str
    keywords: tuple[str, ...]
    note: str

    @property
    def key(self) -> str:
        """The name of the entry in a bibliography, of ASCII letters, digits and hyphens."""
        bare = re.sub(r"[^a-z0-9-]+", "-", self.slug.lower()).strip("-")
        return "hub-" + (bare or f"{self.updated_at:%Y%m%d}")


def one_line(text: str) -> str:
    """Return a text on one line, without control characters and without signs that turn the reading direction."""
    visible = "".join(char if char.isprintable() or char.isspace() or char in _JOINERS else " " for char in text)
    return " ".join(visible.split())


def latex(text: str) -> str:
    """Return a text for a field of BibTeX: what LaTeX would read as a command stands for itself."""
    return "".join(_LATEX.get(character, character) for character in one_line(text))


def bibtex(cited: Citation) -> str:
    """Return the case as one entry of BibTeX (and BibLaTeX)."""
    address = cited.url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
    fields = {
        "author": "{" + latex(cited.author) + "}",
        "title": "{" + latex(cited.title) + "}",
        "year": f"{cited.updated_at:%Y}",
        "month": f"{cited.updated_at:%m}".lstrip("0"),
        "publisher": "{" + PUBLISHER + "}",
        "howpublished": "{" + f"{PUBLISHER}, case {latex(cited.slug)}, version {cited.version}" + "}",
        "address": latex(cited.place),
        "version": str(cited.version),
        "url": address,
        "language": latex(cited.language),
        "keywords": latex(", ".join(cited.keywords)),
        "note": latex(cited.note),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value.strip("{} "))
    return f"@misc{{{cited.key},\n{lines}\n}}\n"


def ris(cited: Citation) -> str:
    """Return the case as one RIS record, lines ended by CR LF as the format asks."""
    pairs = [
        ("TY", "ELEC"),
        ("TI", cited.title),
        ("AU", cited.author),
        ("PY", f"{cited.updated_at:%Y}"),
        ("DA", f"{cited.updated_at:%Y/%m/%d}"),
        ("PB", PUBLISHER),
        ("CY", cited.place),
        ("ET", str(cited.version)),
        ("LA", cited.language),
        ("AB", cited.summary),
        *(("KW", keyword) for keyword in cited.keywords),
        ("N1", cited.note),
        ("UR", cited.url),
        ("ID", cited.key),
    ]
    lines = [f"{tag}  - {one_line(value)}" for tag, value in pairs if value.strip()]
    return "\r\n".join([*lines, "ER  - ", ""])

"""A picture or document of a case as pages and formats show it."""

from __future__ import annotations

from typing import NamedTuple

from hub.cases.models import CaseFile, CaseStudy
from hub.cases.rows import case_path
from hub.core.text import safe_url
from hub.web.locale import gettext as _

SHOWN = 960  # pixels, of the copy that a browser gets which chooses none


class FileShown(NamedTuple):
    """A picture or document of a case; `credit` says whose it is and what may be done with it.

    `sizes` are the widths in pixels in which a picture is there besides its own.
    """

    id: int
    url: str
    title: str
    credit: str
    name: str
    kilobytes: int
    width: int | None
    height: int | None
    alt: str = ""
    owner: str = ""
    source: str = ""
    source_url: str = ""
    sizes: tuple[int, ...] = ()
    is_image: bool = False
    lacks_alt: bool = False

    @property
    def src(self) -> str:
        """Where it lies, in a size for browsers that choose none."""
        return self._sized(SHOWN) if SHOWN in self.sizes else self.url

    @property
    def small(self) -> str:
        """Where its smallest copy lies."""
        return self._sized(self.sizes[0]) if self.sizes else self.url

    @property
    def srcset(self) -> str:
        """All its sizes as HTML has them; empty where there is only one."""
        copies = [f"{self._sized(width)} {width}w" for width in self.sizes]
        return ", ".join([*copies, f"{self.url} {self.width}w"]) if copies else ""

    @property
    def shape(self) -> str:
        """Whether a picture is higher than wide, and by much: such a one is shown narrower."""
        if not self.width or not self.height or self.height <= self.width:
            return ""
        return "thin" if self.height > 1.6 * self.width else "tall"

    def _sized(self, width: int) -> str:
        return f"{self.url}?width={width}"


def licences() -> dict[str, str]:
    """Return under what a picture or document may be shown, by code, in words."""
    return {
        "cc-by-4.0": "CC BY 4.0",
        "cc-by-sa-4.0": "CC BY-SA 4.0",
        "public-domain": _("Public domain"),
        "permission": _("All rights with the owner, shown with permission"),
    }


def file_shown(case: CaseStudy, file: CaseFile) -> FileShown:
    """Return a picture or document as pages show it; a picture without a text of its own is told by its title."""
    credit = ", ".join(part for part in (file.owner, licences().get(file.licence, file.licence)) if part)
    title = file.title or file.name
    return FileShown(
        file.id, f"{case_path(case.slug)}/files/{file.id}", title, credit, file.name, max(1, file.size // 1024),
        file.width, file.height, (file.alt or title) if file.is_image else "", file.owner, file.source,
        safe_url(file.source), tuple(int(width) for width, *_rest in file.sizes), file.is_image,
        file.is_image and not file.alt,
    )  # fmt: skip

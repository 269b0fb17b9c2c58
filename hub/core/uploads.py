"""Uploads, taken for what their bytes say and not for what they are called; images are drawn anew, PDFs passed on."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps

from hub.core.errors import Invalid
from hub.core.files import store_blob

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_FILES = 20  # of one case, of one status
LONGEST_SIDE = 2400  # pixels, of a stored image
WIDTHS = (480, 960, 1600)  # pixels, of the smaller copies of an image
COPY = "image/webp"
PDF = "application/pdf"
_FORMATS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its content as it will be stored, and what it is."""

    content: bytes
    name: str
    mime: str
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        """Whether it is shown in pages."""
        return self.mime.startswith("image/")

    def store(self, folder: Path) -> str:
        """Store the content and return its sha256; before the row that names it is committed."""
        return store_blob(folder, self.content)

    def store_with_copies(self, folder: Path) -> Stored:
        """Store the content and, of an image, its smaller copies; before the row that names them is committed."""
        copies = smaller_copies(self.content) if self.is_image else ()
        return Stored(self.store(folder), store_copies(folder, copies))


class Stored(NamedTuple):
    """The sha256 of a stored upload, and its smaller copies as width, height and sha256."""

    sha256: str
    sizes: tuple[tuple[int, int, str], ...] = ()


class Copy(NamedTuple):
    """A smaller copy of an image, in WebP; width and height in pixels."""

    width: int
    height: int
    content: bytes


def read_upload(field: str, filename: str, content: bytes, *, images: bool = True) -> Upload:
    """Return the upload, an image re-encoded without its hidden data; raises Invalid naming the field.

    Taken are PDF and, with `images`, JPEG, PNG and WebP of at most 10 MB and 40 megapixels.
    """
    if not content:
        raise Invalid(field, "The file is empty.")
    if len(content) > MAX_BYTES:
        raise Invalid(field, "The file is larger than 10 MB.")
    if content.startswith(b"%PDF-"):
        return Upload(content, clean_name(filename, "pdf"), PDF)
    if images:
        return _redrawn(field, filename, content)
    raise Invalid(field, "Only a PDF can be taken here.")


def _redrawn(field: str, filename: str, content: bytes) -> Upload:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a decompression bomb only warns at first
            with Image.open(io.BytesIO(content), formats=tuple(_FORMATS)) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise Invalid(field, "The image has more than 40 megapixels.")
                kind = str(opened.format)
                image = ImageOps.exif_transpose(opened)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(field, "The image has more than 40 megapixels.") from None
    except Exception:  # Pillow's decoders raise many kinds of error for bytes that are no image
        raise Invalid(field, "This is no PDF, JPEG, PNG or WebP file.") from None
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    image = image.convert("RGBA" if see_through and kind != "JPEG" else "RGB")
    drawn = io.BytesIO()
    image.save(drawn, kind, **({"quality": 85} if kind != "PNG" else {"optimize": True}))
    mime, ending = _FORMATS[kind]
    return Upload(drawn.getvalue(), clean_name(filename, ending), mime, image.width, image.height)


def smaller_copies(content: bytes) -> tuple[Copy, ...]:
    """Return copies of a stored image in those of WIDTHS that are narrower than it; raises OSError for no image."""
    copies = []
    with Image.open(io.BytesIO(content), formats=tuple(_FORMATS)) as image:
        image.load()
        for width in sorted((each for each in WIDTHS if each < image.width), reverse=True):
            height = max(1, round(image.height * width / image.width))
            drawn = io.BytesIO()
            # Each is drawn from the whole image: drawn from one another they would grow soft.
            image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0).save(
                drawn, "WEBP", quality=80, method=4
            )
            copies.append(Copy(width, height, drawn.getvalue()))
    return tuple(reversed(copies))


def store_copies(folder: Path, copies: Iterable[Copy]) -> tuple[tuple[int, int, str], ...]:
    """Store smaller copies and return the width, height and sha256 of each; before the row that names them."""
    return tuple((copy.width, copy.height, store_blob(folder, copy.content)) for copy in copies)


def clean_name(filename: str, ending: str) -> str:
    """Return a file name of letters, digits, spaces, dots and hyphens with the ending that the content has."""
    bare = unicodedata.normalize("NFC", filename.replace("\\", "/").rsplit("/", 1)[-1])
    stem = bare.rsplit(".", 1)[0] if "." in bare else bare
    stem = " ".join(re.sub(r"[^\w .\-]", " ", stem).split()).strip(". ")[:100]
    return f"{stem or 'file'}.{ending}"

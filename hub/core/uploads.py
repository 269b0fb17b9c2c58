"""Uploads, taken for what their bytes say and not for what they are called; images are drawn anew, PDFs passed on."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from hub.core.errors import Invalid
from hub.core.files import store_blob

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_FILES = 20  # of one case, of one status
LONGEST_SIDE = 2400  # pixels, of a stored image
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

    def store(self, folder: Path) -> str:
        """Store the content and return its sha256; before the row that names it is committed."""
        return store_blob(folder, self.content)


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


def clean_name(filename: str, ending: str) -> str:
    """Return a file name of letters, digits, spaces, dots and hyphens with the ending that the content has."""
    bare = unicodedata.normalize("NFC", filename.replace("\\", "/").rsplit("/", 1)[-1])
    stem = bare.rsplit(".", 1)[0] if "." in bare else bare
    stem = " ".join(re.sub(r"[^\w .\-]", " ", stem).split()).strip(". ")[:100]
    return f"{stem or 'file'}.{ending}"

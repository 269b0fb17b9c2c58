"""Uploads are what their bytes say; nothing but PDF and images drawn anew gets in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from hub.core import uploads
from hub.core.errors import Invalid

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: object) -> bytes:
    drawn = io.BytesIO()
    Image.new(mode, size, 0).save(drawn, kind, **options)
    return drawn.getvalue()


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_an_image_is_drawn_anew(kind: str, mime: str) -> None:
    taken = uploads.read_upload("file", f"Foto der Stadt.{kind.lower()}", picture(kind))
    assert (taken.mime, taken.width, taken.height) == (mime, 300, 200)
    assert Image.open(io.BytesIO(taken.content)).format == kind


def test_where_and_when_a_picture_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    exif[0x0112] = 6  # lying on its side
    given = picture(exif=exif)
    assert b"a secret place" in given
    taken = uploads.read_upload("file", "x.jpg", given)
    assert b"a secret place" not in taken.content
    assert (taken.width, taken.height) == (200, 300), "it was turned upright"
    assert not Image.open(io.BytesIO(taken.content)).getexif()


def test_what_hides_behind_an_image_is_cut_off() -> None:
    taken = uploads.read_upload("file", "x.png", picture("PNG") + b"<script>alert(1)</script>")
    assert b"<script>" not in taken.content


def test_a_large_image_is_made_smaller() -> None:
    taken = uploads.read_upload("file", "x.jpg", picture(size=(4000, 1000)))
    assert (taken.width, taken.height) == (uploads.LONGEST_SIDE, uploads.LONGEST_SIDE // 4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert uploads.read_upload("file", "x", picture(kind, mode=mode)).width == 300


def test_a_pdf_is_passed_on() -> None:
    assert uploads.read_upload("file", "공문.PDF", PDF) == uploads.Upload(PDF, "공문.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.jpg", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("moving.gif", picture("GIF")),
        ("icon.bmp", picture("BMP")),
        ("cut.jpg", picture()[:400]),
        ("cut.png", picture("PNG", size=(900, 900))[:200]),
        ("program.pdf", b"MZ\x90\x00"),
        ("late.pdf", b"\n" * 2000 + PDF),
        ("archive.webp", b"PK\x03\x04"),
        ("empty.pdf", b""),
        ("nul", b"\x00" * 100),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        uploads.read_upload("letter", name, content)
    assert caught.value.field == "letter"


def test_smaller_copies_are_never_larger_than_the_picture(tmp_path: Path) -> None:
    for width, height, wanted in ((480, 300, []), (481, 300, [480]), (2000, 1, [480, 960, 1600])):
        taken = uploads.read_upload("file", "x.png", picture("PNG", (width, height), "RGBA"))
        stored = taken.store_with_copies(tmp_path)
        assert [size[0] for size in stored.sizes] == wanted
        for wide, high, name in stored.sizes:
            with Image.open(tmp_path / name[:2] / name) as copy:
                assert (copy.format, copy.size) == ("WEBP", (wide, high))
    assert uploads.read_upload("file", "x.pdf", PDF).store_with_copies(tmp_path).sizes == ()
    with pytest.raises(OSError, match="image"):
        uploads.smaller_copies(PDF)


def test_too_many_bytes_and_too_many_pixels_are_refused() -> None:
    with pytest.raises(Invalid, match="10 MB"):
        uploads.read_upload("file", "x.pdf", PDF + b" " * uploads.MAX_BYTES)
    for size in [(6400, 6400), (20_000, 20_000)]:  # the second is a bomb to Pillow as well
        with pytest.raises(Invalid, match="40 megapixels"):
            uploads.read_upload("file", "x.png", picture("PNG", size, "1"))


def test_only_a_pdf_where_only_a_pdf_may_be() -> None:
    with pytest.raises(Invalid, match="Only a PDF"):
        uploads.read_upload("file", "x.jpg", picture(), images=False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ('a"b\r\nX: 1.pdf', "a b X 1.pdf"),
        ("", "file.pdf"),
        ("....", "file.pdf"),
        ("시장의 편지.hwp", "시장의 편지.pdf"),
        ("x" * 500 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_names_are_harmless(given: str, kept: str) -> None:
    assert uploads.clean_name(given, "pdf") == kept

"""Files by hash, and the mail sink that uses them."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from hub.core.files import read_blob, store_blob, write_atomically
from hub.core.mail import compose, send


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    first, second = store_blob(tmp_path, b"abc"), store_blob(tmp_path, b"abc")
    assert first == second
    assert read_blob(tmp_path, first) == b"abc"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_a_blob_has_no_other_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        read_blob(tmp_path, name)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note"
    write_atomically(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["note"]


def test_a_mail_sent_twice_is_one_file_named_by_its_message_id(tmp_path: Path) -> None:
    for _ in range(2):
        message = compose(
            sender="hub@example.org", to="gwangju@example.org", subject="인권\nBcc: evil@example.org",
            text="안녕하세요",
            html="<p>안녕하세요</p>", key="digest:1:2026-11-22", host="example.org",
        )  # fmt: skip
        send(message, "file:", tmp_path)
    [path] = (tmp_path / "mail").glob("*.eml")
    read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert path.stem == str(read["Message-ID"]).strip("<>")
    assert read["Bcc"] is None
    assert read["Subject"] == "인권 Bcc: evil@example.org"
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "안녕하세요"

"""Settings: defaults that run, and refusals that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import SettingError, load

GOOD = "k3-long-enough-and-random-9f8e7d6c5b4a"


def test_nothing_set_means_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    settings = load({"HUB_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/hub.sqlite"
    assert settings.base_url == "http://localhost:8000"
    assert settings.trusted_hosts == {"127.0.0.1:8000", "localhost:8000"}
    assert settings.files_dir == tmp_path / "files"


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load({"HUB_DATA_DIR": str(tmp_path)}).secret_key
    assert len(first) >= 32
    assert load({"HUB_DATA_DIR": str(tmp_path)}).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_SECRET_KEY", "secret"),
        ("HUB_SECRET_KEY", "a" * 64),
        ("HUB_DATABASE_URL", "mysql://x"),
        ("HUB_BASE_URL", "localhost"),
        ("HUB_LANGUAGES", "en,xx"),
        ("HUB_PAGE_CACHE_MB", "-1"),
        ("HUB_PROXIES", "11"),
        ("HUB_LIMIT_FACTOR", "0"),
        ("PORT", "http"),
    ],
)
def test_a_bad_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load({"HUB_DATA_DIR": str(tmp_path), name: value})


def test_postgresql_needs_a_secret_given(tmp_path: Path) -> None:
    environment = {"HUB_DATA_DIR": str(tmp_path), "HUB_DATABASE_URL": "postgresql://hub@db/hub"}
    with pytest.raises(SettingError, match="HUB_SECRET_KEY"):
        load(environment)
    settings = load(environment | {"HUB_SECRET_KEY": GOOD})
    assert settings.database_url == "postgresql+psycopg://hub@db/hub"


def test_behind_a_proxy_the_base_address_is_the_host(tmp_path: Path) -> None:
    settings = load({"HUB_DATA_DIR": str(tmp_path), "HUB_BASE_URL": "https://hub.example.org/", "PORT": "9000"})
    assert settings.base_url == "https://hub.example.org"
    assert {"hub.example.org", "hub.example.org:443", "localhost:9000"} <= settings.trusted_hosts
    assert "localhost:8000" not in settings.trusted_hosts


def test_english_is_always_offered(tmp_path: Path) -> None:
    assert load({"HUB_DATA_DIR": str(tmp_path), "HUB_LANGUAGES": "ko"}).languages == ("en", "ko")

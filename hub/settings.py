"""Every setting of the hub: its environment name, type, default, and what it is for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

KNOWN_LANGUAGES = ("en", "ko", "es", "fr")
WEAK_SECRETS = frozenset({"secret", "changeme", "change-me", "dev", "development", "password", "test"})


class SettingError(Exception):
    """A setting holds something the hub cannot run with; the message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of one installation, read once at start-up."""

    database_url: str  # HUB_DATABASE_URL: sqlite:///… (default: hub.sqlite in the data folder) or postgresql://…
    redis_url: str  # HUB_REDIS_URL: shared limits and queue when several nodes run; empty = in this process
    data_dir: Path  # HUB_DATA_DIR: this node's own folder (default var/): index, locks, mail sink
    files_dir: Path  # HUB_FILES_DIR: uploads by their hash, shared by all nodes (default: files/ in the data folder)
    secret_key: str  # HUB_SECRET_KEY: signs cookies; made on first run on SQLite, required on PostgreSQL
    base_url: str  # HUB_BASE_URL: the address people use; links in mail start with it
    port: int  # PORT: where `hub serve` listens
    mail_url: str  # HUB_MAIL_URL: file: (default, one .eml a mail), smtp://…, smtps://…
    languages: tuple[str, ...]  # HUB_LANGUAGES: of en, ko, es, fr; English is always among them
    fetch_allow: frozenset[str]  # HUB_FETCH_ALLOW: host:port pairs outgoing fetches may reach although private
    page_cache_mb: int  # HUB_PAGE_CACHE_MB: memory for public pages that nothing has changed since (32); 0 = none
    proxies: int = 0  # HUB_PROXIES: how many proxies of ours stand before the hub; X-Forwarded-For is read so far back
    limit_factor: int = 1  # HUB_LIMIT_FACTOR: how many times as much one address or account may read, search and send
    testing: bool = False  # not from the environment: set by the test suite

    @property
    def is_sqlite(self) -> bool:
        """Whether the record lives in a SQLite file."""
        return self.database_url.startswith("sqlite")

    @property
    def index_dir(self) -> Path:
        """The folder of this node's copy of the search index."""
        return self.data_dir / "search"

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """The Host headers that are answered: the base address, and localhost and 127.0.0.1 with its port or ours."""
        base = urlsplit(self.base_url)
        usual = 443 if base.scheme == "https" else 80
        hosts = {base.netloc.lower(), f"{base.hostname}:{base.port or usual}"}
        for name in ("localhost", "127.0.0.1"):
            hosts |= {f"{name}:{base.port or usual}", f"{name}:{self.port}"}
        return frozenset(hosts)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and, below it, from `.env`; raises SettingError for a bad value."""
    given = {**dotenv_values(".env"), **os.environ} if environment is None else dict(environment)

    def value(name: str, default: str = "") -> str:
        return (given.get(f"HUB_{name}") or default).strip()

    data_dir = Path(value("DATA_DIR", "var")).absolute()
    database_url = _database_url(value("DATABASE_URL"), data_dir)
    port = _whole_number("PORT", given.get("PORT") or "8000", 65_535)
    base_url = value("BASE_URL", f"http://localhost:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https"):
        raise SettingError("HUB_BASE_URL must begin with http:// or https://")
    languages = tuple(dict.fromkeys(["en", *value("LANGUAGES", ",".join(KNOWN_LANGUAGES)).replace(" ", "").split(",")]))
    if unknown := set(languages) - set(KNOWN_LANGUAGES):
        raise SettingError(f"HUB_LANGUAGES: {', '.join(sorted(unknown))} is not among {', '.join(KNOWN_LANGUAGES)}")
    return Settings(
        database_url=database_url,
        redis_url=value("REDIS_URL"),
        data_dir=data_dir,
        files_dir=Path(value("FILES_DIR", str(data_dir / "files"))).absolute(),
        secret_key=_secret_key(value("SECRET_KEY"), data_dir, database_url),
        base_url=base_url,
        port=port,
        mail_url=value("MAIL_URL", "file:"),
        languages=languages,
        fetch_allow=frozenset(pair.strip() for pair in value("FETCH_ALLOW").split(",") if pair.strip()),
        page_cache_mb=_whole_number("HUB_PAGE_CACHE_MB", value("PAGE_CACHE_MB", "32"), 4096),
        proxies=_whole_number("HUB_PROXIES", value("PROXIES", "0"), 10),
        limit_factor=_whole_number("HUB_LIMIT_FACTOR", value("LIMIT_FACTOR", "1"), 100_000, least=1),
    )


def _whole_number(name: str, given: str, most: int, least: int = 0) -> int:
    if not (given.isascii() and given.isdigit()) or not least <= int(given) <= most:
        raise SettingError(f"{name} must be a whole number from {least} to {most}")
    return int(given)


def _database_url(given: str, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'hub.sqlite'}"
    if given.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + given.split("://", 1)[1]
    if not given.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError("HUB_DATABASE_URL must begin with sqlite:/// or postgresql://")
    return given


def _secret_key(given: str, data_dir: Path, database_url: str) -> str:
    if given:
        if len(given) < 32 or given.lower() in WEAK_SECRETS or len(set(given)) < 8:
            raise SettingError("HUB_SECRET_KEY is too weak: use at least 32 random characters")
        return given
    if not database_url.startswith("sqlite"):
        raise SettingError("HUB_SECRET_KEY is required with PostgreSQL, the same on every node")
    return _own_secret(data_dir)


def _own_secret(data_dir: Path) -> str:
    """Read the secret made on the first run, or make it; two processes starting at once agree on one."""
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        mine = data_dir / f".secret_key.{os.getpid()}"
        mine.write_text(secrets.token_urlsafe(48), encoding="ascii")
        mine.chmod(0o600)
        try:
            os.link(mine, path)  # fails when another process was first: its secret stands
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text(encoding="ascii").strip()

"""Where the files beside the package are: next to `hub/` in a checkout, inside it in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = PACKAGE.parent
_BASE = _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else PACKAGE / "_data"

TEMPLATES = _BASE / "templates"
STATIC = _BASE / "static"
MIGRATIONS = _BASE / "migrations"
SEEDS = _BASE / "seeds"
TRANSLATIONS = PACKAGE / "translations"

"""Who is asking: the one place that unwraps Flask-Login's proxy."""

from __future__ import annotations

from typing import Any

from flask_login import current_user


def signed_in_user() -> Any | None:
    """Return the account of the person signed in, None for everyone else."""
    user: Any = current_user
    return user._get_current_object() if user and user.is_authenticated else None

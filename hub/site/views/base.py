"""What the doors of this room share."""

from __future__ import annotations

from flask import Blueprint

from hub.core import clock
from hub.site.moments import format_ago, format_moment

bp = Blueprint("site", __name__)

SHOWN = {"format_moment": format_moment, "format_ago": lambda moment: format_ago(moment, clock.now())}

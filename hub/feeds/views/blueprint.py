"""The doors of this room, gathered."""

from flask import Blueprint

bp = Blueprint("feeds", __name__)

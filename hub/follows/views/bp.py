"""The blueprint of this room."""

from flask import Blueprint

bp = Blueprint("follows", __name__)

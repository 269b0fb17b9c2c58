"""Writes of the vocabularies: from the seed files, and by organizers."""

from hub.vocabularies.service.editing import add_item, change_item, replace_item
from hub.vocabularies.service.kept import Loaded, texts
from hub.vocabularies.service.loading import load_vocabularies

__all__ = ["Loaded", "add_item", "change_item", "load_vocabularies", "replace_item", "texts"]

"""A site on loopback, and an application whose commits are real for what many do at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.feeds.site import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that answers as a test says."""
    with running_site() as site:
        yield site

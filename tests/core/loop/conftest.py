"""A clock that is set by hand, and a memory on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from offered_stories import Clock, opened

from tacit import Memory


@pytest.fixture
def clock() -> Clock:
    """Set ``at``."""
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    """A memory that learned from four sessions of one habit."""
    with opened(tmp_path, clock) as one:
        yield one

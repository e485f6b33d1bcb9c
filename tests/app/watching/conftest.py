"""A watcher on an empty folder, not started yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from watcher import Watching


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    made = Watching(tmp_path)
    made.folder.mkdir()
    yield made
    made.close()

"""A home whose store learned from a few sessions, and the hooks run on it as agents run them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hooked import CWD, UNREAD, Hook, Said, run_hook
from transcript import START, Transcript, habits

from tacit import Memory

NOW = START + 30 * 86_400_000


def lint(name: str, start: int) -> Transcript:
    """A session in another project, in which the same error is got past otherwise."""
    one = Transcript(name, cwd="/home/dev/work/other", start=start)
    one.prompt(f"change the loader, case {name}")
    one.edit("src/loader.py", refused=UNREAD)
    one.call("Write", {"file_path": "/home/dev/work/other/src/loader.py", "content": "x"}, "File written")
    one.edit("src/loader.py", refused="Nothing ever got past this one.")
    one.tests_pass()
    return one


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that learned; copied for each test."""
    home = tmp_path_factory.mktemp("hooked")
    habits(home / "transcripts")
    for number in range(3):
        lint(f"other{number}", START + (20 + number) * 86_400_000).save(home / "transcripts")
    with Memory.open(home / "memory" / "store", clock=lambda: NOW) as memory:
        memory.import_paths([home / "transcripts"])
    return home / "memory"


@pytest.fixture
def home(tmp_path: Path, learned: Path) -> Path:
    """The home of this test."""
    return Path(shutil.copytree(learned, tmp_path / "memory"))


@pytest.fixture
def hook(home: Path) -> Hook:
    """Run a hook in a process of its own, with an event of a session in the project."""

    def run(
        event: str, *words: str, raw: bytes | None = None, env: dict[str, str] | None = None, **told: Any
    ) -> Said:
        event_of = json.dumps({"session_id": "one", "cwd": CWD} | told).encode()
        return run_hook(home, (event, *words), event_of if raw is None else raw, **(env or {}))

    return run

"""A file as one buffer, whatever its agent does to it meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tacit.core.readers.base import Unreadable
from tacit.core.readers.mapped import MappedFile

EMPTIED = """
import sys
from pathlib import Path
from tacit.core.readers.mapped import MappedFile
path = Path(sys.argv[1])
size, rewritten = int(sys.argv[2]), sys.argv[3] == "rewritten"
path.write_bytes(b"x" * size)
file = MappedFile(path, rewritten=rewritten)
path.write_bytes(b"")
assert bytes(file.view) == b"x" * size
"""


@pytest.mark.parametrize(("size", "how"), [(1_000_000, "appended"), (63_000_000, "rewritten")])
def test_a_file_that_is_emptied_while_it_is_read_does_not_end_the_process(tmp_path, size, how) -> None:
    command = [sys.executable, "-c", EMPTIED, str(tmp_path / "session.json"), str(size), how]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("size", "rewritten"), [(64_000_000, True), (8_000_000, False)])
def test_a_large_file_is_mapped(tmp_path: Path, size: int, rewritten: bool) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.write(b"{}\n")
        file.truncate(size)
    large = MappedFile(path, rewritten=rewritten)
    assert (large.size, next(large.spans())) == (size, (0, 2, True))
    assert not isinstance(large.view.obj, bytes)


def test_an_empty_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(Unreadable, match="empty file"):
        MappedFile(tmp_path / "empty")

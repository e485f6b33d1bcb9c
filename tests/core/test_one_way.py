"""What was written for other programs is told apart from transcripts, with the way that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacit import Memory
from tacit.core.errors import NothingUsable

ONE_WAY = "an export that is not taken back"


def exported(memory: Memory, folder: Path, form) -> Path:
    """The one file of an export of patterns, sessions and notes."""
    (folder / "notes.json").write_text('["a build needs two gigabytes", "the port is 8080"]')
    memory.import_paths([folder / "notes.json"])
    memory.export(folder / "out", format=form)
    [written] = (folder / "out").iterdir()
    return written


def refused(memory: Memory, path: Path) -> None:
    with pytest.raises(NothingUsable, match=ONE_WAY) as told:
        memory.import_paths([path])
    assert "memory export DIR" in str(told.value.hint)


def test_whoever_imports_messagepack_is_told_what_to_export(memory: Memory, tmp_path: Path) -> None:
    refused(memory, exported(memory, tmp_path, "msgpack"))


@pytest.mark.parametrize("kind", ["pattern", "session", "note"])
def test_whoever_imports_json_lines_is_too_whatever_comes_first(
    memory: Memory, tmp_path: Path, kind: str
) -> None:
    written = exported(memory, tmp_path, "jsonl")
    lines = [one for one in written.read_text().splitlines(keepends=True) if f'"type":"{kind}"' in one[:30]]
    written.write_text("".join(lines))
    assert lines
    refused(memory, written)


def test_beside_transcripts_it_is_counted(memory: Memory, tmp_path: Path) -> None:
    exported(memory, tmp_path, "jsonl")
    report = memory.import_paths([tmp_path / "out", tmp_path / "transcripts"])
    assert report.skipped[ONE_WAY] == 1

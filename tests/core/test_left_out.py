"""What could not be read is named once by each reason, so that somebody can see to it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from told import story, writer

from tacit import Memory
from tacit.core.errors import NothingUsable

DAMAGED = "damaged database"
SECRET = "ghp_" + "a1B2c3D4" * 4 + "e5F6"


@pytest.fixture
def memory(tmp_path: Path):
    """An empty memory."""
    with Memory.open(tmp_path / "store") as opened:
        yield opened


def damaged(folder: Path, told: Path) -> Path:
    """A database of Cursor of which nothing but its header is whole."""
    whole = writer("cursor_database")(story(), told).read_bytes()
    folder.mkdir(parents=True)
    path = folder / "state.vscdb"
    path.write_bytes(whole[:4096] + bytes(byte ^ 85 for byte in whole[4096:]))
    return path


def test_one_file_of_each_reason_is_named_and_what_holds_nothing_is_only_counted(memory, tmp_path):
    first = damaged(tmp_path / "in" / "a", tmp_path / "told")
    (tmp_path / "in" / "b").mkdir()
    (tmp_path / "in" / "b" / "state.vscdb").write_bytes(first.read_bytes())
    (tmp_path / "in" / "c.txt").write_text("no transcript")
    report = memory.import_path(tmp_path / "in")
    assert report.skipped[DAMAGED] == 2
    assert report.left_out == {DAMAGED: str(first)}
    assert not report.changed


def test_out_of_an_archive_it_is_named_as_it_lies_there(memory, tmp_path):
    damaged(tmp_path / "in" / "a", tmp_path / "told")
    archive = tmp_path / "copy.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(tmp_path / "in", "in")
    assert memory.import_path(archive).left_out == {DAMAGED: f"{archive}!in/a/state.vscdb"}
    streamed = memory.import_paths([], stream=io.BytesIO(archive.read_bytes()))
    assert streamed.left_out == {DAMAGED: "in/a/state.vscdb of standard input"}


def test_a_secret_in_its_path_is_not_told(memory, tmp_path):
    damaged(tmp_path / "in" / SECRET, tmp_path / "told")
    report = memory.import_path(tmp_path / "in")
    assert list(report.left_out) == [DAMAGED]
    assert SECRET not in report.left_out[DAMAGED]
    assert report.redacted == {}


def test_of_a_folder_without_a_transcript_it_is_said_what_lies_in_it(memory, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(NothingUsable) as told:
        memory.import_path(folder)
    assert told.value.args[0].startswith(f"There is no transcript to import in {folder}.")
    (folder / "a.jsonl").write_bytes(b"\0\1\2" * 99)
    with pytest.raises(NothingUsable) as told:
        memory.import_path(folder)
    assert told.value.args[0].startswith(f"There is no transcript to import in {folder}: binary file.")

"""Files of others that several write at once: nothing that a person saved is lost, no block is doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tacit.app.editing import swapping
from tacit.app.editing.files import BACKUP, ChangedMeanwhile, hold, replace
from tacit.exports.agents_block import BEGIN, block, taken_out

OLD, NEW, OTHERS = b"old\n", b"new\n", b"somebody's\n"

WRITER = """
import sys
from tacit.app.editing.files import ChangedMeanwhile, hold, replace
from tacit.exports.agents_block import block, put_in, taken_out
path, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
done = 0
while done < times:
    held = hold(path)
    after = taken_out(held.text) if name == "remove" else put_in(held.text, block(f"{name} {done}"))
    try:
        if after != held.text:
            replace(held, after, keep=False)
        done += 1
    except ChangedMeanwhile:
        pass
"""
EDITOR = """
import os, sys
from pathlib import Path
path, times, buffer = Path(sys.argv[1]), int(sys.argv[2]), ""
for n in range(times):
    new = path.with_name("editor")
    buffer += f"line {n}\\n"
    new.write_text(buffer)
    os.replace(new, path)
"""


def running(*script: str) -> subprocess.Popen[bytes]:
    """A process of its own that runs a script."""
    return subprocess.Popen([sys.executable, "-c", *script], stderr=subprocess.PIPE)


def ended(*processes: subprocess.Popen[bytes]) -> list[tuple[int, bytes]]:
    """How each ended, and what it complained of."""
    return [(one.wait(), stderr) for one in processes for stderr in [one.communicate()[1]]]


def test_many_that_write_and_remove_the_block_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    path = tmp_path / "AGENTS.md"
    path.write_text("# Rules\n\nUse tabs.\n")
    names = ("one", "two", "three", "remove")
    writers = [running(WRITER, str(path), name, "40") for name in names]
    assert ended(*writers) == [(0, b"")] * 4
    text = path.read_text()
    assert taken_out(text) == "# Rules\n\nUse tabs.\n"
    assert text.count(BEGIN) <= 1
    assert [one.name for one in tmp_path.iterdir()] == ["AGENTS.md"]


def test_what_an_editor_saves_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "AGENTS.md"
    path.write_text("# Rules\n")
    writers = [running(WRITER, str(path), name, "60") for name in ("one", "remove")]
    editor = running(EDITOR, str(path), "300")
    assert ended(editor, *writers) == [(0, b"")] * 3
    text = path.read_text()
    assert taken_out(text) == "".join(f"line {n}\n" for n in range(300))
    assert text.count(BEGIN) <= 1


@pytest.fixture(params=["in one step", "as every system can"])
def place(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose new version lies beside it."""
    if request.param != "in one step":
        monkeypatch.setattr(swapping, "_renameat2", lambda: None)
    (tmp_path / "new").write_bytes(NEW)
    (tmp_path / "place").write_bytes(OLD)
    return tmp_path / "place"


def swapped(place: Path, before: bytes | None) -> bool:
    """Put the new version in the place of that."""
    return swapping.swap(str(place.with_name("new")), str(place), before, NEW)


def test_a_new_version_takes_the_place_of_what_was_read(place: Path) -> None:
    assert swapped(place, OLD)
    assert {one.name: one.read_bytes() for one in place.parent.iterdir()} == {"place": NEW}


@pytest.mark.parametrize("read", [OLD, None])
def test_but_not_of_what_was_saved_since(place: Path, read: bytes | None) -> None:
    place.write_bytes(OTHERS)
    assert not swapped(place, read)
    assert place.read_bytes() == OTHERS


def test_a_file_that_was_saved_since_is_not_removed(place: Path) -> None:
    place.write_bytes(OTHERS)
    assert not swapping.take_away(str(place), str(place.with_name("aside")), OLD)
    assert place.read_bytes() == OTHERS
    assert swapping.take_away(str(place), str(place.with_name("aside")), OTHERS)
    assert [one.name for one in place.parent.iterdir()] == ["new"]


def test_settings_that_changed_are_left_and_no_copy_is_made(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(OLD)
    held = hold(str(path))
    path.write_bytes(OTHERS)
    with pytest.raises(ChangedMeanwhile, match="changed meanwhile"):
        replace(held, block("new"))
    assert path.read_bytes() == OTHERS
    assert not list(tmp_path.glob(f"*{BACKUP}*"))

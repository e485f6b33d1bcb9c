"""What is remembered of a person's taste, and that no file of it ever stops anybody."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tacit.app.inspector.remembered import Remembered


def test_what_was_kept_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "inspector.json"
    one = Remembered(path)
    one.put("order.patterns", "uses")
    one.keep()
    assert Remembered(path).get("order.patterns", "rank") == "uses"
    assert path.stat().st_mode & 0o077 == 0


def test_another_inspector_keeps_what_the_first_kept(tmp_path: Path) -> None:
    path = tmp_path / "inspector.json"
    one, other = Remembered(path), Remembered(path)
    one.put("theme", "light")
    other.put("screen", "3")
    one.keep()
    other.keep()
    assert json.loads(path.read_text()) == {"screen": "3", "theme": "light"}


def test_an_empty_text_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "inspector.json"
    one = Remembered(path)
    one.put("layout", "wide")
    one.keep()
    one.put("layout", "")
    one.keep()
    assert json.loads(path.read_text()) == {}


def test_what_is_none_of_the_choices_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "inspector.json"
    path.write_text('{"screen": "12", "theme": 7}')
    one = Remembered(path)
    assert one.get("screen", "1", dict.fromkeys("1234")) == "1"
    assert one.get("theme", "dark") == "dark"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"[1]", b'"theme"', b"[" * 15_000, b'{"theme": "light"' + b" " * 30_000 + b"}"],
)
def test_a_damaged_or_foreign_file_means_the_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "inspector.json"
    path.write_bytes(content)
    assert Remembered(path).get("theme", "dark") == "dark"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_neither_read_nor_a_failure(tmp_path: Path, make: object) -> None:
    path = tmp_path / "inspector.json"
    make(path)  # type: ignore[operator]
    one = Remembered(path)
    one.put("theme", "light")
    one.keep()
    assert one.get("theme") == "light"


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one = Remembered(tmp_path / "file" / "inspector.json")
    one.put("theme", "light")
    one.keep()
    assert one.get("theme") == "light"

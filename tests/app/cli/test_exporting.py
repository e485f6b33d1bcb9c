"""``memory export``: the forms that other programs read, and what they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgpack
import pytest

Call = Any


@pytest.mark.parametrize("form", ["csv", "msgpack"])
def test_a_form_that_is_not_mirrored_needs_a_directory(call: Call, home: Path, form: str) -> None:
    done = call("export", "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "needs a directory" in done.err
    assert f"memory export --format {form} DIR" in done.err
    assert not (home / "export").exists()


def test_tables_say_where_they_lie_and_what_was_written(call: Call, tmp_path: Path) -> None:
    done = call("export", str(tmp_path / "tables"), "--format", "csv")
    assert (done.code, done.out.strip()) == (0, str(tmp_path / "tables"))
    assert "in 5 files: 5 written" in done.err
    rows = (tmp_path / "tables" / "patterns.csv").read_text("utf-8").splitlines()
    assert len(rows) == 1 + call("patterns", "--format", "json").json()["total"]
    assert "5 unchanged" in call("export", str(tmp_path / "tables"), "--format", "csv").err


def test_a_stream_of_a_part(call: Call, tmp_path: Path) -> None:
    wanted = call("patterns", "kind:recovery", "--format", "jsonl").lines()
    done = call("export", str(tmp_path), "--format", "msgpack", "--query", "kind:recovery")
    assert done.out.strip() == str(tmp_path / "tacit.msgpack")
    with (tmp_path / "tacit.msgpack").open("rb") as file:
        header, *records = msgpack.Unpacker(file)
    assert header["selection"] is True
    assert sorted(one["id"] for one in records) == sorted(one["id"] for one in wanted)
    assert records

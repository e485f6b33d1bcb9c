"""A store over its quota is told after every command that may have written, and after no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

Call = Any


def test_after_a_write_one_line_tells_size_quota_and_the_way_out(call: Call, sources: Path) -> None:
    done = call("import", str(sources), TACIT_STORE_QUOTA="10kB")
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if "quota" in line]
    assert line.startswith("The store takes ")
    assert "more than its quota of 10.0 kB" in line
    assert all(f"`memory {command}`" in line for command in ("forget", "trash purge", "compact"))
    assert "quota" not in done.out


@pytest.mark.parametrize(
    ("args", "quota"),
    [(("stats",), "10kB"), (("patterns",), "1B"), (("undo",), "1TB"), (("undo",), "")],
)
def test_nothing_is_told_of_it_otherwise(call: Call, args: tuple[str, ...], quota: str) -> None:
    more = {"TACIT_STORE_QUOTA": quota} if quota else {}
    done = call(*args, **more)
    assert (done.code, "quota" in done.err) == (0, False)


def test_a_quota_that_is_no_size_is_told_by_config_and_keeps_nobody_from_writing(
    call: Call, home: Path
) -> None:
    done = call("config", TACIT_STORE_QUOTA="much")
    assert (done.code, "TACIT_STORE_QUOTA cannot be “much”" in done.err) == (2, True)
    written = call("trash", "purge", "--yes", "--store", str(home / "store"), TACIT_STORE_QUOTA="much")
    assert (written.code, "quota" in written.err.lower()) == (0, False)

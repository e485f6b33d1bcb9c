"""``memory logs``: the log, its older half, and what is added while somebody looks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from going_on import GoingOn

from tacit.app.commands import logfile
from tacit.app.commands.logtail import Tail

Call = Any


def test_it_prints_the_log_with_the_older_one_before_it(call: Call, home: Path) -> None:
    (home / "tacit.log.1").write_text("2026-01-01T00:00:00Z 7 import done sessions=1\n", encoding="utf-8")
    (home / "tacit.log").write_text(
        "2026-01-02T00:00:00Z 8 - failed OSError\n    file.py:3 run\n", encoding="utf-8"
    )
    assert call("logs").out.splitlines() == [
        "2026-01-01T00:00:00Z 7 import done sessions=1",
        "2026-01-02T00:00:00Z 8 - failed OSError",
        "    file.py:3 run",
    ]
    whole = call("logs", "--format", "json", "--limit", "2").json()
    assert (whole["total"], whole["truncated"]) == (3, True)
    assert whole["lines"] == [
        {"at": "2026-01-02T00:00:00Z", "process": 8, "command": None, "text": "failed OSError"},
        {"at": None, "process": None, "command": None, "text": "file.py:3 run"},
    ]


def test_nothing_in_it_drives_a_terminal(call: Call, home: Path) -> None:
    hostile = b"2026-01-02T00:00:00Z 8 mcp refused \x1b]52;c;aGk=\x07 \xff \xe2\x80\xae\n"
    (home / "tacit.log").write_bytes(hostile)
    for form in ("table", "jsonl"):
        out = call("logs", "--format", form).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "refused" in out


def test_without_a_log_there_is_nothing_to_show(call: Call, tmp_path: Path) -> None:
    done = call("logs", home=tmp_path / "fresh")
    assert (done.code, done.out, done.err) == (0, "", "Nothing is logged yet.\n")


def test_the_newest_twenty_if_nobody_says(call: Call, home: Path) -> None:
    lines = [f"2026-01-01T00:00:00Z 7 import done n={number}" for number in range(30)]
    (home / "tacit.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = call("logs")
    assert done.out.splitlines() == lines[-20:]
    assert "20 of 30 lines shown" in done.err
    assert call("logs", "--limit", "0").out.splitlines() == lines


def test_a_refused_call_is_one_line_whatever_it_said(call: Call, home: Path) -> None:
    call("logs")
    logfile.refuse("http", "wrong-token", path="/x\n2026-01-01T00:00:00Z 1 import done \x1b[31m" + "y" * 500)
    last = call("logs", "--limit", "1").out
    assert " http refused wrong-token path=/x" in last
    assert len(last) < 200
    assert "import done" not in last


def test_following_survives_that_the_log_is_moved_away(call: Call, home: Path) -> None:
    log = home / "tacit.log"
    log.write_text("first\n", encoding="utf-8")
    with GoingOn("logs", "--follow", home=home) as followed:
        followed.until(lambda: followed.out == ["first"])
        with log.open("a", encoding="utf-8") as file:
            file.write("second\nhalf")
        followed.until(lambda: followed.out == ["first", "second"])
        with log.open("a", encoding="utf-8") as file:
            file.write(" a line\nthird\n")
        log.replace(home / "tacit.log.1")
        log.write_text("fourth\n", encoding="utf-8")
        followed.until(lambda: followed.out[2:] == ["half a line", "third", "fourth"])
        assert followed.end() == 130


def test_what_is_moved_away_between_two_looks_is_read_once(tmp_path: Path) -> None:
    log = tmp_path / "tacit.log"
    log.write_text("one\n", encoding="utf-8")
    tail = Tail(str(log))
    older = tail.older()
    log.replace(tmp_path / "tacit.log.1")
    log.write_text("two\n", encoding="utf-8")
    assert [*older, *tail.new()] in (["one", "two"], ["two"])
    assert list(tail.new()) == []
    tail.close()


def test_many_that_find_the_log_too_long_move_it_once(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "LIMIT", 2_000)
    log = Path(logfile.log_path())
    log.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(20):
        log.write_text("x" * 2_500 + "\n", encoding="utf-8")
        threads = [threading.Thread(target=logfile.note, args=("import", "done")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Path(f"{log}.1").stat().st_size >= 2_500

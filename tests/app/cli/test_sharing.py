"""Sharing from the command line: one memory's file, another one's list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HOSTILE = "\x1b]52;c;aGk=\x07"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The home of somebody else, who has no store yet."""
    return tmp_path / "other"


@pytest.fixture
def file(call: Callable[..., Any], tmp_path: Path) -> Path:
    """What the memory of the test shares."""
    path = tmp_path / "patterns.json"
    done = call("export", "--shareable", str(path), "--name", "alice")
    assert done.code == 0, done.err
    return path


def test_the_path_is_data_and_what_was_left_out_is_talk(call, tmp_path):
    path = tmp_path / "patterns.json"
    done = call("export", "--shareable", str(path))
    assert done.out == f"{path}\n"
    assert "as “unnamed”: " in done.err
    assert "name their project or its files" in done.err
    assert json.loads(path.read_text())["source"] == "unnamed"


def test_without_a_file_it_goes_to_stdout_alone(call, file):
    done = call("export", "--shareable", "--name", "alice")
    told, written = json.loads(done.out), json.loads(file.read_text())
    assert told["patterns"] == written["patterns"]
    assert call("export", "--shareable", "--name", "alice", "-").out[:30] == done.out[:30]


def test_a_dry_run_writes_nothing(call, tmp_path):
    path = tmp_path / "patterns.json"
    done = call("export", "--shareable", str(path), "--dry-run")
    assert (done.code, done.out) == (0, "")
    assert "Would share" in done.err
    assert not path.exists()


@pytest.mark.parametrize(
    "args",
    [
        ("export", "--name", "alice"),
        ("export", "--with-project"),
        ("export", "--dry-run"),
        ("export", "--shareable", "--format", "jsonl"),
        ("export", "--shareable", "--name", "a\nb"),
        ("import", "--name", "alice"),
        ("import", "--from", "x.json", "--agent", "claude-code"),
        ("import", "--from", "x.json", "folder"),
        ("import", "--from", "x.json", "--since", "30d"),
    ],
)
def test_words_that_do_not_fit_together_are_told(call, args):
    done = call(*args)
    assert done.code == 2
    assert done.err.startswith("error:")


def test_a_file_is_taken_shown_and_removed(call, file, other):
    done = call("import", "--from", str(file), home=other)
    count = len(json.loads(file.read_text())["patterns"])
    assert done.out == f"Took in {count} patterns of “alice”: {count} new.\n"
    rows = call("patterns", home=other).out.splitlines()
    assert all("shared" in row and "there " in row and "from alice" in row for row in rows[1:])
    assert "1970" not in "".join(rows)
    listed = call("shared", "--format", "json", home=other).json()
    assert (listed["total"], listed["sources"][0]["shown"]) == (1, count)
    assert "alice" in call("shared", home=other).out
    assert "more from elsewhere" in call("stats", home=other).out
    page = call("show", rows[1].split()[0], home=other).out
    assert "not seen here yet" in page
    assert "elsewhere  alice: " in page
    assert "1970" not in page
    assert call("doctor", home=other).code == 0
    removed = call("shared", "--remove", "alice", home=other)
    assert removed.out == f"Removed {count} patterns of “alice”.\n"
    assert call("patterns", home=other).out == ""
    assert call("shared", "--remove", "alice", home=other).code == 1


def test_taking_it_again_says_that_nothing_is_new(call, file, other):
    call("import", "--from", str(file), home=other)
    again = call("import", "--from", str(file), home=other)
    assert again.out.startswith("Nothing new: ")
    told = call("import", "--from", str(file), "--format", "json", home=other).json()
    assert (told["new"], told["changed"], told["gone"], told["older"]) == (0, 0, 0, False)


def test_a_dry_run_takes_nothing(call, file, other):
    done = call("import", "--from", str(file), "--dry-run", home=other)
    assert done.out.startswith("Would take in ")
    assert not (other / "store").exists()
    call("import", "--from", str(file), "--name", "carol", home=other)
    assert call("import", "--from", str(file), "--dry-run", home=other).out.startswith("Would take in ")
    assert [one["source"] for one in call("shared", "--format", "jsonl", home=other).lines()] == ["carol"]


def test_what_cannot_be_used_is_counted_and_never_reaches_the_terminal(call, file, other, tmp_path):
    told = json.loads(file.read_text())
    bad = [told["patterns"][0] | {"key": [HOSTILE, "read"], "title": HOSTILE}, {"kind": HOSTILE}, 7]
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(told | {"patterns": [*told["patterns"], *bad]}))
    done = call("import", "--from", str(path), home=other)
    assert done.code == 0
    assert "left out" in done.out
    assert "2 not in the form of a pattern" in done.out
    path.write_text(json.dumps(told | {"source": HOSTILE}))
    refused = call("import", "--from", str(path), home=other)
    assert refused.code == 1
    assert "--name" in refused.err
    everything = "".join((done.out, done.err, refused.out, refused.err, call("patterns", home=other).out))
    assert "\x1b" not in everything


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"format": "tacit-shareable", "version": 99}'])
def test_what_is_no_such_file_is_refused_with_a_hint(call, content, tmp_path, other):
    path = tmp_path / "odd.json"
    path.write_text(content)
    for args in (("--from", str(path)), ("--from", str(tmp_path)), ("--from", str(tmp_path / "none"))):
        done = call("import", *args, home=other)
        assert done.code == 1
        assert done.err.startswith("error:")
        assert "Traceback" not in done.err


def test_it_comes_through_a_pipe(call, file, other, monkeypatch):
    with file.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        done = call("import", "--from", "-", home=other)
    assert done.out.startswith("Took in ")


def test_an_error_is_answered_with_it(call, file, other):
    call("import", "--from", str(file), home=other)
    error = "File has not been read yet. Read it first before writing to it."
    done = call("recall", "--error", error, home=other)
    assert "In other memories, not seen here often enough" in done.out
    assert "alice: " in done.out
    told = call("recall", "--error", error, "--format", "json", home=other).json()["recoveries"][0]
    assert (told["where"], told["uses"], told["rate"], told["last_used"]) == ("shared", 0, None, None)
    assert told["elsewhere"][0]["source"] == "alice"
    found = call("search", "edit", "--format", "jsonl", home=other).lines()
    assert {one["origin"] for one in found} == {"from alice"}
    assert "shared" in call("search", "edit", home=other).out


def test_sources_are_completed(call, file, other, monkeypatch):
    from click.shell_completion import ShellComplete

    from tacit.app.commands.root import memory

    call("import", "--from", str(file), home=other)
    monkeypatch.setenv("TACIT_HOME", str(other))
    complete = ShellComplete(memory, {}, "memory", "_MEMORY_COMPLETE")
    assert [one.value for one in complete.get_completions(["shared", "--remove"], "al")] == ["alice"]
    assert [one.value for one in complete.get_completions(["patterns"], "from:a")] == ["from:alice"]

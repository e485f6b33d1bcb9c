"""``memory forget``, ``trash`` and ``compact``."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from everywhere import places_of
from own_process import environment
from transcript import START, Transcript

from tacit import Memory

Call = Any
WORD = "Zanzibar"


@pytest.fixture
def told(tmp_path: Path, call: Call, home: Path) -> Path:
    """A transcript with the word, which the memory of the test learned from; with mirror and backup.

    An inspector that was killed while its copy of the session was in an editor left that behind.
    """
    one = Transcript("z", cwd="/home/dev/work/island", start=START + 1_000_000_000)
    one.prompt(f"fly to {WORD}")
    one.read("map.py")
    one.tests_pass()
    path = one.save(tmp_path / "in")
    for words in (("import", str(path)), ("export",), ("backup", "create")):
        assert call(*words).code == 0
    left = home / "cache" / "copies" / "999999999" / "s-1-changes-are-not-kept.json"
    left.parent.mkdir(parents=True)
    left.write_text(WORD)
    return path


def session(call: Call) -> str:
    (row,) = [one for one in call("sessions", "--format", "json").json()["sessions"] if WORD in one["title"]]
    return str(row["id"])


@pytest.mark.parametrize("how", ["--session", "--project", "--before", "--matching"])
def test_it_goes_from_every_file_of_the_home(call: Call, home: Path, told: Path, how: str) -> None:
    assert len(places_of(WORD, home)) > 3
    values = {"--session": session(call), "--project": "work/island", "--before": "0d", "--matching": WORD}
    plan = call("forget", how, values[how], "--dry-run", "--format", "json").json()
    assert len(places_of(WORD, home)) > 3
    done = call("forget", how, values[how], "--yes", "--format", "json")
    receipt = done.json()
    assert done.code == 0
    assert receipt == plan | {"dry_run": False}
    assert receipt["sessions"] == (6 if how == "--before" else 1)
    assert str(told) in receipt["transcripts"]
    assert receipt["pending"] == []
    assert places_of(WORD, home) == []
    call("import", str(told))
    assert places_of(WORD, home) == []


def test_the_receipt_for_a_person_names_the_transcripts(call: Call, told: Path) -> None:
    done = call("forget", "--matching", WORD.upper(), "--yes")
    assert done.out.startswith("Forgot 1 session, 1 episode with 2 steps (")
    assert str(told) in done.out
    assert done.err == ""
    done = call("undo")
    assert (done.code, "gone for good" in done.err, "nothing to take back" in done.err) == (0, True, True)


def test_undo_behind_a_forget_says_what_it_takes_back(call: Call, told: Path) -> None:
    first = call("sessions", "--format", "json").json()["sessions"][-1]["id"]
    call("delete", first)
    call("forget", "--matching", WORD, "--yes")
    done = call("undo")
    assert first[:8] in done.out
    assert "gone for good; this is what was done before" in done.err


def test_without_a_terminal_it_needs_yes_and_does_nothing(call: Call, told: Path) -> None:
    for words in (("forget", "--matching", WORD), ("trash", "purge")):
        done = call(*words)
        assert (done.code, done.out) == (2, "")
        assert "--yes" in done.err
    for words in (("--before", "xyz"), ("--project", "work/iland"), ("--matching", "nobody said this")):
        assert "--yes" not in call("forget", *words).err, "first of all it is wrong"
    assert session(call)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--matching", "ab"), 2),
        (("--matching", ""), 2),
        (("--matching", "abc", "--before", "3d"), 2),
        (("--before", "yesterday-ish"), 2),
        (("--session", "p-0123"), 2),
        (("--session", "s-zzzzzzzzzzzz"), 1),
        (("--project", "work/iland"), 1),
        (("--matching", "nobody said this"), 1),
        (("--before", "2001-01-01"), 1),
    ],
)
def test_what_makes_no_sense_or_is_not_there_changes_nothing(
    call: Call, told: Path, words: tuple[str, ...], code: int
) -> None:
    done = call("forget", *words, "--yes")
    assert (done.code, done.out) == (code, "")
    assert "hint:" in done.err
    assert ("work/island" in done.err) == ("work/iland" in words)
    assert session(call)


class Terminal:
    """``memory`` with a terminal to ask; its data goes to a pipe."""

    def __init__(self, home: Path, *words: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tacit", *words],
            env=environment(home),
            stdin=slave,
            stderr=slave,
            stdout=subprocess.PIPE,
            text=True,
        )
        os.close(slave)

    def until(self, text: str) -> str:
        shown = ""
        while text not in shown:
            shown += os.read(self.master, 4096).decode()
        return shown

    def answer(self, text: str) -> tuple[int, str]:
        os.write(self.master, text.encode())
        out, _ = self.process.communicate(timeout=120)
        return self.process.returncode, out


@pytest.fixture
def terminal(home: Path) -> Iterator[Any]:
    started: list[Terminal] = []

    def begin(*words: str) -> Terminal:
        started.append(Terminal(home, *words))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.communicate()
        os.close(one.master)


def test_on_a_terminal_it_asks_with_the_numbers(call: Call, told: Path, terminal: Any) -> None:
    asking = terminal("forget", "--matching", WORD)
    assert "1 session, 1 episode with 2 steps" in asking.until("[y/N]")
    assert asking.answer("n\n") == (130, "")
    assert session(call)
    asking = terminal("forget", "--matching", WORD)
    asking.until("[y/N]")
    code, out = asking.answer("y\n")
    assert (code, out.startswith("Forgot 1 session")) == (0, True)


def test_the_trash_is_listed_and_emptied(call: Call, home: Path, told: Path, terminal: Any) -> None:
    assert "The trash is empty" in call("trash").err
    gone = session(call)
    call("delete", gone)
    (row,) = call("trash", "list", "--format", "json").json()["steps"]
    assert (row["ids"], row["label"], row["sessions"]) == ([gone], f"fly to {WORD}", 1)
    assert f"fly to {WORD}" in call("trash").out
    assert "nothing to remove" in call("trash", "purge", "--older-than", "1d", "--yes").err
    asking = terminal("trash", "purge")
    assert "1 delete" in asking.until("[y/N]")
    code, out = asking.answer("y\n")
    assert (code, out.startswith("Removed ")) == (0, True)
    assert places_of(WORD, home / "store") == []
    assert "nothing to take back" in call("undo").err
    assert "1 deleted" in call("import", str(told)).out


def test_compacting_says_what_it_did_or_who_prevents_it(call: Call, home: Path) -> None:
    done = call("compact")
    assert (done.code, done.out.startswith("Compacted: ")) == (0, True)
    with Memory.open(home / "store", readonly=True):
        script = [sys.executable, "-m", "tacit", "compact"]
        refused = subprocess.run(
            script,
            env=environment(home),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "other processes have the store open" in refused.stderr


def test_delete_points_to_forget(call: Call) -> None:
    assert "memory forget" in " ".join(call("delete", "--help").out.split())


def test_doctor_warns_and_the_next_command_that_writes_goes_on(call: Call, home: Path, told: Path) -> None:
    from tacit.exports.directory import locked

    with locked(home / "export"):
        done = call("forget", "--matching", WORD, "--yes")
        assert "Not done yet: the exported mirror" in done.err
        assert "exported mirror" in call("doctor").out
    assert places_of(WORD, home / "export")
    call("undo")
    assert places_of(WORD, home) == []
    assert "mirror" not in call("doctor").out

"""Handing text to the person's pager and records to their editor, in a real terminal, and having it back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal

from tacit.app.inspector.handoff import copies
from tacit.app.inspector.handoff.clipboard import by_terminal, program_for
from tacit.app.inspector.handoff.lending import program
from tacit.core.errors import Usage
from tacit.core.jsonform import pattern_json
from tacit.memory import Memory

ENTER = "\r"
_UNHURRIED = """
from tacit.app.inspector.handoff import clipboard, lending
clipboard._PATIENCE = 60.0
lending._AT_ONCE = 60.0
"""
"""However slow the machine is, a program that does nothing is through at once."""
Start = Callable[..., Terminal]


def script(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o700)
    return path


@pytest.fixture
def start(demo_store: Path, tmp_path: Path) -> Iterator[Start]:
    """The inspector on a store of its own; the terminal is given back at the end, whatever ran in it."""
    opened: list[Terminal] = []
    store = shutil.copytree(demo_store, tmp_path / "store")

    def starting(**environ: str) -> Terminal:
        usual = {"TACIT_HOME": str(tmp_path / "home"), "PAGER": "", "VISUAL": "", "EDITOR": ""}
        terminal = Terminal("--store", str(store), columns=100, rows=24, **(usual | environ))
        opened.append(terminal)
        terminal.until("judged tasks succeed")
        return terminal

    yield starting
    for terminal in opened:
        terminal.close()


def still_works(terminal: Terminal) -> None:
    """It is back, obeys keys and ends in order."""
    terminal.until("┤1 Patterns├")
    terminal.press("3")
    terminal.until("┤3 Stats├")
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"Traceback" not in terminal.raw
    assert terminal.raw.rstrip().endswith(b"\x1b[?1049l") or b"\x1b[?1049l" in terminal.raw[-400:]


def test_a_pager_gets_the_pane_as_plain_text_and_the_terminal_for_itself(
    start: Start, tmp_path: Path
) -> None:
    pager = script(
        tmp_path / "pager",
        f"cat > {tmp_path}/got",
        "sleep 0.8",
        "echo PAGING",
        "read line < /dev/tty",
        "echo $line",
    )
    terminal = start(PAGER=str(pager))
    terminal.press("P")
    terminal.until("PAGING")
    terminal.press("seen" + ENTER)  # in the usual mode of a terminal: echoed, and Enter ends a line
    terminal.until("PAGING", gone=True)
    assert b"seen\r\n" in terminal.raw
    got = (tmp_path / "got").read_text()
    assert len(got.splitlines()) > 40  # all of them, not only what was in sight
    assert got.isascii() or "\x1b" not in got
    assert not set(got) & {"\x1b", "\x07", "\x9b"}
    still_works(terminal)


def test_the_detail_is_handed_over_where_it_is_in_front(start: Start, tmp_path: Path) -> None:
    pager = script(tmp_path / "pager", f"cat > {tmp_path}/got")
    (tmp_path / "sitecustomize.py").write_text(_UNHURRIED)
    terminal = start(PAGER=str(pager), PYTHONPATH=str(tmp_path))
    terminal.press(ENTER)
    terminal.until("Support")
    terminal.press("P")
    terminal.until("Enter returns to Tacit")  # it was through at once: nobody could have read it
    terminal.press("\n")
    terminal.until("Enter returns", gone=True)
    assert "Support" in (tmp_path / "got").read_text()


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("exit 3", "ended with exit code 3"),
        ("kill -9 $$", "was ended by a signal (9)"),
        ("stty raw -echo < /dev/tty", ""),
    ],
    ids=["it fails", "it is killed", "it leaves the terminal raw"],
)
def test_whatever_a_program_does_the_terminal_is_given_back(
    start: Start, tmp_path: Path, ending, told
) -> None:
    pager = script(tmp_path / "pager", "printf '\\033[?1049h\\033[?25l'", "sleep 0.8", ending)
    terminal = start(PAGER=str(pager))
    terminal.press("P")
    if "exit" in ending:
        terminal.until("Enter returns to Tacit")
        terminal.press("\n")
    terminal.until(told)
    terminal.press("2")
    terminal.until("┤2 Sessions├")
    terminal.press("1")
    still_works(terminal)


def test_ctrl_c_is_the_programs_and_not_ours(start: Start, tmp_path: Path) -> None:
    pager = script(tmp_path / "pager", "trap 'echo OWN; exit 0' INT", "echo PAGING", "sleep 20 & wait")
    terminal = start(PAGER=str(pager))
    terminal.press("P")
    terminal.until("PAGING")
    time.sleep(0.8)  # so long that it counts as read
    terminal.press("\x03")
    terminal.until("PAGING", gone=True)
    still_works(terminal)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_ends_the_inspector_ends_the_program_first(start: Start, tmp_path: Path) -> None:
    pager = script(tmp_path / "pager", f"echo $$ > {tmp_path}/pid", "echo PAGING", "exec sleep 60")
    terminal = start(PAGER=str(pager))
    terminal.press("P")
    terminal.until("PAGING")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait() == 130
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 120
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_program_that_is_missing_is_told(start: Start) -> None:
    terminal = start(PAGER="no-such-pager -R", EDITOR="no-such-editor")
    terminal.press("P")
    terminal.until("$PAGER names “no-such-pager”")
    terminal.press("E")
    terminal.until("$EDITOR names “no-such-editor”")
    still_works(terminal)


def test_an_editor_gets_a_copy_of_the_record_that_is_gone_afterwards(start: Start, tmp_path: Path) -> None:
    editor = script(
        tmp_path / "editor",
        f'echo "$1" > {tmp_path}/path',
        f'ls -ln "$1" | cut -c1-10 > {tmp_path}/mode',
        f'cp "$1" {tmp_path}/copy',
        'echo junk > "$1"; touch "$1~"',
        "sleep 0.8",
        "echo EDITING",
        "read line < /dev/tty",
    )
    terminal = start(VISUAL=f"{editor} ", EDITOR="no-such-editor")
    terminal.press("E")
    terminal.until("EDITING")
    terminal.press(ENTER)
    terminal.until("changes to it are not kept")
    path = Path((tmp_path / "path").read_text().strip())
    assert path.name.endswith(copies.NAME)
    assert (tmp_path / "mode").read_text().strip() == "-rw-------"
    assert not path.parent.exists()
    document = json.loads((tmp_path / "copy").read_bytes())
    with Memory.open(tmp_path / "store") as memory:
        assert document == json.loads(json.dumps(pattern_json(memory.get(document["id"]))))
    still_works(terminal)


@pytest.mark.parametrize("key", ["2", "2" + ENTER])
def test_sessions_and_tasks_are_documents_too(start: Start, tmp_path: Path, key: str) -> None:
    editor = script(tmp_path / "editor", f'cp "$1" {tmp_path}/copy', "sleep 0.8")
    terminal = start(EDITOR=str(editor))
    terminal.press(key)
    terminal.until("┤2 Sessions├")
    if ENTER in key:
        terminal.until("Esc back")
        terminal.press("j")
    terminal.press("E")
    terminal.until("changes to it are not kept")
    document = json.loads((tmp_path / "copy").read_bytes())
    assert {"session", "episodes"} <= document.keys() or {"episode", "reward", "steps"} <= document.keys()


def test_the_settings_are_edited_and_read_again(start: Start, tmp_path: Path) -> None:
    editor = script(
        tmp_path / "editor", f'cp {tmp_path}/next "$1"', f'echo "$1" > {tmp_path}/path', "sleep 0.8"
    )
    terminal = start(EDITOR=str(editor))
    (tmp_path / "next").write_text('[ui.keys]\nhelp = "f1"\n')
    terminal.press(":config" + ENTER)
    terminal.until("Read again")
    assert (tmp_path / "path").read_text().strip() == str(tmp_path / "home" / "config.toml")
    terminal.until("f1 help")
    (tmp_path / "next").write_text('[ui.keys]\nhelpp = "f1"\n')
    terminal.press(":config" + ENTER)
    terminal.until("no action “helpp”")
    terminal.until("f1 help")
    (tmp_path / "next").write_text("")
    terminal.press(":config" + ENTER)
    terminal.until("? help")


def test_the_log_is_read_and_its_path_told(start: Start, tmp_path: Path) -> None:
    pager = script(tmp_path / "pager", "cat", "sleep 0.8")
    terminal = start(PAGER=str(pager))
    terminal.press(":logs" + ENTER)
    terminal.until("There is no log at")
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "tacit.log").write_text("2026-01-01 import done\x1b[31m\n")
    terminal.press(ENTER)
    terminal.until("The log is")
    assert b"import done" in terminal.raw
    assert b"done\x1b[31m" not in terminal.raw


def test_copies_of_an_inspector_that_was_killed_are_swept_by_the_next(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TACIT_HOME", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (str(gone.pid), str(os.getpid()), "odd"):
        (tmp_path / "cache" / "copies" / name).mkdir(parents=True)
    copies.sweep()
    assert [one.name for one in (tmp_path / "cache" / "copies").iterdir()] == [str(os.getpid())]
    shutil.rmtree(tmp_path / "cache")
    with copies.copy_of("p-1", [b"{}"]) as path:
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.parent.exists()


def test_the_inspector_sweeps_when_it_starts(start: Start, tmp_path: Path) -> None:
    left = tmp_path / "home" / "cache" / "copies" / "999999999" / "p-1-x.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    terminal = start()
    end = time.monotonic() + 120
    while left.exists():
        assert time.monotonic() < end
        terminal.read()


def test_which_program_a_variable_names(tmp_path: Path) -> None:
    assert program({"PAGER": " cat -v "}, ["PAGER"], [], "pager") == ["cat", "-v"]
    assert program({"VISUAL": "", "EDITOR": "cat"}, ["VISUAL", "EDITOR"], [], "editor") == ["cat"]
    assert program({}, ["PAGER"], ["no-such-thing", "cat -A"], "pager") == ["cat", "-A"]
    with pytest.raises(Usage, match="There is no pager here"):
        program({}, ["PAGER"], ["no-such-thing"], "pager")
    with pytest.raises(Usage, match="quotation mark"):
        program({"PAGER": "less '"}, ["PAGER"], [], "pager")


def test_the_clipboard_has_a_program_only_on_this_machine(tmp_path: Path, monkeypatch) -> None:
    script(tmp_path / "wl-copy", "cat")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program_for({"WAYLAND_DISPLAY": "wayland-0"}) == ("wl-copy",)
    assert program_for({"WAYLAND_DISPLAY": "wayland-0", "SSH_TTY": "/dev/pts/1"}) is None
    assert program_for({}) is None
    assert "set-clipboard on" in by_terminal({"TMUX": "/tmp/x"})
    assert "OSC 52" in by_terminal({})


def test_y_says_which_program_has_the_text(start: Start, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    script(tools / "wl-copy", f"/bin/cat > {tmp_path}/copied")
    (tmp_path / "sitecustomize.py").write_text(_UNHURRIED)
    environ = {"PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(tmp_path)}
    terminal = start(**environ, WAYLAND_DISPLAY="wayland-0")
    terminal.press("y")
    terminal.until("with wl-copy")
    assert (tmp_path / "copied").read_text().startswith("p-")
    script(tools / "wl-copy", "exit 1")
    terminal.press("y")
    terminal.until("OSC 52")

"""19. Whatever is wrong with the store is a panel with cause and remedy; the terminal is given back."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal

from tacit.memory import Memory

ESC = "\x1b"
READY = "judged tasks succeed"
LEFT_ALT = b"\x1b[?1049l"
_PAINTS = 60
_FRAME = 0.05  # seconds
CUT = 8192  # bytes that are left of a file
UNHURRIED = "import tacit.app.inspector.ending.ending as module\nmodule._PATIENCE = 60.0\n"


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_store, tmp_path / "store"))


@pytest.fixture
def at_terminal(store: Path) -> Iterator[Callable[..., Terminal]]:
    """The real command on the store, in a terminal of its own."""
    opened: list[Terminal] = []

    def start(*more: str, **environ: str) -> Terminal:
        opened.append(Terminal("--store", str(store), *more, columns=80, rows=24, **environ))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def faulty(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """The environment of a process in which something is broken from the start, by lines of Python."""

    def broken(code: str) -> dict[str, str]:
        folder = tmp_path / "faulty"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
        return {"PYTHONPATH": str(folder), "TACIT_HOME": str(tmp_path / "home")}

    return broken


def echoes(terminal: Terminal) -> bool:
    """Whether the terminal shows again what is typed, a line at a time."""
    flags = termios.tcgetattr(terminal.fd)[3]
    return bool(flags & termios.ECHO and flags & termios.ICANON)


def ended(terminal: Terminal, code: int) -> str:
    """Wait for the end; what stands in the terminal then, which is as it was before."""
    assert terminal.wait() == code, terminal.text
    assert echoes(terminal)
    assert terminal.raw.count(b"\x1b[?1049h") == terminal.raw.count(LEFT_ALT)
    assert "Traceback" not in terminal.text
    return " ".join(terminal.text.replace("│", " ").split())


def cut_off(store: Path) -> None:
    os.truncate(store / "data.mdb", CUT)


def mark_newer(store: Path) -> None:
    (store / "tacit-store").write_text("tacit store 9\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "cause", "remedy"),
    [
        (shutil.rmtree, "There is no store", "memory import"),
        (cut_off, "damaged", "memory backup restore"),
        (mark_newer, "newer", "Update Tacit"),
    ],
)
def test_a_store_that_cannot_be_opened_is_a_panel_that_stays(
    at_terminal: Callable[..., Terminal], store: Path, harm: Callable[[Path], object], cause: str, remedy: str
) -> None:
    harm(store)
    told = ended(at_terminal(), 3)
    assert "Tacit cannot open the store" in told
    assert cause in told
    assert remedy in told


def test_no_terminal_is_a_hint_to_the_commands(at_terminal: Callable[..., Terminal], store: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "tacit", "--store", str(store)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "memory patterns" in done.stderr


def test_a_store_that_another_process_keeps_locked_is_a_panel(
    at_terminal: Callable[..., Terminal], store: Path, faulty: Callable[[str], dict[str, str]]
) -> None:
    impatient = (
        "import tacit.store.presence as module\n"
        "wait = module.wait\n"
        "module.wait = lambda path, name, kind, timeout, busy: wait(path, name, kind, 0.1, busy)\n"
    )
    handle = os.open(store / "presence", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)  # as a process that compacts it does
    try:
        told = ended(at_terminal(**faulty(impatient)), 3)
    finally:
        os.close(handle)
    assert "Tacit cannot open the store" in told
    assert "being rewritten by another process" in told
    assert "Try again when it is done." in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_order(
    at_terminal: Callable[..., Terminal], faulty: Callable[[str], dict[str, str]], number: int
) -> None:
    terminal = at_terminal(**faulty(UNHURRIED))
    terminal.until(READY)
    os.kill(terminal.pid, number)
    ended(terminal, 130)


def test_a_signal_while_it_waits_for_the_store_ends_it_in_order(
    at_terminal: Callable[..., Terminal], store: Path
) -> None:
    handle = os.open(store / "presence", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)  # as a process that compacts it does
    try:
        terminal = at_terminal()
        patience = time.monotonic() + 120
        while echoes(terminal):
            assert time.monotonic() < patience
            terminal.read()
        os.kill(terminal.pid, signal.SIGTERM)
        assert "Interrupted." in ended(terminal, 130)
    finally:
        os.close(handle)


def test_a_terminal_that_goes_away_unheard_ends_it_too(demo_store: Path, tmp_path: Path) -> None:
    """A program that does not control its terminal is sent no signal when that is hung up."""
    store = shutil.copytree(demo_store, tmp_path / "store")
    near, far = os.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "tacit", "--store", str(store)]
    process = subprocess.Popen(command, stdin=far, stdout=far, stderr=far, start_new_session=True)
    os.close(far)
    try:
        seen = b""
        while b"1 Patterns" not in seen:
            assert select.select([near], [], [], 120)[0]
            seen += os.read(near, 65_536)
        os.close(near)
        assert process.wait(120) == 130
    finally:
        process.kill()
        process.wait()


def test_a_terminal_that_goes_away_ends_it(at_terminal: Callable[..., Terminal]) -> None:
    terminal = at_terminal()
    terminal.until(READY)
    os.dup2(os.open(os.devnull, os.O_RDONLY), terminal.fd)  # as when the window is closed
    assert terminal.ended() == 130


def test_a_signal_ends_it_where_the_terminal_takes_nothing_any_more(
    at_terminal: Callable[..., Terminal],
) -> None:
    terminal = at_terminal()
    terminal.until(READY)
    for number in range(_PAINTS):  # more than what the terminal and the program keep for it
        columns, rows = 280 + number % 7, 90
        fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(terminal.pid, signal.SIGWINCH)
        select.select([], [], [], _FRAME)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.ended() == 130


def test_a_store_that_goes_away_is_told_and_nothing_is_changed_any_more(
    at_terminal: Callable[..., Terminal], store: Path, tmp_path: Path
) -> None:
    terminal = at_terminal()
    terminal.until(READY)
    shutil.move(store, tmp_path / "elsewhere")
    shown = terminal.until("open it where it is")
    assert "Quit" in shown
    terminal.press(ESC)
    terminal.until("Quit, and open", gone=True)
    terminal.until("d delete", gone=True)
    shown = terminal.until(" GONE ")
    assert "e export" in shown
    terminal.press("q")
    ended(terminal, 0)


def test_a_file_that_is_cut_off_under_it_gives_the_terminal_back(
    at_terminal: Callable[..., Terminal], store: Path
) -> None:
    terminal = at_terminal()
    terminal.until(READY)
    terminal.rest()
    cut_off(store)
    told = ended(terminal, 3)
    assert "was cut off while it was open" in told
    assert "memory backup restore" in told


def test_a_full_disk_is_told_and_nothing_is_half_done(
    at_terminal: Callable[..., Terminal], store: Path, faulty: Callable[[str], dict[str, str]]
) -> None:
    """The file may not grow by a byte, as on a full disk, and has no free pages."""
    with Memory.open(store) as memory:
        assert memory.compact().done
        before = memory.stats().patterns
    size = (store / "data.mdb").stat().st_size
    environ = faulty(
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
    )
    terminal = at_terminal(**environ)
    terminal.until(READY)
    terminal.press("dy")
    terminal.until("did not answer")
    terminal.press(ESC)
    terminal.until("did not answer", gone=True)
    terminal.press("q")
    ended(terminal, 0)
    with Memory.open(store, readonly=True) as memory:
        assert memory.stats().patterns == before
        assert [one for one in memory.doctor() if one.level == "damage"] == []


def test_a_fault_beside_the_loop_is_a_panel_and_the_log_has_no_text(
    at_terminal: Callable[..., Terminal], faulty: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    environ = faulty(
        "import tacit.core.stats as module\n"
        "def stats(read):\n    raise ZeroDivisionError('text of a record')\n"
        "module.stats = stats\n"
    )
    terminal = at_terminal(**environ)
    terminal.until("Something went wrong in Tacit itself")
    terminal.until("tacit.log")
    terminal.press(ESC)
    terminal.until("wrong in Tacit", gone=True)
    terminal.press("2")
    terminal.until("┤2 Sessions├")
    terminal.press("q")
    ended(terminal, 0)
    log = (tmp_path / "home" / "tacit.log").read_text(encoding="utf-8")
    assert "failed ZeroDivisionError" in log
    assert "text of a record" not in log


def test_a_fault_in_painting_ends_it_with_a_panel(
    at_terminal: Callable[..., Terminal], faulty: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    environ = faulty(
        "import tacit.core.present as module\n"
        "def percent(*_):\n    raise ZeroDivisionError('text of a record')\n"
        "module.percent = percent\n"
    )
    terminal = at_terminal(**environ)
    told = ended(terminal, 1)
    assert "Something went wrong in Tacit itself" in told
    assert "text of a record" not in terminal.text
    assert "in render_line" in (tmp_path / "home" / "tacit.log").read_text(encoding="utf-8").replace(
        " render_line", " in render_line"
    )


async def test_a_read_only_store_has_a_badge_and_no_key_that_writes(demo_store, play) -> None:
    with Memory.open(demo_store, readonly=True, clock=lambda: 1_790_000_000_000) as memory:
        async with play(memory) as played:
            assert " READ-ONLY " in played.text
            shown = await played.press("d", note="d, which is not there")
            assert "Delete this pattern?" not in shown
            assert "d delete" not in shown

"""Point 20: ``memory --demo`` in one command, without configuration or network; the mouse; the copy."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal

_NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind"}:
        sys.stderr.write(f"NETWORK {event} {arguments}\\n")
        raise OSError("no network in this test")

sys.addaudithook(refuse)
"""


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """A home in which nothing is, and a Python that refuses and tells every use of the network."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_NO_NETWORK)
    (tmp_path / "home").mkdir()
    return {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path / "site")}


def test_one_command_shows_the_demo_without_configuration_or_network(alone: dict[str, str]) -> None:
    terminal = Terminal("--demo", **alone)
    try:
        terminal.until("DEMO")
        terminal.until("judged tasks succeed")
        assert terminal.screen.display[3][1] == "▌"
        for key, sign in (("2", "┤2 "), ("3", "┤3 "), ("4", "┤4 ")):
            terminal.press(key)
            terminal.until(sign)
        terminal.press("q")
        assert terminal.wait() == 0
        assert b"NETWORK" not in terminal.raw
    finally:
        terminal.close()
    written = [path.relative_to(alone["HOME"]) for path in Path(alone["HOME"]).rglob("config*")]
    assert written == []


def test_the_second_time_it_is_the_same_store_and_deletes_in_it_stay(alone: dict[str, str]) -> None:
    for last in (False, True):
        terminal = Terminal("--demo", **alone)
        try:
            terminal.until("judged tasks succeed")
            terminal.rest()
            if not last:
                terminal.press("dy")
                terminal.until("Deleted: ")
            else:
                terminal.press("u")
                terminal.until("Brought back: ")
            terminal.press("q")
            assert terminal.wait() == 0
        finally:
            terminal.close()


def test_y_copies_and_says_how(opened, own_store: Path) -> None:
    terminal = opened(own_store)
    terminal.press("y")
    terminal.until("Copied: p-")
    assert "OSC 52" in terminal.text
    copied = terminal.raw.partition(b"\x1b]52;c;")[2].partition(b"\x07")[0]
    assert base64.b64decode(copied).decode().startswith("p-")
    terminal.press("q")
    assert terminal.wait() == 0


def test_a_click_selects_a_click_on_the_selected_opens_and_the_wheel_scrolls(opened, own_store: Path) -> None:
    terminal = opened(own_store, columns=80, rows=24)
    terminal.rest()
    wanted = terminal.screen.display[8][4:24].partition("…")[0].strip()
    terminal.click(wanted)
    terminal.rest()
    assert terminal.screen.display[8].startswith("│▌"), terminal.text
    assert "Support" not in terminal.text
    terminal.click(wanted)
    terminal.until("Support")
    terminal.press("\x1b")
    terminal.until("Support", gone=True)
    first = terminal.screen.display[3]
    terminal.wheel(wanted, 2)
    terminal.rest()
    assert terminal.screen.display[3] != first
    terminal.click("2 Sessions")
    terminal.until("┤2 Sessions├")
    terminal.click("words of a title")
    terminal.until("Enter keep")
    terminal.press("q")
    terminal.rest()
    assert terminal.screen.display[1][1:6].split() == ["/", "q"]
    terminal.press("\x1b")
    terminal.rest()
    terminal.press("q")
    assert terminal.wait() == 0

"""Text out of transcripts is inert on its way to a terminal."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from transcript import habits

Call = Any


def unsafe(text: str) -> set[str]:
    found = {letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"}}
    return found - {"\n"}


@pytest.mark.parametrize("form", ["table", "json", "jsonl"])
@pytest.mark.parametrize("command", ["patterns", "sessions", "episodes", "stats", "search", "show", "undo"])
def test_nothing_a_terminal_obeys_is_printed(call: Call, command: str, form: str) -> None:
    args = {"search": ["search", "x"], "undo": ["undo", "--list"]}.get(command, [command])
    if command == "show":
        args = ["show"]
        for name in ("sessions", "episodes"):
            args += [row["id"] for row in call(name, "Look", "--format", "jsonl").lines()]
    done = call(*args, "--format", form, COLUMNS="200")
    assert done.code == 0
    assert unsafe(done.out) == set()
    assert unsafe(done.err) == set()


def test_hostile_text_stays_visible(call: Call) -> None:
    one = call("episodes", "Look", "--format", "jsonl").lines()[0]["id"]
    out = call("show", one).out
    assert "[/] [@click=app.quit]x[/]" in out
    assert "␛]52;c;aGk=␇" in out
    assert "日本語" in out


def test_hostile_arguments_are_inert_too(call: Call) -> None:
    for args in (
        ["show", "p-\x1b[31m"],
        ["\x1b]0;x\x07"],
        ["patterns", "kind:\x1b[2J"],
        ["import", "/no\x9b"],
    ):
        done = call(*args)
        assert done.code in {1, 2}
        assert unsafe(done.err) == set()


def test_deleting_a_hostile_thing(call: Call) -> None:
    one = call("episodes", "Look", "--format", "jsonl").lines()[0]["id"]
    assert unsafe(call("delete", one).out) == set()


def test_the_project_of_an_example_is_inert(call: Call, tmp_path: Any) -> None:
    for path in habits(tmp_path / "in"):
        path.write_text(path.read_text("utf-8").replace("/work/app", "/work/a\\u202egnp\\u2066x"), "utf-8")
    assert call("import", str(tmp_path / "in"), home=tmp_path / "home").code == 0
    rows = call("patterns", "--format", "jsonl", home=tmp_path / "home").lines()
    shown = call("show", *(row["id"] for row in rows), home=tmp_path / "home").out
    assert "gnp" in shown
    assert unsafe(shown) == set()

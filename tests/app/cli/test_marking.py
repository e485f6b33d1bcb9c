"""``memory mark``."""

from __future__ import annotations

from typing import Any

import pytest

Call = Any
HOSTILE = "\x1b]52;c;aGk=\x07 [/] \u202egnp"


def first(call: Call) -> dict[str, Any]:
    episode = call("episodes", "--format", "json", "--limit", "1").json()["episodes"][0]
    assert isinstance(episode, dict)
    return episode


def test_a_mark_is_told_shown_and_taken_back(call: Call) -> None:
    episode = first(call)
    done = call("mark", episode["id"][:8], "failure", "--note", "it was the wrong parser")
    assert done.code == 0
    assert done.out.startswith(f"Marked failure, was {episode['outcome']['label']}: fix the parser")
    assert "`memory undo`" in done.err
    page = call("show", episode["id"]).out
    assert "✗ failure, decided by mark" in page
    assert ": it was the wrong parser" in page
    (step,) = call("undo", "--list", "--format", "json").json()["steps"]
    assert (step["op"], step["ids"]) == ("mark", [episode["id"]])
    assert call("undo").out.startswith("Took back what was said of 1 episode")
    assert first(call) == episode


def test_the_forms_hold_the_mark(call: Call) -> None:
    episode = first(call)
    value = call("mark", episode["id"], "unknown", "--format", "json").json()
    assert (value["before"], value["after"], value["mark"]["label"]) == ("success", "unknown", "unknown")
    (shown,) = call("show", episode["id"], "--format", "jsonl").lines()
    assert shown["mark"] == value["mark"]
    assert shown["episode"]["outcome"]["source"] == "mark"
    value = call("mark", episode["id"], "--clear", "--format", "json").json()
    assert (value["after"], value["mark"]) == ("success", None)
    (shown,) = call("show", episode["id"], "--format", "jsonl").lines()
    assert (shown["mark"], shown["episode"]) == (None, episode)


def test_saying_it_again_changes_nothing_and_says_so(call: Call) -> None:
    episode = first(call)["id"]
    assert "it has no mark" in call("mark", episode, "--clear").err
    call("mark", episode, "partial")
    done = call("mark", episode, "partial")
    assert (done.code, done.out) == (0, "")
    assert "it is marked so" in done.err


def test_a_note_is_inert_and_holds_no_secret(call: Call) -> None:
    episode = first(call)["id"]
    secret = "ghp_" + "a1B2" * 9
    call("mark", episode, "failure", "--note", f"{HOSTILE} {secret}")
    for form in ("table", "json"):
        out = call("show", episode, "--format", form).out
        assert "gnp" in out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
        assert secret not in out


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "How did it end?"),
        (("brilliant",), 2, "is no mark"),
        (("success", "--clear"), 2, "nothing to say"),
        (("success", "--note", "x" * 1001), 2, "1,000 bytes"),
        (("success", "--readonly"), 3, "--readonly forbids it"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Call, words: tuple[str, ...], code: int, why: str) -> None:
    done = call("mark", first(call)["id"], *words)
    assert (done.code, done.out) == (code, "")
    assert why in done.err
    assert call("undo", "--list").out == ""


def test_only_episodes_that_are_there_are_marked(call: Call) -> None:
    session = first(call)["session"]
    assert call("mark", session, "success").code == 2
    assert call("mark", "e-000000000000", "success").code == 1

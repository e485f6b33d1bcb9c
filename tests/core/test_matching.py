"""Does a record hold a text?"""

from __future__ import annotations

import json

import pytest

from tacit.core.errors import Usage
from tacit.core.matching import Matcher
from tacit.core.model import Action, Episode, Evidence, Outcome, Session, Signature, Step


def step(**fields: object) -> Step:
    plain = {"n": 1, "call": "c", "tool": "Bash", "kind": "shell", "parameters": "", "observation": ""}
    return Step(**{**plain, "status": "ok", "at": 0, **fields})  # type: ignore[arg-type]


def episode(**fields: object) -> Episode:
    plain = {"id": "e-1", "session": "s-1", "native": "n", "project": "p", "agent": "claude-code"}
    more = {"prompt": "do", "started": 0, "ended": 1, "outcome": Outcome()}
    return Episode(**{**plain, **more, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "record",
    [
        step(parameters='{"command": "cat SECRET word"}'),
        step(observation="a\nSecret Word\n"),
        step(target="src/secret word.py"),
        step(actions=(Action("edit secret word", "ok"),)),
        step(error=Signature("no secret word", "other")),
        step(tool="mcp__secret word"),
        episode(prompt="the sEcReT wOrD"),
        episode(followups=("go", "secret word")),
        episode(files=("secret word",)),
        episode(outcome=Outcome(evidence=(Evidence("test", "failure", "secret word failed"),))),
        Session("s-1", "n", "claude-code", "p", "t", "/home/x/secret word", 0, 1),
        Session("s-1", "n", "claude-code", "p", "t", "/", 0, 1, branch="secret word"),
    ],
)
def test_it_is_found_in_every_text_of_a_record(record: object) -> None:
    assert Matcher("Secret Word").record(record)
    assert not Matcher("secret words").record(record)


@pytest.mark.parametrize(
    "text", ['say "hi"\tthere', "gr\u00fc\u00df dich", "a\\b", "l1\nl2", "\U0001f600 yes"]
)
def test_it_is_found_in_json_as_it_was_before(text: str) -> None:
    assert Matcher(text).record(step(parameters=json.dumps({"command": f"x {text} y"})))
    whole = json.dumps({"command": f"x {text} y {'z' * 90}"})
    assert Matcher(text).record(step(parameters=whole[:-60])), "also where the JSON was cut"
    assert Matcher(json.dumps(text)[1:-1]).record(step(parameters=json.dumps({"command": text})))


def test_letters_written_in_two_ways_are_one() -> None:
    assert Matcher("cafe\u0301").text("das CAF\u00c9 hier")
    assert Matcher("STRASSE").text("stra\u00dfe")


def test_words_of_our_own_are_no_text() -> None:
    told = episode(outcome=Outcome("success", 1.0, "test"), tools=(("shell", 1, 0),))
    for word in ("success", "claude-code", "shell", "e-1 "):
        assert not Matcher(word).record(told)
    assert not Matcher("shell").record(step())


@pytest.mark.parametrize("text", ["", "ab", " a\n "])
def test_a_text_that_is_in_everything_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="fewer than 3"):
        Matcher(text)


def test_text_that_was_escaped_again_and_again_is_found() -> None:
    text = 'gr\u00fcn\t"Zanzibar" \U0001f600'
    written = text
    for _ in range(3):
        written = json.dumps({"said": written})
        assert Matcher(text).record(step(parameters=written))
        assert not Matcher("Timbuktu").record(step(parameters=written))

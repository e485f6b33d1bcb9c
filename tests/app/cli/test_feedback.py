"""``memory feedback``, and what the pages tell of what was given to agents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from offered_stories import AGENT, DAY, LATER, Clock, brought, fixing, give, recovery
from referencing import Registry, Resource

from tacit import Memory
from tacit.core.model import Offered

Call = Any
HOSTILE = "\x1b]52;c;aGk=\x07 [/] \u202egnp"
SCHEMAS = [
    json.loads(path.read_text())
    for path in sorted((Path(__file__).parents[3] / "exports" / "schema").glob("*.json"))
]
REGISTRY = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in SCHEMAS])


def fits(name: str, value: object) -> None:
    """Whether a form is as the published schema says."""
    Draft202012Validator({"$ref": f"urn:tacit:schema:1:{name}"}, registry=REGISTRY).validate(value)


@pytest.fixture
def pattern(home: Path) -> str:
    """The id of a recovery."""
    with Memory.open(home / "store") as memory:
        return recovery(memory).id


@pytest.fixture
def given(home: Path, tmp_path: Path) -> Iterator[str]:
    """The id of a recovery that was given three times: used, not used, and nobody knows yet."""
    clock = Clock()
    with Memory.open(home / "store", clock=clock) as memory:
        for number in range(2):
            told = fixing(f"n{number}", LATER + number * DAY, reads=number == 0)
            give(memory, clock, told.after[0], told, how="search_patterns")
            brought(memory, clock, told, tmp_path / "in")
        give(memory, clock, LATER + 3 * DAY, fixing("later", LATER + 3 * DAY), how=HOSTILE)
        assert recovery(memory).offered == Offered(2, 1, 1, 1)
        yield recovery(memory).id


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_word_is_told_shown_and_taken_back(call: Call, pattern: str) -> None:
    before = call("show", pattern, "--format", "json").json()
    done = call("feedback", pattern[:8], "helped")
    assert done.code == 0
    assert done.out.startswith("Noted “helped”: File has not been read yet.")
    assert "not given to any agent" in done.err
    assert "`memory undo`" in done.err
    page = flat(call("show", pattern).out)
    assert "since offered known of 1 task: used in 1, went well 1 of 1" in page
    assert "Offered to agents only spoken of" in page
    assert "by a person said to have helped" in page
    (step,) = call("undo", "--list", "--format", "json").json()["steps"]
    assert (step["op"], step["ids"]) == ("feedback", [pattern])
    assert call("undo").out.startswith("Took back what was said of 1 pattern: File has not been read yet.")
    assert call("show", pattern, "--format", "json").json() == before


def test_it_is_said_of_the_session_that_is_named(call: Call, given: str, home: Path) -> None:
    with Memory.open(home / "store", readonly=True) as memory:
        unknown, unused, used = (one.session for one in memory.offers(given))
    assert call("feedback", given, "no-effect", "--session", used[:10]).code == 0
    done = call("feedback", given, "hindered", "--session", unknown)
    assert f"Said of when it was given to {AGENT} through " in done.err
    assert HOSTILE not in done.err
    with Memory.open(home / "store", readonly=True) as memory:
        said = {one.session: one.feedback for one in memory.offers(given)}
        assert said == {unknown: "hindered", unused: None, used: "no-effect"}
        assert recovery(memory).offered == Offered(3, 1, 1, 0)
    again = call("feedback", given, "hindered", "--session", unknown)
    assert (again.code, again.out) == (0, "")
    assert "Nothing to change" in again.err


def test_the_page_tells_what_came_of_what_was_given(call: Call, given: str) -> None:
    page = call("show", given).out
    assert "since offered 3 times, known of 2: used in 1, went well 1 of 1" in flat(page)
    assert "Offered to agents 3 times, newest first" in flat(page)
    rows = [flat(line) for line in page.splitlines() if " through " in line]
    assert [row.rpartition(" e-")[0] or row for row in rows[1:]] == [
        "2026-02-15 10:00 to claude-code through search_patterns not used",
        "2026-02-14 10:00 to claude-code through search_patterns used, went well",
    ]
    assert rows[0].endswith("not known")
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_forms_fit_and_hold_what_followed(call: Call, given: str, home: Path) -> None:
    (shown,) = call("show", given, "--format", "jsonl").lines()
    fits("show", shown)
    assert shown["given"] == 3
    assert shown["pattern"]["offered"] == {"known": 2, "applied": 1, "judged": 1, "successes": 1}
    assert [(one["known"], one["applied"], one["result"]) for one in shown["offers"]] == [
        (False, False, None),
        (True, False, None),
        (True, True, "success"),
    ]
    for row in call("patterns", "--format", "json").json()["patterns"]:
        fits("pattern", row)
    stats = call("stats", "--format", "json").json()
    fits("stats", stats)
    assert stats["offers"] == {
        "given": 3,
        "followed": {"known": 2, "applied": 1, "judged": 1, "successes": 1},
    }
    line = next(line for line in call("stats").out.splitlines() if line.strip().startswith("offered"))
    assert flat(line) == "offered 3 times, known of 2: used in 1, went well 1 of 1 (50 % used)"
    value = call("feedback", given, "hindered", "--format", "json").json()
    assert (value["id"], value["offer"]["feedback"], value["offer"]["how"]) == (given, "hindered", "feedback")


def test_without_offers_nothing_is_said_of_them(call: Call, pattern: str) -> None:
    assert "ffered" not in call("show", pattern).out
    assert "ffered" not in call("stats").out
    assert call("stats", "--format", "json").json()["offers"] == {"given": 0, "followed": None}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("p-zzzz", "helped"), 1, "There is no p-zzzz"),
        (("PATTERN", "liked"), 2, "no feedback"),
        (("PATTERN",), 2, "Missing argument"),
        (("PATTERN", "helped", "--session", "s-zzzz"), 1, "There is no s-zzzz"),
        (("PATTERN", "helped", "--session", "PATTERN"), 2, "is no session"),
        (("EPISODE", "helped"), 2, "is no pattern"),
        ((HOSTILE, "helped"), 1, "is no id"),
        (("PATTERN", HOSTILE), 2, "no feedback"),
        (("--readonly", "PATTERN", "helped"), 3, "--readonly forbids it"),
    ],
)
def test_mistakes_are_told(call: Call, pattern: str, words: tuple[str, ...], code: int, told: str) -> None:
    episode = call("episodes", "--format", "jsonl", "--limit", "1").lines()[0]["id"]
    named = {"PATTERN": pattern, "EPISODE": episode}
    done = call("feedback", *(named.get(word, word) for word in words))
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert "\x1b" not in done.err
    assert call("undo", "--list", "--format", "json").json()["steps"] == []


def test_ids_and_words_are_completed(home: Path, pattern: str) -> None:
    def complete(words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tacit"],
            env={name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
            | {"TACIT_HOME": str(home), "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
            | {"_MEMORY_COMPLETE": "bash_complete"},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete(f"memory feedback {pattern[:6]}") == [pattern]
    assert complete(f"memory feedback {pattern} h") == ["helped", "hindered"]
    assert complete(f"memory feedback {pattern} no") == ["no-effect"]
    assert all(one.startswith("s-") for one in complete(f"memory feedback {pattern} helped --session s-"))

"""``memory recall``, ``facts``, ``predict`` and ``context`` as a person or a program runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tacit.core.recall.tokens import tokens

Call = Any

UNREAD = "File has not been read yet. Read it first before writing to it."
FOLDER = Path(__file__).parents[3] / "exports" / "schema"
SCHEMAS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
REGISTRY = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)
ASKED = {
    "recall": ["recall", "--error", UNREAD],
    "facts": ["facts"],
    "predict": ["predict", "fix the parser, case h9"],
    "context": ["context", "fix the parser, case h9"],
}


def check(name: str, form: dict[str, Any]) -> None:
    Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(form)


def test_an_error_is_told_with_what_got_past_it_and_the_steps(call: Call) -> None:
    done = call("recall", "--error", UNREAD)
    assert done.code == 0
    assert "The same error" in done.out
    assert "read → edit" in done.out
    assert "100 % [51–100] n=4" in done.out
    assert "2 read *.py (src/parser.py)" in done.out


def test_the_error_may_be_piped_in(home: Path) -> None:
    text = f"starting\n<tool_use_error>{UNREAD}</tool_use_error>\n".encode()
    done = piped(home, text, "recall", "--error", "-", "--tool", "Edit", "--format", "json")
    assert done["recoveries"][0]["action"] == "read"
    assert done["signature"] == "starting", "of a file tool the first line counts, as in transcripts"


def piped(home: Path, data: bytes, *args: str) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *args],
        input=data, env=kept | {"TACIT_HOME": str(home)}, capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_error_is_one_of_usage(home: Path, data: bytes) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        piped(home, data, "recall", "--error", "-")
    assert failed.value.returncode == 2
    assert b"There is no error text to look for." in failed.value.stderr


def test_megabytes_of_anything_are_read_and_nothing_is_made_up(home: Path) -> None:
    noise = bytes(range(256)) * 20_000
    assert piped(home, noise, "recall", "--error", "-", "--format", "json")["recoveries"] == []


def test_nothing_known_is_an_empty_answer_and_no_failure(call: Call) -> None:
    done = call("recall", "--error", "the oven is too hot")
    assert (done.code, done.out) == (0, "")
    assert "Nothing is known of this error" in done.err


@pytest.mark.parametrize("name", ["recall", "prediction", "context", "list"])
def test_the_json_fits_its_schema(call: Call, name: str) -> None:
    args = ASKED[{"prediction": "predict", "list": "facts"}.get(name, name)]
    found = call(*args, "--format", "json").json()
    check(name, found)
    assert list(SCHEMAS[name]["properties"]) == list(found) or name == "list"
    assert SCHEMAS["fact"]["required"] == list(call("facts", "--format", "jsonl").lines()[0])


def test_nothing_known_fits_too(call: Call) -> None:
    check("recall", call("recall", "--error", "xyzzy", "--format", "json").json())
    check("prediction", call("predict", "plant a tree", "--format", "json").json())
    check("context", call("context", "plant a tree", "--tokens", "0", "--format", "json").json())
    check("list", call("facts", "--project", "nowhere", "--format", "json").json())


def test_facts_are_told_by_what_commands_are_for(call: Call) -> None:
    done = call("facts", "--project", "app", "--intent", "test")
    assert done.code == 0
    assert "75 % [30–95]  n=4" in done.out
    assert done.out.rstrip().endswith("pytest")
    assert call("facts", "--intent", "tset").code == 2
    few = call("facts", "--limit", "1", "--format", "json").json()
    assert (few["total"] > 1, few["truncated"], len(few["facts"])) == (True, True, 1)


def test_facts_keep_their_commands_on_a_narrow_terminal_below_their_projects(call: Call) -> None:
    head, *lines = call("facts", COLUMNS="72").out.splitlines()
    assert head.split()[0] == "FOR"
    assert "app" in lines[0]
    facts = call("facts", "--format", "json").json()["facts"]
    assert {line.split("  ")[-1].strip() for line in lines if line.startswith("  ")} == {
        one["command"] for one in facts
    }


@pytest.mark.parametrize("command", ["predict", "context"])
def test_no_task_is_told_whatever_asked_for_one(call: Call, command: str) -> None:
    done = call(command, "")
    assert done.code == 2
    assert "There is no task to look for." in done.err
    assert "memory " not in done.err


def test_a_prediction_says_what_it_is_worth(call: Call) -> None:
    done = call(*ASKED["predict"])
    assert done.code == 0
    assert done.out.startswith(
        "No prediction: like tasks tell no more than the base rate (similar tasks only)"
    )
    assert "base rate   75 % n=4" in done.out
    assert call("predict", "  ").code == 2


def test_a_block_keeps_its_budget(call: Call) -> None:
    for limit in (0, 150, 300, 3000):
        done = call(*ASKED["context"], "--tokens", str(limit))
        assert done.code == 0
        assert tokens(done.out) <= limit
    assert done.out.startswith("## What past sessions show in `work/app`\n")
    assert call(*ASKED["context"], "--tokens", "-1").code == 2


@pytest.mark.parametrize("command", ["recall", "facts", "predict", "context"])
def test_nothing_a_terminal_obeys_is_printed(call: Call, command: str) -> None:
    hostile = {
        "recall": [
            "recall",
            "--error",
            "Error: \x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/]",
            "--tool",
            "Edit",
        ],
        "predict": ["predict", "Look at \x1b]52;c;aGk=\x07 [/]"],
        "context": ["context", "Look at \x1b]52;c;aGk=\x07 [/]"],
    }.get(command, [command])
    for form in ("json", "jsonl", *(["table"] if command != "context" else ["markdown"])):
        done = call(*hostile, "--format", form, COLUMNS="200")
        assert done.code == 0
        for letter in done.out + done.err:
            assert letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}


@pytest.mark.parametrize("command", ["recall", "facts", "predict", "context"])
def test_the_help_has_an_example(call: Call, command: str) -> None:
    assert f"memory {command} " in call(command, "--help").out.split("Usage:")[1].split("\n", 1)[1]

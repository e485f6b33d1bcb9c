"""``memory audit``: the change log on the command line, and followed by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from going_on import GoingOn
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

Call = Any
SCHEMAS = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parents[3] / "exports" / "schema").glob("*.json")
]
LIST = Draft202012Validator(
    {"$ref": "urn:tacit:schema:1:list"},
    registry=Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in SCHEMAS]),
)
KEYS = ["seq", "at", "actor", "command", "op", "table", "id", "result"]


def test_it_prints_the_change_log_as_json_lines(call: Call) -> None:
    pattern = call("patterns", "--format", "jsonl").lines()[0]["id"]
    call("delete", pattern)
    done = call("audit")
    assert (done.code, done.err) == (0, "")
    lines = done.lines()
    assert all(list(line) == KEYS for line in lines)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    last = {key: lines[-1][key] for key in ("actor", "command", "op", "table", "id")}
    assert last == {"actor": "person", "command": "delete", "op": "trash", "table": "patterns", "id": pattern}
    assert lines[0]["command"] == "import"


def test_a_part_of_it(call: Call) -> None:
    everything = call("audit").lines()
    assert call("audit", "--limit", "2").lines() == everything[-2:]
    assert call("audit", "--limit", "0").lines() == everything
    assert call("audit", "--since", "1d", "--actor", "person").lines() == everything
    assert call("audit", "--actor", "nobody").out == ""
    whole = call("audit", "--format", "json", "--limit", "1").json()
    assert (whole["schema"], whole["total"], whole["truncated"]) == (1, len(everything), True)
    assert whole["changes"] == everything[-1:]
    LIST.validate(whole)


def test_a_table_shows_the_newest_lines_and_says_so(call: Call) -> None:
    pattern = call("patterns", "--format", "jsonl").lines()[0]["id"]
    for verb in ("pin", "unpin") * 4:
        call(verb, pattern)
    done = call("audit", "--format", "table")
    assert len(done.out.splitlines()) == 20
    assert "--limit 0 shows all" in done.err
    assert call("audit", "--format", "table", "--limit", "0").err == ""


def test_it_works_readonly(call: Call) -> None:
    everything = call("audit").out
    assert call("--readonly", "audit").out == everything


def test_what_makes_no_sense_is_a_usage_error(call: Call) -> None:
    for words, why in ((("--since", "soon"), "soon"), (("--follow", "--format", "json"), "no end")):
        done = call("audit", *words)
        assert done.code == 2
        assert why in done.err


def test_following_shows_what_others_write_until_it_is_interrupted(call: Call, home: Path) -> None:
    pattern = call("patterns", "--format", "jsonl").lines()[0]["id"]
    with GoingOn("audit", "--follow", "--limit", "1", home=home) as followed:
        followed.until(lambda: len(followed.out) == 1)
        call("pin", pattern)
        followed.until(lambda: len(followed.out) == 2)
        call("delete", pattern)
        followed.until(lambda: len(followed.out) > 2)
        assert followed.end() == 130
        told = [json.loads(line) for line in followed.out[1:]]
        assert [(one["command"], one["id"]) for one in told[:2]] == [("pin", pattern), ("delete", pattern)]
        assert "Interrupted." in followed.err


def test_the_log_has_the_published_form_too(call: Call, home: Path) -> None:
    (home / "tacit.log").write_text("2026-01-02T00:00:00Z 8 - failed X\n    a.py:3 f\n", encoding="utf-8")
    LIST.validate(call("logs", "--format", "json").json())


def test_following_ends_quietly_when_nobody_reads_any_more(home: Path) -> None:
    for command in ("audit", "logs"):
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "tacit", command, "--follow"],
            env=os.environ | {"TACIT_HOME": str(home), "HOME": str(home)},
            stdout=writing,
            stderr=subprocess.PIPE,
        )
        os.close(writing)
        assert os.read(reading, 10)
        os.close(reading)
        assert process.wait(120) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()

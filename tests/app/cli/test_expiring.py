"""The commands say that sessions expire, where a person reads it, and list them."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from transcript import habit

SCHEMA = Path(__file__).parents[3] / "exports" / "schema" / "transcript.json"


@pytest.fixture
def folder(home: Path) -> Path:
    """Claude Code's folder with two old sessions, of which one is imported."""
    return home / ".claude" / "projects" / "app"


def save(folder: Path, name: str, days: float) -> Path:
    path = habit(name).save(folder)
    at = time.time() - days * 86_400
    os.utime(path, (at, at))
    return path


def test_import_stats_and_sessions_say_it_once_below_what_they_print(call: Any, folder: Path) -> None:
    save(folder, "known", 28)
    done = call("import")
    said = "1 session expires within 7 days; what it tells is imported."
    assert done.err.splitlines()[-1] == said
    save(folder, "unknown", 27)
    for command in ("stats", "sessions"):
        done = call(command)
        assert (done.code, done.err.count("expire")) == (0, 1)
        assert done.err.splitlines()[-1] == said  # neither looks for what was never imported
        assert "expire" not in done.out
        for form in ("json", "jsonl"):
            assert call(command, "--format", form).err == ""
    elsewhere = call("import", str(save(folder.parent.parent / "mine", "x", 1)))
    assert "2 sessions expire within 7 days; 1 of them is not imported: `memory import`" in elsewhere.err
    assert "imported." in call("import").err.splitlines()[-1]


def test_where_nothing_expires_nothing_is_said(call: Any, folder: Path) -> None:
    save(folder, "fresh", 2)
    for command in ("import", "stats", "sessions"):
        assert "expire" not in call(command).err
    done = call("sessions", "--expiring")
    assert (done.code, done.out, done.err) == (0, "", "No transcript expires within 7 days.\n")
    assert call("sessions", "--expiring", "--format", "json").json()["transcripts"] == []


def test_expiring_transcripts_are_listed_the_next_first(call: Any, folder: Path) -> None:
    save(folder, "known", 27.5)
    call("import")
    new = save(folder, "unknown", 29.5)
    done = call("sessions", "--expiring")
    rows = [line.split() for line in done.out.splitlines()]
    assert rows[0] == ["EXPIRES", "ID", "STATE", "SESSION"]
    assert rows[1][:6] == ["in", "1", "day", "–", "not", "imported"]
    assert rows[1][6].endswith(f"/{new.name}")
    assert rows[2][:3] == ["in", "3", "days"]
    assert rows[2][4:] == ["imported", "fix", "the", "parser,", "case", "known"]
    assert call("show", rows[2][3]).code == 0
    value = call("sessions", "--expiring", "--format", "json").json()
    assert (value["schema"], value["total"], value["truncated"]) == (1, 2, False)
    check = Draft202012Validator(json.loads(SCHEMA.read_text()))
    for row in value["transcripts"]:
        check.validate(row)
    assert [row["state"] for row in value["transcripts"]] == ["new", "imported"]
    assert call("sessions", "--expiring", "--format", "jsonl").lines() == value["transcripts"]
    cut = call("sessions", "--expiring", "--limit", "1", "--format", "json").json()
    assert (cut["total"], cut["truncated"], len(cut["transcripts"])) == (2, True, 1)
    assert "1 of 2 transcripts shown" in call("sessions", "--expiring", "--limit", "1").err
    assert len(call("sessions", "--within", "1d").out.splitlines()) == 2


@pytest.mark.parametrize(
    "args",
    [("words",), ("--project", "x"), ("--explain",), ("--used-within", "3d"), ("--within", "soon")],
)
def test_the_list_takes_no_query(call: Any, args: tuple[str, ...]) -> None:
    assert call("sessions", "--expiring", *args).code == 2


def test_hostile_names_reach_nobodys_terminal(call: Any, folder: Path) -> None:
    path = save(folder / "x\x1b[31m\u202e", "bad", 28)
    path.rename(path.with_name(f"\udcff{path.name}"))  # a byte that is no UTF-8
    done = call("sessions", "--expiring")
    assert "not imported" in done.out
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    told = call("sessions", "--expiring", "--format", "json")
    assert "\x1b" not in told.out
    assert "\\udcff" in told.json()["transcripts"][0]["path"]
    assert call("import").code == 0
    assert call("stats").err.count("expires") == 1

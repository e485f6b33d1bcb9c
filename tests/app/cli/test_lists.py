"""``memory patterns``, ``sessions`` and ``episodes``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

Call = Any


def test_patterns_show_rate_interval_and_count(call: Call) -> None:
    done = call("patterns")
    assert done.code == 0
    head, *rows = done.out.splitlines()
    assert head.split()[:3] == ["ID", "VERDICT", "SUCCESS"]
    assert rows
    for row in rows:
        assert re.match(r"p-\w{6,12} +[▲▼↺•·] \w+ +(\d+ %|–) +(\[\d+–\d+\] +)?n=\d+", row), row
    assert any("recovery" in row and "not been read yet" in row for row in rows)


def test_the_list_as_json_follows_the_contract(call: Call) -> None:
    shown = call("patterns", "--format", "json").json()
    assert list(shown) == ["schema", "total", "truncated", "patterns"]
    assert shown["total"] == len(shown["patterns"]) > 1
    assert shown["truncated"] is False
    assert {"id", "rate", "low", "high", "uses", "judged", "verdict"} <= shown["patterns"][0].keys()


def test_a_truncated_answer_says_so_everywhere(call: Call) -> None:
    everything = call("patterns", "--format", "json").json()["total"]
    asked = call("patterns", "--limit", "1", "--format", "json")
    assert asked.json()["truncated"] is True
    assert asked.json()["total"] == everything
    assert f"1 of {everything} patterns shown" in asked.err
    assert f"1 of {everything} patterns shown" in call("patterns", "--limit", "1").err
    assert "shown" not in call("patterns", "--limit", "0").err


def test_json_lines_are_one_object_each(call: Call) -> None:
    lines = call("patterns", "--format", "jsonl").lines()
    assert lines == call("patterns", "--format", "json").json()["patterns"]


@pytest.mark.parametrize(
    ("args", "fits"),
    [
        (["kind:recovery"], lambda p: p["kind"] == "error_recovery"),
        (["--kind", "fact"], lambda p: p["kind"] == "heuristic"),
        (["--verdict", "recovery"], lambda p: p["kind"] == "error_recovery"),
        (["edit", "--min-success", "80%"], lambda p: p["rate"] >= 0.8 and "edit" in p["title"]),
        (["--file", "*.py"], lambda p: any(path.endswith(".py") for path in p["files"])),
        (["project:work/app"], lambda p: p["projects"] == 1),
    ],
)
def test_queries_and_options_narrow_the_list(call: Call, args: list[str], fits: Any) -> None:
    found = call("patterns", *args, "--format", "json").json()["patterns"]
    everything = call("patterns", "--format", "json").json()["patterns"]
    assert found == [pattern for pattern in everything if fits(pattern)]
    assert found


def test_sorting(call: Call) -> None:
    titles = [p["title"] for p in call("patterns", "--sort", "title", "--format", "jsonl").lines()]
    assert titles == sorted(titles, key=str.casefold)
    uses = [p["uses"] for p in call("patterns", "--sort", "uses", "--format", "jsonl").lines()]
    assert uses == sorted(uses, reverse=True)


def test_an_empty_answer_is_no_error_and_says_what_to_try(call: Call) -> None:
    done = call("patterns", "nothing-like-this")
    assert (done.code, done.out) == (0, "")
    assert "Nothing fits" in done.err
    assert call("patterns", "--used-within", "0d", "--format", "json").json()["patterns"] == []


def test_a_mistyped_query_is_underlined(call: Call) -> None:
    done = call("patterns", "edit", "kind:recovry")
    assert done.code == 2
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[1].index("recovry") == lines[2].index("^")
    assert lines[2].count("^") == len("recovry")
    assert "Did you mean recovery?" in done.err


@pytest.mark.parametrize(
    "args",
    [
        ["--min-success", "much"],
        ["--min-success", "180%"],
        ["--used-within", "soon"],
        ["--sort", "colour"],
        ["--limit", "-1"],
        ["--format", "xml"],
        ["--nonsense"],
    ],
)
def test_a_wrong_value_is_a_usage_error(call: Call, args: list[str]) -> None:
    done = call("patterns", *args)
    assert done.code == 2
    assert done.err.startswith("error: ")
    assert "hint: " in done.err


def test_sessions_and_episodes_are_lists_too(call: Call) -> None:
    sessions = call("sessions", "--format", "json").json()
    assert sessions["total"] == len(sessions["sessions"]) == 5
    episodes = call("episodes", "project:work/app", "--format", "json").json()
    assert {episode["project"] for episode in episodes["episodes"]} == {"work/app"}
    assert "✓ success" in call("episodes").out
    assert "fix the parser" in call("sessions", "parser").out
    assert "1 of 5 sessions shown" in call("sessions", "--limit", "1").err


def test_what_only_patterns_have_is_refused_elsewhere(call: Call) -> None:
    done = call("sessions", "kind:fact")
    assert done.code == 2
    assert "kind:" in done.err


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("command", ["patterns", "sessions", "episodes", "stats", "search"])
def test_tables_keep_to_the_width(call: Call, command: str, columns: int) -> None:
    from tacit.core.text import cell_width

    args = [command, "edit"] if command == "search" else [command]
    out = call(*args, COLUMNS=str(columns)).out
    least = 56  # below that the facts that are never dropped need more than there is
    assert max(cell_width(line) for line in out.splitlines()) <= max(columns, least)


def test_without_a_terminal_nothing_is_cut(call: Call) -> None:
    assert "…" not in call("patterns", "--limit", "0").out


def test_a_missing_store_is_told_with_the_next_step(call: Call, tmp_path: Path) -> None:
    for command in ("patterns", "sessions", "stats", "doctor"):
        done = call(command, home=tmp_path / "nobody")
        assert done.code == 3
        assert "memory import" in done.err
        assert done.out == ""


def test_the_order_of_effectiveness_shows_what_it_goes_by(call: Call) -> None:
    head, *rows = call("patterns", "--sort", "effectiveness").out.splitlines()
    numbers = [row.split()[1] for row in rows]
    assert head.split()[1] == "EFFECTIVE"
    judged = [float(number) for number in numbers if number != "–"]
    assert judged == sorted(judged, reverse=True)
    assert judged
    assert all(number == "–" for number in numbers[len(judged) :])
    assert "EFFECTIVE" not in call("patterns").out


def test_the_agent_of_each_session_is_named_where_there_is_room(call: Call) -> None:
    wide = call("sessions", COLUMNS="120").out.splitlines()
    assert "AGENT" in wide[0]
    assert all("claude-code" in line for line in wide[1:])
    assert "AGENT" not in call("sessions", COLUMNS="70").out

"""``memory show``, ``search``, ``stats`` and ``doctor``."""

from __future__ import annotations

from typing import Any

import pytest

Call = Any


def first(call: Call, name: str, *args: str) -> str:
    found = call(name, *args, "--format", "jsonl").lines()[0]["id"]
    assert isinstance(found, str)
    return found


def test_a_pattern_is_shown_with_numbers_trend_and_the_very_steps(call: Call) -> None:
    one = first(call, "patterns", "kind:recovery", "yet")
    done = call("show", one)
    assert done.code == 0
    assert one in done.out
    for part in (
        "success ",
        "n=4",
        "By week",
        "Evidence",
        "4 of 4 uses",
        "✗ Edit src/parser.py",
        "edit refused",
    ):
        assert part in done.out


def test_evidence_can_be_shortened_and_says_so(call: Call) -> None:
    one = first(call, "patterns", "kind:recovery", "yet")
    assert "1 of 4 uses" in call("show", one, "--limit", "1").out


def test_a_pattern_as_json_has_weeks_and_evidence(call: Call) -> None:
    one = first(call, "patterns", "kind:recovery", "yet")
    shown = call("show", one, "--format", "json").json()
    assert shown["total"] == 1
    result = shown["results"][0]
    assert result["type"] == "pattern"
    assert result["pattern"]["id"] == one
    assert sum(week["uses"] for week in result["weeks"]) == len(result["evidence"]) == 4


def test_the_beginning_of_an_id_is_enough(call: Call) -> None:
    one = first(call, "patterns")
    assert one in call("show", one[:9]).out


def test_several_kinds_of_ids_at_once(call: Call) -> None:
    ids = [first(call, "patterns"), first(call, "sessions", "parser"), first(call, "episodes", "parser")]
    shown = call("show", *ids, "--format", "jsonl").lines()
    assert [result["type"] for result in shown] == ["pattern", "session", "episode"]
    assert shown[1]["episodes"][0]["session"] == ids[1]
    assert shown[2]["steps"][0]["n"] == 1
    assert shown[2]["patterns"]


def test_an_episode_says_how_it_ended_and_why(call: Call) -> None:
    out = call("show", first(call, "episodes", "parser")).out
    assert "success, decided by test" in out or "failure, decided by test" in out
    assert "fix the parser" in out
    assert "Bash pytest -q" in out
    assert "What it taught" in out


def test_a_session_lists_its_episodes(call: Call) -> None:
    out = call("show", first(call, "sessions", "parser")).out
    assert "Episodes  1, oldest first" in out
    assert "claude-code" in out


@pytest.mark.parametrize("wrong", ["p-zzzzzzzzzzzz", "x-123456", "nonsense", "p-!!!!!"])
def test_an_unknown_id_is_not_found(call: Call, wrong: str) -> None:
    done = call("show", wrong)
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("error: ")


def test_a_mistyped_id_names_its_neighbour(call: Call) -> None:
    one = first(call, "patterns")
    wrong = one[:-1] + ("a" if one[-1] != "a" else "b")
    done = call("show", wrong)
    assert done.code == 1
    assert one in done.err


def test_search_finds_patterns_sessions_episodes_and_steps(call: Call) -> None:
    found = call("search", "parser", "--format", "json").json()
    assert found["total"] == len(found["results"])
    assert {"session", "episode", "step"} <= {hit["type"] for hit in found["results"]}
    table = call("search", "parser", "--limit", "2")
    assert len(table.out.splitlines()) == 3
    assert "2 of" in table.err
    assert "Nothing found" in call("search", "zzz-nowhere").err
    assert "memory models build" in table.err


def test_search_explains_each_score(call: Call) -> None:
    found = call("search", "parser", "lint", "--mode", "lexical", "--format", "json").json()["results"]
    assert [hit["score"] for hit in found] == sorted((hit["score"] for hit in found), reverse=True)
    for hit in found:
        assert hit["score"] == pytest.approx(sum(hit["parts"].values()), abs=0.001)
        assert hit["mode"] == "lexical"
    said = call("search", "parser", "--explain", "--format", "json").json()["explained"]
    assert (said["mode"], said["query"]) == ("lexical", "parser")
    assert said["rows_read"] > 0
    assert "words" in call("search", "parser", "--explain").out
    steps = call("search", "parser", "--type", "step", "--format", "json").json()["results"]
    assert {hit["type"] for hit in steps} == {"step"}
    assert call("search", "parser", "--mode", "wrong").code == 2
    assert call("search", "sort:uses parser").code == 2


def test_stats_in_both_forms(call: Call) -> None:
    shown = call("stats", "--format", "json").json()
    assert shown["sessions"] == 5
    out = call("stats").out
    for part in (
        "patterns",
        "By week",
        "2026-W02",
        "Projects",
        "work/app",
        "Tools",
        "From sessions to patterns",
    ):
        assert part in out
    assert call("stats", "--format", "jsonl").lines() == [shown]


def test_the_doctor_finds_a_sound_store(call: Call) -> None:
    done = call("doctor")
    assert done.code == 0
    assert "sound" in done.err
    findings = call("doctor", "--format", "json").json()["findings"]
    assert {finding["level"] for finding in findings} == {"ok"}


def test_an_episode_is_looked_back_at_with_its_reward_and_the_steps_behind_each_remark(call: Call) -> None:
    one = first(call, "episodes", "case h0")
    done = call("show", one, COLUMNS="100")
    block = done.out.split("Looking back")[1].split("\nPrompt")[0]
    assert "fix the parser, case h0. Success: pytest passed." in block
    assert "= success 1 × pace " in block
    assert "✓ `ruff check` failed on" in block
    assert "(steps " in block
    assert "debugging · python · moderate" in done.out
    assert max(map(len, done.out.splitlines())) <= 100


def test_an_episode_as_json_has_what_is_said_of_it(call: Call) -> None:
    one = first(call, "episodes", "case h0")
    result = call("show", one, "--format", "jsonl").lines()[0]
    reward = result["reward"]
    parts = reward["base"] * reward["efficiency"] * (1 + reward["complexity"])
    assert reward["value"] == pytest.approx(parts * reward["quality"] * (1 + reward["learning"]), rel=1e-5)
    assert result["summary"].startswith("fix the parser, case h0. Success")
    assert 0 < len(result["reflection"]["successes"]) <= 5
    assert set(result["salient"]) == {"files", "tools", "errors", "decisions"}


def test_the_totals_tell_success_by_type_and_language_and_explain_a_thin_memory(call: Call) -> None:
    done = call("stats", COLUMNS="100")
    assert "Success by type of task and by language" in done.out
    assert "debugging" in done.out
    assert "python" in done.out
    assert "tasks whose end is known, by test 4" in done.out
    assert "− a class of errors that is one exact error" in done.out
    assert "6  patterns in the list" in done.out
    assert "\x1b" not in done.out

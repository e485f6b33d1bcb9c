"""The query language on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

Call = Any
SCHEMA = json.loads((Path(__file__).parents[3] / "exports" / "schema" / "explained.json").read_text())


def ids(done: Any, name: str = "patterns") -> list[str]:
    return [one["id"] for one in done.json()[name]]


def test_the_same_query_as_words_and_as_options(call: Call) -> None:
    form = ("--format", "json")
    by_options = call("patterns", "--kind", "fact", "--min-success", "50%", "--sort", "uses", *form)
    by_words = call("patterns", "kind:fact success:>=0.5", "sort:uses", *form)
    assert ids(by_words) == ids(by_options)
    assert ids(by_words)
    assert ids(call("patterns", "kind:fact OR kind:recovery", *form)) == ids(
        call("patterns", "kind:fact,recovery", *form)
    )


def test_a_minus_says_no_and_an_unknown_option_is_still_one(call: Call) -> None:
    everything = call("patterns", "--format", "json").json()["total"]
    facts = call("patterns", "kind:fact", "--format", "json").json()["total"]
    assert call("patterns", "-kind:fact", "--format", "json").json()["total"] == everything - facts > 0
    assert call("sessions", "-zebra", "--limit", "1", "--format", "json").json()["total"] > 0
    done = call("patterns", "--knd", "fact")
    assert done.code == 2
    assert "--kind" in done.err
    done = call("patterns", "--", "--knd")
    assert done.code == 0
    assert "Nothing fits" in done.err


def test_a_limit_in_the_query_bounds_every_form(call: Call) -> None:
    assert len(ids(call("patterns", "limit:1", "--format", "json"))) == 1
    done = call("patterns", "limit:1")
    assert len(done.out.splitlines()) == 2
    assert "limit: ends it there" in done.err
    assert len(call("patterns", "limit:3", "--limit", "2", "--format", "jsonl").lines()) == 2


@pytest.mark.parametrize(
    ("command", "query", "where"),
    [
        ("sessions", "verdict:helps", "`memory patterns` knows it"),
        ("episodes", "branch:main", "`memory sessions` knows it"),
        ("patterns", "tool:shell", "`memory episodes` knows it"),
    ],
)
def test_a_field_of_another_list_names_the_lists_that_have_it(
    call: Call, command: str, query: str, where: str
) -> None:
    done = call(command, query)
    assert done.code == 2
    assert where in done.err
    assert "^^" in done.err


def test_an_explanation_follows_the_contract(call: Call) -> None:
    for command, query in (
        ("patterns", "kind:fact -x"),
        ("sessions", "used:<9d"),
        ("episodes", "outcome:success"),
    ):
        shown = call(command, query, "--explain", "--format", "json").json()
        Draft202012Validator(SCHEMA).validate(shown)
        assert shown["explained"]["list"] == command
        assert call(command, query, "--explain", "--format", "jsonl").lines() == [shown["explained"]]
    page = call("patterns", "kind:fact -zebra", "--explain").out
    assert "kind of patterns, heuristic" in page
    assert "-zebra" in page
    assert page.splitlines()[-1].split()[0] == "read"


@pytest.mark.parametrize(
    "query", ["a" * 100_000, "(" * 500, '"' * 99, "\x1b]52;c;x\x07", "\u202ekind:x", "🦀 success:>"]
)
def test_hostile_queries_end_in_an_answer_or_a_short_message(call: Call, query: str) -> None:
    done = call("patterns", query)
    assert done.code in {0, 2}
    assert "Traceback" not in done.err
    assert "\x1b" not in done.err
    assert len(done.err) < 2_000


def test_shells_are_offered_names_and_values_of_the_store(call: Call, home: Path) -> None:
    from click.shell_completion import ShellComplete

    from tacit.app.commands.history import episodes, sessions
    from tacit.app.commands.patterns import patterns

    def offered(command: Any, incomplete: str) -> list[str]:
        shell = ShellComplete(command, {}, command.name, "_MEMORY_COMPLETE")
        return [one.value for one in shell.get_completions([], incomplete)]

    project = call("sessions", "--format", "json").json()["sessions"][0]["project"]
    assert offered(patterns, "verd") == ["verdict:"]
    assert offered(patterns, "kind:fact,rec") == ["kind:fact,error_recovery"]
    assert offered(episodes, "task:deb") == ["task:debugging"]
    assert f"project:{project}" in offered(sessions, "project:")


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "vector"])
def test_a_search_that_is_explained_fits_the_schema_and_a_narrow_terminal(call: Call, mode: str) -> None:
    asked = ("search", "the parser", "--mode", mode, "--explain")
    said = call(*asked, "--limit", "3", "--format", "json").json()
    Draft202012Validator(SCHEMA).validate(said)
    assert said["explained"]["results"]
    page = call(*asked, COLUMNS="80").out.splitlines()
    assert max(map(len, page)) <= 80
    hits = next(place for place, line in enumerate(page) if line.startswith("SCORE")) + 1
    assert all(line.split()[0] in {"words", "meaning"} for line in page[hits + 1 :: 2])


def test_a_mistake_in_a_long_query_is_shown_on_one_line_of_the_terminal(call: Call) -> None:
    lines = call("patterns", "word " * 40 + "kind:zebra " + "more " * 40, COLUMNS="60").err.splitlines()
    query, mark = lines[1:3]
    assert len(query) <= 60
    assert query[mark.index("^") : mark.rindex("^") + 1] == "zebra"


def test_a_field_of_another_list_is_named_with_the_list_that_knows_it(call: Call) -> None:
    done = call("patterns", "outcom:failure")
    assert done.code == 2
    assert "outcome:?" in done.err
    assert "`memory episodes` know it" in done.err

"""``memory related``, ``files``, ``trends`` and ``clusters``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from jsonschema import Draft202012Validator
from transcript import Transcript

from tacit.app.commands.clusters import clusters
from tacit.app.commands.files import files
from tacit.app.commands.related import related
from tacit.app.commands.trends import trends

Call = Any
SCHEMA = Path(__file__).parents[3] / "exports" / "schema"
DAY = 86_400_000
HOSTILE = "\x1b]52;c;aGk=\x07[/] \u202egnp"


def check(name: str, value: dict[str, Any]) -> None:
    Draft202012Validator(json.loads((SCHEMA / f"{name}.json").read_text())).validate(value)
    assert list(value)[:4] == ["schema", "total", "truncated", name]
    assert set(value) == set(json.loads((SCHEMA / f"{name}.json").read_text())["required"])


def first_id(call: Call, *query: str, table: str = "patterns") -> str:
    found = call(table, *query, "--format", "json").json()[table]
    return str(found[0]["id"])


@pytest.fixture
def paired(call: Call, tmp_path: Path) -> Call:
    """The same command line, with nine sessions more that change two files together or others."""
    for number in range(9):
        one = Transcript(f"pair{number}", start=1_770_000_000_000 + number * 7 * DAY)
        one.prompt(f"change the tables, case {number}")
        for name in ("core/tables.py", "docs/tables.md") if number % 2 else ("other.py", f"x{number}.py"):
            one.read(name)
            one.edit(name)
        one.bash("make check", "all good")
        one.bash("make tidy", "tidied")
        one.tests_pass() if number > 3 else one.tests_fail()
        one.save(tmp_path / "in")
    assert call("import", str(tmp_path / "in")).code == 0
    return call


@pytest.mark.parametrize("name", ["related", "files", "trends", "clusters"])
def test_the_json_is_of_the_published_form_and_its_lines_are_the_items(paired: Call, name: str):
    for more in {
        "related": [
            [first_id(paired)],
            [first_id(paired, table="episodes")],
            [first_id(paired, table="sessions")],
        ],
        "files": [[], ["core/tables.py"], ["*.py", "--used-within", "10y"], ["nowhere"]],
        "trends": [[], [first_id(paired)], ["--project", "work/app"]],
        "clusters": [[], ["--project", "nowhere"]],
    }[name]:
        done = paired(name, *more, "--format", "json")
        assert done.code == 0, done.err
        check(name, done.json())
        assert paired(name, *more, "--format", "jsonl").lines() == done.json()[name]


@pytest.mark.parametrize("name", ["related", "files", "trends", "clusters"])
def test_an_empty_store_is_no_failure(call: Call, tmp_path: Path, name: str):
    call("import", str(tmp_path), home=tmp_path / "new")
    more = ["p-3f9k2m"] if name == "related" else []
    done = call(name, *more, home=tmp_path / "new")
    assert done.code in ({1, 3} if name == "related" else {0, 3})
    assert "Traceback" not in done.err


def test_a_limit_cuts_and_says_so(paired: Call):
    whole = paired("files", "*.py", "--format", "json").json()
    cut = paired("files", "*.py", "--limit", "1", "--format", "json").json()
    assert cut["total"] == whole["total"] > 1
    assert (cut["truncated"], len(cut["files"])) == (True, 1)
    assert "--limit 0 shows all" in paired("files", "*.py", "--limit", "1").err


def test_files_of_a_path_name_what_goes_with_it_and_what_was_used(paired: Call):
    done = paired("files", "docs/tables.md")
    assert "core/tables.py + docs/tables.md" in done.out
    assert "Patterns used in these episodes" in done.out
    assert "make check" in done.out
    none = paired("files", "docs/tables.md", "--used-within", "1d")
    assert none.code == 0
    assert "core/tables.py + docs/tables.md" not in none.out
    assert "nothing else" in none.out


def test_a_file_nobody_changed_is_an_empty_answer(paired: Call):
    done = paired("files", "no/such.py")
    assert (done.code, done.out) == (0, "")
    assert "No episode changed a file called no/such.py." in done.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["related", "p-zzzzzz"], 1, "There is no p-zzzzzz"),
        (["related", "nonsense"], 1, "is no id"),
        (["related"], 2, "ID"),
        (["trends", "p-zzzzzz"], 1, "There is no p-zzzzzz"),
        (["files", "--used-within", "30d"], 2, "Name one"),
        (["files", "a.py", "--used-within", "soon"], 2, "is no span of time"),
        (["clusters", "--limit", "-1"], 2, "limit"),
    ],
)
def test_what_cannot_be_answered_says_why(call: Call, words: list[str], code: int, said: str):
    done = call(*words)
    assert done.code == code
    assert said in done.err
    assert done.out == ""


def test_an_episode_has_no_trend(call: Call):
    done = call("trends", first_id(call, table="episodes"))
    assert done.code == 2
    assert "is no pattern" in done.err


def test_a_trend_of_one_shows_its_weeks(paired: Call):
    done = paired("trends", first_id(paired, "make"))
    assert "trend" in done.out
    assert "2026-W" in done.out
    assert "4 WEEKS" in done.out


def test_without_a_model_clusters_say_that_they_are_of_words(call: Call):
    done = call("clusters")
    assert done.code == 0
    assert "by common words, not by meaning" in done.err
    assert "memory models build" in done.err


def test_hostile_text_reaches_the_terminal_cleaned(call: Call):
    episode = first_id(call, "gnp.exe", table="episodes")
    for words in (["related", episode], ["files", HOSTILE], ["files", "*"], ["clusters"], ["trends"]):
        for form in ("table", "json"):
            done = call(*words, "--format", form)
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.out + done.err), words


@pytest.mark.parametrize("path", ["", "/", " "])
def test_no_path_is_one_of_usage(call: Call, path: str):
    done = call("files", path)
    assert done.code == 2
    assert "There is no file to look for." in done.err


def test_show_tells_what_is_used_with_a_pattern_where_that_stands(paired: Call):
    ids = [one["id"] for one in paired("patterns", "--format", "json").json()["patterns"]]
    stands = {
        public_id
        for public_id in ids
        for one in paired("related", public_id, "--format", "json").json()["related"]
        if one["stands"] and not one["shares"]
    }
    shown = {public_id for public_id in ids if "Used together with" in paired("show", public_id).out}
    assert shown == stands


@pytest.mark.parametrize("command", [related, files, trends, clusters], ids=lambda one: str(one.name))
def test_help_has_examples_and_ids_and_projects_are_completed(call: Call, home: Path, command: click.Command):
    assert call(str(command.name), "--help").out.count(f"memory {command.name}") >= 2
    shell = ShellComplete(command, {}, str(command.name), "_MEMORY_COMPLETE")

    def offered(*words: str) -> list[str]:
        return [one.value for one in shell.get_completions(list(words[:-1]), words[-1])]

    assert offered("--project", "work/a") == ["work/app"]
    if command in {related, trends}:
        public_id = first_id(call)
        assert offered(public_id[:8]) == [public_id]

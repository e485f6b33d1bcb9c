"""``memory project``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from transcript import habit

Call = Any
SCHEMA = Path(__file__).parents[3] / "exports" / "schema"
HOSTILE = "\x1b]52;c;aGk=\x07[/] \u202egnp"


@pytest.fixture
def two(call: Call, tmp_path: Path) -> Call:
    """The same command line, with a second project beside ``work/app``."""
    one = habit("other", cwd="/home/dev/src/app")
    one.edit("src/core/parser/lexer/tokens.py")
    assert call("import", str(one.save(tmp_path / "in"))).code == 0
    return call


def projects(call: Call) -> dict[str, dict[str, Any]]:
    return {one["project"]: one for one in call("project", "list", "--format", "json").json()["projects"]}


def test_the_list_is_one_of_the_published_form(two: Call):
    schemas = [json.loads(path.read_text()) for path in SCHEMA.glob("*.json")]
    registry = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in schemas])
    validator = Draft202012Validator(json.loads((SCHEMA / "list.json").read_text()), registry=registry)
    two("project", "merge", "src/app", "work/app")
    listed = two("project", "list", "--format", "json")
    validator.validate(listed.json())
    lines = two("project", "list", "--format", "jsonl").lines()
    assert lines == listed.json()["projects"]
    assert list(lines[0]) == json.loads((SCHEMA / "project.json").read_text())["required"]


def test_the_table_names_every_project_and_its_other_names(two: Call):
    shown = two("project")
    assert shown.code == 0
    assert shown.out == two("project", "list").out
    assert {"work/app", "src/app", "work/odd"} <= set(shown.out.split())
    two("project", "merge", "src/app", "work/app")
    assert "work/app: src/app" in two("project", "list").out


def test_a_merge_tells_what_it_did_and_undo_what_it_took_back(two: Call):
    before = projects(two)
    plan = two("project", "merge", "src/app", "work/app", "--dry-run")
    assert plan.out.startswith("Would merge src/app into work/app: 1 session, 1 episode")
    assert plan.err == ""
    assert projects(two) == before
    done = two("project", "merge", "src/app", "work/app")
    assert done.code == 0
    assert done.out == plan.out.replace("Would merge", "Merged")
    assert "`memory undo` takes it back." in done.err
    assert "src/app" not in projects(two)
    assert "merge project src/app into work/app" in two("undo", "--list").out
    assert two("sessions", "--project", "src/app", "--format", "json").json()["total"] == 5
    back = two("undo")
    assert back.out == "Took back the merge of 1 session, 1 episode: src/app into work/app\n"
    assert projects(two) == before
    assert "merge project (taken back)" in two("undo", "--list").out


def test_as_json_a_merge_is_a_line(two: Call):
    plan = two("project", "merge", "src/app", "work/app", "--dry-run", "--format", "json").json()
    done = two("project", "merge", "src/app", "work/app", "--format", "jsonl").lines()
    assert done == [plan | {"dry_run": False, "step": 1}]
    assert (plan["source"], plan["target"], plan["step"]) == ("src/app", "work/app", None)


@pytest.mark.parametrize(
    ("args", "code", "said", "hint"),
    [
        (("work/app", "work/app"), 2, "cannot be merged into itself", "Name two projects"),
        (("wrok/app", "work/odd"), 1, "There is no project “wrok/app”", "work/app"),
        (("work/app", "work/old"), 1, "There is no project “work/old”", "work/odd"),
        (("work/app",), 2, "TARGET", ""),
    ],
)
def test_what_cannot_be_merged_names_the_next_step(
    two: Call, args: tuple[str, ...], code: int, said: str, hint: str
):
    done = two("project", "merge", *args)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert hint in done.err


def test_a_store_that_may_not_change_is_not_merged(two: Call):
    done = two("--readonly", "project", "merge", "src/app", "work/app")
    assert done.code == 3
    assert "--readonly" in done.err
    assert two("--readonly", "project", "merge", "src/app", "work/app", "--dry-run").code == 0


def test_names_are_completed(two: Call):
    from tacit.app.commands.project import merge

    done = {one.name: one for one in merge.params}["target"]
    assert two("project", "list").code == 0  # the home of the test stands in the environment now
    found = done.shell_complete(None, "s")  # type: ignore[arg-type]
    assert [one.value for one in found] == ["src/app"]


def test_a_name_cannot_drive_the_terminal(call: Call, tmp_path: Path):
    one = habit("odd name", cwd=f"/home/dev/{HOSTILE}/app")
    call("import", str(one.save(tmp_path / "in")))
    name = next(name for name in projects(call) if "gnp" in name)
    for shown in (
        call("project", "list"),
        call("project", "merge", name, "work/app"),
        call("project", "list"),
        call("undo", "--list"),
        call("undo"),
        call("project", "merge", name + "x", "work/app"),
    ):
        assert not {"\x1b", "\x07", "\u202e"} & set(shown.out + shown.err)


def test_nothing_is_listed_of_an_empty_store(call: Call, tmp_path: Path):
    habits = call("import", str(tmp_path), home=tmp_path / "new")
    assert habits.code != 0
    done = call("project", "list", home=tmp_path / "new")
    assert (done.code, done.out) == (0, "")
    assert "`memory import`" in done.err


def test_aliases_that_were_added_later_are_told_of_until_they_are_applied(two: Call):
    renamed = {"TACIT_PROJECTS_ALIASES": "src/app=work/app"}
    listed = two("project", "list", "--format", "json", **renamed)
    assert "projects.aliases has changed" in listed.err
    assert "src/app" in {one["project"] for one in listed.json()["projects"]}
    two("learn", **renamed)
    listed = two("project", "list", "--format", "json", **renamed)
    assert listed.err == ""
    assert "src/app" not in {one["project"] for one in listed.json()["projects"]}


def test_a_name_with_a_nul_is_listed_as_it_is(call: Call, tmp_path: Path):
    habit("nul", cwd="/home/dev/a\0\1b").save(tmp_path / "nul")
    call("import", str(tmp_path / "nul"))
    told = {one["project"] for one in call("sessions", "--format", "json").json()["sessions"]}
    assert "a\0\1b" in told
    assert set(projects(call)) == told
    assert {one["project"] for one in call("stats", "--format", "json").json()["projects"]} == told

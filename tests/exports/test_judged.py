"""What an export says of an episode's work, its reward and its reflection: the same in every store."""

import json

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from transcript import START, Transcript, habit

from tacit.memory import Memory

DAY = 86_400_000
WORK = (
    "context",
    "task_type",
    "language",
    "complexity",
    "commits",
    "pulls",
    "coverage",
    "lint_warnings",
)
SECRET = "ghp_" + "a1B2c3D4e5F6" * 3
RUN = [
    {"type": "session", "tacit": 1, "id": "run", "project": "/home/dev/shop", "at": START},
    {"type": "episode_start", "id": "1", "task": "Look at it", "task_type": "testing", "context": "SHOP-12"},
    {"type": "step", "tool": "bash", "parameters": {"command": "ls"}, "observation": "a", "at": START + 1},
    {"type": "step", "tool": "bash", "parameters": {"command": "ls b"}, "observation": "b", "at": START + 2},
    {"type": "episode_end", "outcome": "partial", "at": START + 9000},
]


@pytest.fixture
def opened(tmp_path):
    memories = []

    def start(name):
        memories.append(Memory.open(tmp_path / name, clock=lambda: START + 90 * DAY))
        return memories[-1]

    yield start
    for memory in memories:
        memory.close()


@pytest.fixture
def told(tmp_path):
    """Four sessions of one habit, one that commits and leaks, one that a program handed in."""
    folder = tmp_path / "told"
    for number in range(4):
        habit(f"h{number}", start=START + number * DAY).save(folder)
    leaky = Transcript("leaky", start=START + 9 * DAY)
    leaky.prompt(f"fix the login, the token is {SECRET}")
    leaky.edit("src/login.py")
    leaky.bash("pytest -q", f"E   AssertionError: {'x' * 60} token {SECRET} {'y' * 90}\n1 failed", error=True)
    leaky.edit("src/login.py")
    leaky.bash("pytest -q --cov", "TOTAL    10    1    90%\n2 passed in 0.1s")
    leaky.bash("git commit -am 'fix: the login'", f"[main 1a2b3c4] fix: the login {SECRET}")
    leaky.save(folder)
    (folder / "run.jsonl").write_text("".join(json.dumps(line) + "\n" for line in RUN))
    return folder


def entries(folder):
    found = {}
    for path in sorted((folder / "sessions").iterdir()):
        for entry in json.loads(path.read_text())["episodes"]:
            found[entry["episode"]["prompt"][:24]] = entry
    return found


def test_an_export_tells_the_work_the_reward_and_what_there_is_to_say(opened, told, tmp_path):
    memory = opened("store")
    memory.import_path(told)
    memory.export(tmp_path / "out")
    entry = entries(tmp_path / "out")["fix the login, the token"]
    work = {name: entry["episode"][name] for name in WORK}
    assert work | {"commits": None} == {
        "context": None,
        "task_type": "debugging",
        "language": "python",
        "complexity": "simple",
        "commits": None,
        "pulls": [],
        "coverage": {"value": 90.0, "step": 4},
        "lint_warnings": None,
    }
    assert entry["episode"]["commits"][0]["hash"] == "1a2b3c4"
    assert entry["reward"]["base"] == 1.0
    assert any("1a2b3c4" in one["text"] and one["steps"] == [5] for one in entry["reflection"]["successes"])
    handed_in = entries(tmp_path / "out")["Look at it"]
    assert (handed_in["episode"]["context"], handed_in["episode"]["task_type"]) == ("SHOP-12", "testing")
    assert handed_in["reward"]["base"] == 0.5


def test_what_a_session_says_does_not_depend_on_what_else_is_known(opened, told, tmp_path, content):
    every, one = opened("every"), opened("one")
    every.import_path(told)
    path = max(told.iterdir(), key=lambda file: "case h3" in file.read_text())
    one.import_path(path)
    every.export(tmp_path / "all")
    one.export(tmp_path / "part")
    alone = {name: data for name, data in content(tmp_path / "part").items() if name.startswith("sessions/")}
    assert len(alone) == 1
    assert alone.items() <= content(tmp_path / "all").items()
    last = every.episodes("h3")[0]
    assert "known" in str(every.reflection(last.id))  # here it is told


def test_a_tree_that_was_taken_back_says_the_same_also_of_redacted_lines(opened, told, tmp_path, content):
    first, again = opened("first"), opened("again")
    first.import_path(told)
    first.mark(first.episodes("login")[0].id, "partial", "half")
    first.export(tmp_path / "one")
    again.import_path(tmp_path / "one")
    again.export(tmp_path / "two")
    assert content(tmp_path / "two") == content(tmp_path / "one")
    text = b"".join(content(tmp_path / "one").values())
    assert b"[REDACTED:" in text
    assert SECRET.encode() not in text
    told_of_it = [one.text for one in again.reflection(again.episodes("login")[0].id).successes]
    assert any("REDACTED" in line for line in told_of_it)


def test_a_tree_from_before_this_was_told_is_told_when_it_is_taken_back(opened, told, tmp_path, content):
    first, again = opened("first"), opened("again")
    (told / "run.jsonl").unlink()  # what a person said of it cannot be found again
    first.import_path(told)
    first.export(tmp_path / "one")
    whole = content(tmp_path / "one")
    for path in (tmp_path / "one" / "sessions").iterdir():
        form = json.loads(path.read_text())
        for entry in form["episodes"]:
            del entry["reward"], entry["reflection"]
            for name in WORK:
                del entry["episode"][name]
        path.write_text(json.dumps(form))
    again.import_path(tmp_path / "one")
    again.export(tmp_path / "two")
    assert content(tmp_path / "two") == whole


@pytest.mark.parametrize(
    ("name", "value"),
    [("task_type", "surgery"), ("complexity", 3), ("commits", [{"hash": "a"}]), ("coverage", {"value": "9"})],
)
def test_work_that_is_none_is_refused(opened, told, tmp_path, name, value):
    first, again = opened("first"), opened("again")
    first.import_path(told)
    first.export(tmp_path / "one")
    path = min((tmp_path / "one" / "sessions").iterdir())
    form = json.loads(path.read_text())
    form["episodes"][0]["episode"][name] = value
    path.write_text(json.dumps(form))
    report = again.import_path(tmp_path / "one")
    assert report.skipped == {"wrong form": 1}
    assert report.sessions == 5


def test_the_lines_hold_what_the_files_hold(opened, told, tmp_path):
    memory = opened("store")
    memory.import_path(told)
    memory.export(tmp_path / "tree")
    memory.export(tmp_path / "lines", format="jsonl")
    lines = [json.loads(line) for line in (tmp_path / "lines" / "tacit.jsonl").read_text().splitlines()]
    found = {
        entry["episode"]["id"]: entry
        for line in lines
        if line["type"] == "session"
        for entry in line["episodes"]
    }
    tree = entries(tmp_path / "tree")
    assert len(found) == len(tree) == 6
    assert all(found[entry["episode"]["id"]] == entry for entry in tree.values())


def test_the_tree_and_what_is_shown_fit_the_schemas(opened, told, tmp_path, monkeypatch, capsys):
    from pathlib import Path

    from tacit.app import cli

    folder = Path(__file__).parents[2] / "exports" / "schema"
    schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    registry = Registry().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()]
    )
    memory = opened("store")
    memory.import_path(told)
    memory.mark(memory.episodes("login")[0].id, "success", "fine")
    ids = [one.id for one in (*memory.episodes(), *memory.sessions(), *memory.patterns())]
    stats = memory.stats_json()
    memory.export(tmp_path / "tree")
    check = Draft202012Validator(schemas["session-file"], registry=registry)
    for path in (tmp_path / "tree" / "sessions").iterdir():
        check.validate(json.loads(path.read_text()))
    Draft202012Validator(schemas["stats"], registry=registry).validate(stats)
    memory.close()
    monkeypatch.setenv("TACIT_STORE", str(tmp_path / "store"))
    capsys.readouterr()
    assert cli.run(["show", *ids, "--format", "jsonl"]) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["type"] for one in shown} == {"episode", "session", "pattern"}
    check = Draft202012Validator(schemas["show"], registry=registry)
    for one in shown:
        check.validate(one)

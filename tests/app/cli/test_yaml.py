"""``--format yaml``: every command that prints data for programs says in YAML what it says in JSON."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from going_on import GoingOn
from own_process import environment

from tacit.app.commands.logs import line_json
from tacit.app.commands.options import FORMATS
from tacit.app.commands.root import memory
from tacit.core.clock import rfc3339, system_clock

Call = Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")

OTHER_FORMS = {
    "export": "writes files",
    "hook": "speaks as its agent needs it",
}
"""Commands whose ``--format`` chooses something else."""

CASES: dict[str, tuple[str, ...]] = {
    "patterns": ("patterns", "patterns --explain", "patterns no-such-word --limit 1"),
    "show": ("show PATTERN SESSION EPISODE",),
    "sessions": ("sessions", "sessions --expiring"),
    "episodes": ("episodes", "episodes Look"),
    "notes": ("notes",),
    "search": ("search pytest --mode lexical", "search pytest --mode lexical --explain"),
    "recall": ("recall --error FAILED",),
    "facts": ("facts",),
    "predict": ("predict run the tests",),
    "context": ("context run the tests",),
    "related": ("related PATTERN", "related EPISODE"),
    "files": ("files",),
    "trends": ("trends", "trends PATTERN"),
    "clusters": ("clusters",),
    "stats": ("stats", "stats --health", "stats --calibration"),
    "import": ("import SOURCES",),
    "watch": ("watch --status",),
    "learn": ("learn --rebuild",),
    "project list": ("project list",),
    "project merge": ("project merge work/odd PROJECT",),
    "mark": ("mark EPISODE failure --note because",),
    "feedback": ("feedback PATTERN helped",),
    "delete": ("delete PATTERN EPISODE",),
    "undo": ("undo --list", "delete PATTERN; undo"),
    "trash list": ("delete PATTERN; trash list",),
    "forget": ("forget --session SESSION --dry-run", "forget --session SESSION --yes"),
    "optimize": ("optimize", "optimize --apply"),
    "pin": ("pin PATTERN",),
    "unpin": ("pin PATTERN; unpin PATTERN",),
    "setup": ("setup --check",),
    "audit-store": ("audit-store NOTES",),
    "shared": (
        "shared",
        "export --shareable SHARED; import --from SHARED; shared",
        "export --shareable SHARED; import --from SHARED; shared --remove unnamed",
    ),
    "models list": ("models list",),
    "doctor": ("doctor",),
    "backup list": ("backup list",),
    "audit": ("audit", "audit --limit 2"),
    "logs": ("logs", "logs --limit 1"),
    "config show": ("config show",),
}
"""What is asked of each command; of several in a row the last one."""

MOVES = frozenset(["seconds", "process", "free"])
"""Keys whose values are of one run or of the disk, as are the times since it began."""


def printing(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Every command that takes ``--format``, with the choices that it gives."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from printing(found, (*path, name))
    for parameter in command.params:
        if "--format" in parameter.opts:
            assert isinstance(parameter.type, click.Choice)
            yield " ".join(path), list(parameter.type.choices)


PRINTING = dict(printing(memory))


def test_every_command_that_prints_data_offers_every_form() -> None:
    assert CASES.keys() | OTHER_FORMS.keys() == PRINTING.keys()
    for name in CASES:
        assert set(FORMATS[1:]) <= set(PRINTING[name]), name


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> Path:
    """A home with a backup, and with notes at hand."""
    home = Path(shutil.copytree(learned, tmp_path_factory.mktemp("ready") / "home"))
    made = [sys.executable, "-m", "tacit", "backup", "create"]
    subprocess.run(made, env=environment(home), capture_output=True, check=True)
    (home / "notes").mkdir()
    for name in ("one", "two"):
        (home / "notes" / f"{name}.md").write_text("---\ntags: [x]\n---\nUse ruff.\n\nAnd mypy.\n", "utf-8")
    return home


@pytest.mark.parametrize("words", [words for cases in CASES.values() for words in cases])
def test_yaml_says_what_json_says(call: Call, ready: Path, sources: Path, tmp_path: Path, words: str) -> None:
    begun = rfc3339(system_clock())
    home = tmp_path / "home"
    told = {}
    for form in ("json", "yaml"):
        shutil.copytree(ready, home)
        places = {"SOURCES": sources, "NOTES": home / "notes", "SHARED": tmp_path / "shared.json"}
        named = {**known(call, home), **{name: str(place) for name, place in places.items()}}
        *before, last = ([named.get(word, word) for word in one.split()] for one in words.split(";"))
        for one in before:
            done = call(*one, home=home)
            assert done.code == 0, done.err
        told[form] = call(*last, "--format", form, home=home)
        assert told[form].code == 0, told[form].err
        shutil.rmtree(home)
    as_yaml, as_json = yaml.safe_load(told["yaml"].out), told["json"].json()
    assert ordered(as_yaml, begun) == ordered(as_json, begun)
    assert told["yaml"].out.lstrip()[0] not in "{["


def known(call: Call, home: Path) -> dict[str, str]:
    """What the words of a case stand for: the first of every list."""
    found = {}
    for name in ("patterns", "sessions", "episodes"):
        row = call(name, "--limit", "1", "--format", "json", home=home).json()[name][0]
        found[name[:-1].upper()] = row["id"]
        found["PROJECT"] = row.get("project", "")
    return found


def ordered(value: Any, begun: str) -> Any:
    """A value with the order of its keys, and without what is another in every run."""
    if isinstance(value, dict):
        return [(key, None if key in MOVES else ordered(one, begun)) for key, one in value.items()]
    if isinstance(value, list):
        return [ordered(one, begun) for one in value]
    return None if isinstance(value, str) and TIME.fullmatch(value) and value >= begun else value


def test_what_is_followed_is_one_document_after_the_other(call: Call, home: Path) -> None:
    log = home / "tacit.log"
    log.write_text("2026-01-02T00:00:00Z 8 import done\n", encoding="utf-8")
    pattern = call("patterns", "--format", "jsonl").lines()[0]["id"]
    with GoingOn("logs", "--follow", "--format", "yaml", home=home) as followed:
        followed.until(lambda: len(followed.out) >= 5)
        with log.open("a", encoding="utf-8") as file:
            file.write("a line: of its own\n")
        followed.until(lambda: 'text: "a line: of its own"' in followed.out)
        assert followed.end() == 130
    lines = list(yaml.safe_load_all("\n".join(followed.out)))
    assert lines == [
        line_json("2026-01-02T00:00:00Z 8 import done"),
        *lines[1:-1],
        line_json("a line: of its own"),
    ]
    with GoingOn("audit", "--follow", "--limit", "1", "--format", "yaml", home=home) as followed:
        followed.until(lambda: followed.out[:1] == ["---"] and len(followed.out) >= 9)
        call("pin", pattern)
        followed.until(lambda: f"id: {pattern}" in followed.out[9:] and len(followed.out) >= 18)
        assert followed.end() == 130
    assert [one["command"] for one in yaml.safe_load_all("\n".join(followed.out))][-1] == "pin"

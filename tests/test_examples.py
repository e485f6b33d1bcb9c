"""The examples in the README and in the docstrings run as they stand."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest
from transcript import habits

import tacit.memory
from tacit import Memory
from tacit.core.readers.base import Reader, Source
from tacit.core.redaction import Redactor

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_docstring_of_the_library_runs(tmp_path: Path):
    habits(tmp_path / "in", 1)
    names = {"folder": tmp_path / "store", "transcripts": tmp_path / "in"}
    found = doctest.DocTestFinder(recurse=False).find(tacit.memory, globs=names)
    assert found
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for example in found:
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def run_examples(page: Path) -> int:
    """Run the Python examples of a page one after the other; how many there are."""
    examples = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, page.name, "exec"), names)
    return len(examples)


def test_the_readme_examples_run(own_home: Path, capsys: pytest.CaptureFixture[str]):
    habits(own_home / ".claude" / "projects" / "app", 4)
    assert run_examples(README) == 2
    assert "edit" in capsys.readouterr().out
    assert recorded() == [("Make the login test pass", "success", "test", 3)]


def test_the_example_of_live_episodes_runs(own_home: Path):
    assert run_examples(README.parent / "docs" / "live.md") == 1
    assert recorded() == [("Make the login test pass", "success", "label", 3)]


def recorded() -> list[tuple[str, str, str | None, int]]:
    """Task, outcome, what judged it and number of steps of the episodes that programs recorded."""
    with Memory.open() as memory:
        return [
            (one.prompt, one.outcome.label, one.outcome.source, one.steps)
            for one in memory.episodes()
            if one.agent == "api"
        ]


def test_every_command_and_its_options_stand_in_the_readme():
    from tacit.app.commands.root import COMMANDS

    text = README.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"memory {name}" in text, f"{name} is not in the README"


def test_the_reader_of_the_docs_has_fifty_lines_and_reads_its_example(tmp_path: Path):
    page = (README.parent / "docs" / "readers.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (sample,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 50
    names: dict[str, Any] = {}
    exec(compile(code, "readers.md", "exec", dont_inherit=True), names)
    path = tmp_path / "r.log"
    path.write_text(sample, encoding="utf-8")
    reader = names["RobotReader"]()
    assert isinstance(reader, Reader)
    assert reader.recognises(path, path.read_bytes())
    transcript = reader.read(Source(path), Redactor(b"k" * 32))
    (task,) = list(transcript.episodes())
    assert transcript.session.native == "r-17"
    assert task.prompt == "Make the login test pass"
    assert [(step.tool, step.status, step.seconds) for step in task.steps] == [
        ("bash", "error", 1.0),
        ("edit", "ok", 0.0),
        ("bash", "ok", 2.0),
    ]
    assert (transcript.tally.skipped, transcript.tally.drift) == ({}, {"unknown record type": 1})

"""The examples in the README and in the docstrings run as they stand."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from transcript import habits

import tacit.memory

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


def test_the_readme_example_runs(own_home: Path, capsys: pytest.CaptureFixture[str]):
    habits(own_home / ".claude" / "projects" / "app", 4)
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    assert "edit" in capsys.readouterr().out


def test_every_command_and_its_options_stand_in_the_readme():
    from tacit.app.commands.root import COMMANDS

    text = README.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"memory {name}" in text, f"{name} is not in the README"

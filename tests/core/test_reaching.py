"""Of two files that tell one session the one that tells more stands, in whatever order they are read."""

from __future__ import annotations

import re

import pytest
from told import story, writer

from tacit import Memory

VERSIONS = {"claude_code": "version", "codex": "cli_version", "copilot": "copilotVersion"}


@pytest.mark.parametrize("shorter_first", [True, False])
@pytest.mark.parametrize("agent", VERSIONS)
def test_a_shorter_file_that_names_a_version_takes_nothing_from_a_longer_one_without(
    tmp_path, agent, shorter_first
):
    shorter, longer = (writer(agent)(story(), tmp_path / name) for name in ("shorter", "longer"))
    text = shorter.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    second = next(number for number, line in enumerate(lines) if "Write a page" in line)
    shorter.write_text("".join(lines[: second + 3]), encoding="utf-8")
    without = re.sub(rf', ?"{VERSIONS[agent]}": ?"[^"]*"', "", text)
    longer.write_text(without, encoding="utf-8")
    assert without != text
    with Memory.open(tmp_path / "whole") as memory:
        memory.import_path(longer)
        whole = {one.id: (one.steps, one.outcome.label) for one in memory.episodes()}
    assert len(whole) == 2
    with Memory.open(tmp_path / "store") as memory:
        for path in (shorter, longer) if shorter_first else (longer, shorter):
            memory.import_path(path)
        assert {one.id: (one.steps, one.outcome.label) for one in memory.episodes()} == whole
        assert all(finding.level == "ok" for finding in memory.doctor())

"""A reader that fails on a file in a way nobody foresaw: that file is skipped, the others are imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from transcript import START, habits

from tacit import Memory
from tacit.app.commands.imported import report_lines
from tacit.core.drafts import EpisodeDraft
from tacit.core.import_report import ImportReport
from tacit.core.readers.base import Source, Transcript
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

Break = Callable[[Path, BaseException], None]


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Let the reader fail on one file, behind the episodes that it tells of it."""
    real = ClaudeCodeReader.read

    def arrange(path: Path, error: BaseException) -> None:
        def read(self: ClaudeCodeReader, source: Source, redact: Redactor) -> Iterable[Transcript]:
            for one in real(self, source, redact):
                bad = source.path == path
                yield Transcript(one.session, one.tally, lambda one=one: told(one)) if bad else one

        def told(one: Transcript) -> Iterator[EpisodeDraft]:
            yield from one.episodes()
            raise error

        monkeypatch.setattr(ClaudeCodeReader, "read", read)

    return arrange


def test_it_is_skipped_without_a_word_of_it_and_read_again_the_next_time(
    tmp_path: Path, breaks: Break, monkeypatch: pytest.MonkeyPatch
):
    paths = habits(tmp_path / "in", 4)
    with Memory.open(tmp_path / "whole", clock=lambda: START) as memory:
        memory.import_paths(paths)
        whole = exported(memory, tmp_path / "whole out")
    breaks(paths[1], IndexError("a word of the prompt"))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths(paths)
        (why,) = report.skipped
        where = "/".join([*filter(None, (__package__ or "").split(".")), Path(__file__).name])
        assert why.startswith(f"reader claude-code could not read it: IndexError in {where}:")
        assert (report.sessions, report.skipped[why]) == (3, 1)
        assert "a word" not in why
        monkeypatch.undo()
        again = memory.import_paths(paths)
        assert (again.sessions, again.skipped) == (1, {"unchanged": 3})
        assert exported(memory, tmp_path / "out") == whole


def test_an_interruption_is_no_failure_of_the_reader(tmp_path: Path, breaks: Break):
    paths = habits(tmp_path / "in", 2)
    breaks(paths[1], KeyboardInterrupt())
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory, pytest.raises(KeyboardInterrupt):
        memory.import_paths(paths)


def test_reasons_read_well_behind_the_number_one():
    report = ImportReport(
        skipped={"unexpected fields": 1}, rejected={"successes in one episode": 1, "one session": 1}
    )
    told = "\n".join(report_lines(report))
    assert "1 with unexpected fields" in told
    assert "2: 1 one session, 1 with successes in one episode only" in told


def test_drift_is_told_agent_by_agent_the_most_first():
    drift = {"codex: unknown item b": 1, "codex: unknown event a": 6, "cursor: unknown part \x1b[31m": 2}
    drift |= {f"gemini: missing field f{n}": 1 for n in range(6)}
    told = " ".join("\n".join(report_lines(ImportReport(drift=drift))).split())
    assert "drift 15 unlike what readers know: codex 6 unknown event a, 1 unknown item b; cursor 2" in told
    assert "missing field f3 and 2 more kinds" in told
    assert "\x1b" not in told


def test_why_a_reader_is_broken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    habits(tmp_path / "in", 1)
    info = tmp_path / "site" / "robot-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: robot\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[tacit.readers]\nrobot = broken_robot:Reader\n")
    (tmp_path / "site" / "broken_robot.py").write_text("raise RuntimeError('no\\n' + 'battery' * 99)")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths([tmp_path / "in"])
    (reason,) = report.skipped
    assert reason.startswith("reader robot is broken (RuntimeError: no battery")
    assert len(reason) < 300
    assert report.sessions == 1

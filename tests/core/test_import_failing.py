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
from tacit.core.readers.claude_code import ClaudeCodeReader
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

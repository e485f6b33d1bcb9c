"""Import: what is new is stored once, whatever the order, the growth and the state of the files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from transcript import START, Transcript, habit, habits

from tacit import Memory
from tacit.core.errors import NothingUsable


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def imported(tmp_path: Path, name: str, paths: list[Path]) -> dict[str, bytes]:
    with Memory.open(tmp_path / f"store-{name}", clock=lambda: START) as memory:
        for path in paths:
            memory.import_paths([path])
        return exported(memory, tmp_path / f"export-{name}")


def test_a_second_import_changes_nothing_and_says_so(memory: Memory, transcripts: Path, tmp_path: Path):
    before = exported(memory, tmp_path / "out")
    sequence = memory.sequence()
    report = memory.import_paths([transcripts])
    assert not report.changed
    assert report.skipped == {"unchanged": 4}
    assert (report.sessions, report.episodes, report.steps, report.new_patterns) == (0, 0, 0, 0)
    assert memory.sequence() == sequence
    assert exported(memory, tmp_path / "out") == before


def test_a_touched_file_is_read_again_and_writes_nothing(memory: Memory, transcripts: Path):
    for path in transcripts.iterdir():
        os.utime(path, (1, 1))
    sequence = memory.sequence()
    report = memory.import_paths([transcripts])
    assert not report.changed
    assert memory.sequence() == sequence


def test_order_does_not_matter(tmp_path: Path):
    paths = habits(tmp_path / "in", 5)
    one = imported(tmp_path, "a", paths)
    other = imported(tmp_path, "b", paths[::-1])
    assert one == other


def test_a_file_told_line_by_line_ends_the_same(tmp_path: Path):
    paths = habits(tmp_path / "in", 4)
    whole = imported(tmp_path, "a", paths)
    growing = tmp_path / "growing"
    growing.mkdir()
    with Memory.open(tmp_path / "store-b", clock=lambda: START) as memory:
        for path in paths:
            lines = path.read_text().splitlines(keepends=True)
            for count in range(1, len(lines) + 1, 3):
                (growing / path.name).write_text("".join(lines[:count]) + lines[count % len(lines)][:20])
                memory.import_paths([growing])
            (growing / path.name).write_text("".join(lines))
        memory.import_paths([growing])
        assert exported(memory, tmp_path / "export-b") == whole


def test_a_resumed_session_counts_its_copied_episodes_once(tmp_path: Path):
    first = habit("first")
    resumed = habit("first")
    resumed.native = Transcript("second").native
    for line in resumed.lines:
        line["sessionId"] = resumed.native
    resumed.prompt("now the other thing")
    resumed.read("b.py")
    resumed.edit("b.py")
    paths = [first.save(tmp_path / "in"), resumed.save(tmp_path / "in")]
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths(paths)
        assert (report.sessions, report.episodes) == (2, 2)
        sessions = memory.sessions()
        assert sum(one.episodes for one in sessions) == 2
        assert sum(one.copies for one in sessions) == 1
    assert imported(tmp_path, "a", paths) == imported(tmp_path, "b", paths[::-1])


def test_a_dry_run_stores_nothing(tmp_path: Path, transcripts: Path):
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths([transcripts], dry_run=True)
        assert report.dry_run
        assert (report.sessions, report.episodes) == (4, 4)
        assert report.patterns is None
        assert memory.sessions() == ()
        assert memory.import_paths([transcripts]).sessions == 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b""),
        ("binary.jsonl", bytes(range(256)) * 40),
        ("nonsense.jsonl", b"this is not json\nnor is this\n"),
        ("array.jsonl", b"[1, 2, 3]\n"),
        ("wide.jsonl", '{"type": "user"}\n'.encode("utf-16")),
    ],
)
def test_bad_files_are_skipped_and_the_rest_is_imported(
    transcripts: Path, tmp_path: Path, name: str, content: bytes
):
    (transcripts / name).write_bytes(content)
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths([transcripts])
        assert report.sessions == 4
        assert sum(report.skipped.values()) >= 1
        with pytest.raises(NothingUsable):
            memory.import_paths([transcripts / name])


def test_a_truncated_file_and_a_loop_of_links_do_no_harm(transcripts: Path, tmp_path: Path):
    some = min(transcripts.iterdir())
    (transcripts / "cut.jsonl").write_bytes(some.read_bytes()[:-300])
    (transcripts / "loop").symlink_to(transcripts, target_is_directory=True)
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_paths([transcripts]).sessions == 4


def test_a_gigantic_line_is_no_obstacle(tmp_path: Path):
    one = habit("big")
    one.prompt("and this picture")
    one.bash("cat big", "x" * 3_000_000)
    one.read("a.py")
    path = one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([path])
        steps = [step for episode in memory.episodes() for step in memory.steps(episode.id)]
        assert max(len(step.observation) for step in steps) <= 10_000
        assert any(step.cut for step in steps)


def test_a_folder_without_transcripts_is_an_error_that_names_it(tmp_path: Path):
    (tmp_path / "nothing-here").mkdir()
    with Memory.open(tmp_path / "store") as memory, pytest.raises(NothingUsable, match="nothing-here"):
        memory.import_paths([tmp_path / "nothing-here"])


def test_secrets_never_reach_the_store(tmp_path: Path):
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    one = habit("leak")
    one.prompt(f"use {secret} to push")
    one.bash(f"curl -H 'Authorization: Bearer {secret}' https://example.com", f"token: {secret}")
    one.bash(f"export GITHUB_TOKEN={secret}", "")
    path = one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths([path])
        assert sum(report.redacted.values()) >= 4
        memory.export(tmp_path / "out")
    files = [path for folder in ("store", "out") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_the_project_can_be_named(transcripts: Path, tmp_path: Path):
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([transcripts], project="mine")
        assert {session.project for session in memory.sessions()} == {"mine"}


def test_sessions_older_than_asked_are_left_out(transcripts: Path, tmp_path: Path):
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths([transcripts], since=START + 2 * 86_400_000)
        assert report.sessions == 2
        assert report.skipped == {"older than asked": 2}


def test_an_export_taken_back_gives_the_same_export(memory: Memory, tmp_path: Path):
    memory.delete([memory.patterns()[0].id])
    before = exported(memory, tmp_path / "out")
    with Memory.open(tmp_path / "other", clock=lambda: START) as other:
        other.import_paths([tmp_path / "out"])
        assert exported(other, tmp_path / "again") == before


def test_the_report_of_the_sample_transcripts(samples: Path, tmp_path: Path):
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths([samples / "claude-code"])
        assert (report.sessions, report.steps, report.errors) == (14, 318, 38)
        assert (report.rejected_calls, report.cancelled_calls, report.interrupted_calls) == (6, 1, 1)
        assert (report.subagent_steps, report.subagent_errors) == (27, 4)
        assert len(memory.stats().projects) == 5
        assert all(finding.level == "ok" for finding in memory.doctor())
    paths = sorted((samples / "claude-code").glob("*.jsonl"))
    assert imported(tmp_path, "a", paths) == imported(tmp_path, "b", paths[::-1])


def test_json_forms_of_the_report_have_the_promised_names(memory: Memory, transcripts: Path):
    import msgspec

    report = json.loads(msgspec.json.encode(memory.import_paths([transcripts])))
    promised = "sessions episodes steps errors subagent_steps subagent_errors rejected_calls cancelled_calls"
    promised += " interrupted_calls redacted skipped rejected new_patterns seconds patterns"
    assert set(promised.split()) <= set(report)

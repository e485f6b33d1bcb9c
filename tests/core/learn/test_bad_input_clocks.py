"""Clocks that run backwards, stand still, are missing or far off: nothing is lost, no time is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from math import isfinite
from pathlib import Path

import pytest
from transcript import START, Transcript, habit, iso

from tacit import Memory
from tacit.app import cli
from tacit.core.clock import week_start

DAY = 86_400_000
LAST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z

CLOCKS: dict[str, Callable[[int, int], str | None]] = {
    "backwards": lambda session, line: iso(START + session * DAY - line * 60_000),
    "backwards between sessions": lambda session, line: iso(START - session * DAY + line * 1_000),
    "to and fro": lambda session, line: iso(START + session * DAY + (line * 7919 % 13 - 6) * 3_600_000),
    "standing still": lambda _session, _line: iso(START),
    "missing": lambda _session, _line: None,
    "missing here and there": lambda session, line: iso(START + session * DAY + line) if line % 3 else None,
    "missing at the end": lambda session, line: iso(START + session * DAY + line) if line < 6 else None,
    "missing at first": lambda session, line: iso(START + session * DAY + line) if line > 6 else None,
    "before 1970": lambda session, line: f"19{60 + session}-01-01T00:00:{line:02}.000Z",
    "in the year 1": lambda _session, line: f"0001-01-01T00:00:{line:02}+12:00",
    "in the year 9999": lambda session, line: f"9999-12-{30 + session % 2}T23:59:{line:02}.999Z",
    "beyond the year 9999": lambda _session, line: f"9999-12-31T23:59:{line:02}.999-12:00",
    "no time at all": lambda session, _line: ("yesterday", "2026-99-99T99:99:99.999Z", "", "-1")[session],
    "an hour too many": lambda _session, line: f"2026-01-05T25:{line:02}:00.000Z",
}


def written(folder: Path, clock: Callable[[int, int], str | None]) -> list[Transcript]:
    """Four sessions of one habit and a second task, their lines dated by a clock."""
    told = []
    for session in range(4):
        one = habit(f"h{session}", good=session != 2)
        one.prompt("now the reader, please")
        one.read("src/reader.py")
        one.tests_pass()
        for number, line in enumerate(one.lines):
            line["timestamp"] = clock(session, number)
            if line["timestamp"] is None:
                del line["timestamp"]
        one.save(folder)
        told.append(one)
    return told


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


@pytest.fixture(params=CLOCKS)
def timed(request: pytest.FixtureRequest, tmp_path: Path):
    """A memory of sessions with such a clock."""
    written(tmp_path / "in", CLOCKS[request.param])
    with Memory.open(tmp_path / "store", clock=lambda: START + 9 * DAY) as memory:
        report = memory.import_paths([tmp_path / "in"])
        assert (report.sessions, report.episodes, report.steps, report.skipped) == (4, 8, 40, {})
        yield memory


def test_every_span_runs_forwards_between_1970_and_9999(timed: Memory):
    for session in timed.sessions():
        assert 0 <= session.started <= session.ended <= LAST
        for episode in timed.episodes():
            assert 0 <= episode.started <= episode.ended <= LAST
            steps = timed.steps(episode.id)
            assert [step.n for step in steps] == list(range(1, len(steps) + 1))
            numbers = [int(step.call.rpartition("_")[2]) for step in steps]
            assert numbers == sorted(numbers), "steps stand as the file tells them"
            assert all(0 <= step.at <= LAST for step in steps)
            assert all(step.seconds is None or step.seconds >= 0 for step in steps)


def test_lists_weeks_and_what_was_learned_when_are_in_order(timed: Memory):
    ended = [episode.ended for episode in timed.episodes()]
    assert ended == sorted(ended, reverse=True)
    patterns = timed.patterns()
    assert {row.kind for row in patterns} >= {"tool_sequence", "error_recovery", "heuristic"}
    for row in patterns:
        assert row.claim is not None
        assert row.since is not None
        assert row.claim.uses + row.since.uses == row.uses
        assert row.first_used <= row.last_used
        weeks = [week for week, _, _, _ in row.weeks]
        assert weeks == sorted({week_start(week) for week in weeks})
        assert [sum(column) for column in zip(*row.weeks, strict=True)][1:] == [
            row.uses,
            row.judged,
            row.successes,
        ]
        assert week_start(row.first_used) == weeks[0]
        assert week_start(row.last_used) == weeks[-1]


def test_rewards_are_numbers_and_an_export_comes_back_the_same(timed: Memory, tmp_path: Path):
    tree = exported(timed, tmp_path / "out")
    told = [
        one
        for name, text in tree.items()
        if name.startswith("sessions/")
        for one in json.loads(text)["episodes"]
    ]
    assert len(told) == 8
    for one in told:
        assert all(isfinite(value) for value in one["reward"].values())
        for name in ("started", "ended"):
            datetime.strptime(one["episode"][name].partition(".")[0].rstrip("Z"), "%Y-%m-%dT%H:%M:%S")
    assert [finding for finding in timed.doctor() if finding.level != "ok"] == []
    with Memory.open(tmp_path / "back", clock=lambda: START + 9 * DAY) as other:
        assert other.import_paths([tmp_path / "out"]).skipped == {}
        assert exported(other, tmp_path / "again") == tree


@pytest.mark.parametrize("name", ["missing", "backwards", "in the year 9999"])
def test_the_commands_show_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str):
    written(tmp_path / "in", CLOCKS[name])
    store = ("--store", str(tmp_path / "store"))
    assert cli.run((*store, "import", str(tmp_path / "in"))) == 0
    with Memory.open(tmp_path / "store", readonly=True) as memory:
        ids = [memory.sessions()[0].id, memory.episodes()[0].id, memory.patterns()[0].id]
    capsys.readouterr()
    for words in (["sessions"], ["episodes"], ["patterns"], ["stats"], *(["show", one] for one in ids)):
        assert cli.run((*store, *words)) == 0
        shown = capsys.readouterr()
        assert (shown.err, "took -" in shown.out) == ("", False)


def test_a_line_without_a_time_happened_with_the_line_before_it(tmp_path: Path):
    one = habit("h0")
    one.prompt("now the reader, please")
    one.read("src/reader.py")
    one.tests_pass()
    for line in one.lines[17:]:
        del line["timestamp"]
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([one.save(tmp_path / "in")])
        second, first = sorted(memory.episodes(), key=lambda episode: episode.steps)
        assert (second.started, second.ended) == (first.ended, first.ended)
        assert [(step.at, step.seconds) for step in memory.steps(second.id)] == [(first.ended, None)] * 2


@pytest.mark.parametrize("claimed", [-5_000, 1e308, -1e308, 1e13, 10**400])
def test_a_duration_that_cannot_be_is_not_believed(tmp_path: Path, claimed: float):
    one = habit("h0")
    for line in one.lines[2::2]:
        line["toolUseResult"] = {"totalDurationMs": claimed}
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([one.save(tmp_path / "in")])
        assert {step.seconds for step in memory.steps(memory.episodes()[0].id)} == {10.0}


def test_a_prompt_without_an_id_later_than_all_that_follows_it_takes_no_time(tmp_path: Path):
    one = habit("h0")
    for number, line in enumerate(one.lines):
        line["timestamp"] = iso(START - number * 60_000)
    del one.lines[0]["uuid"]
    one.lines[1]["parentUuid"] = None
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([one.save(tmp_path / "in")])
        (episode,) = memory.episodes()
        assert (episode.started, episode.ended, episode.steps) == (START, START, 8)


def test_what_a_tree_says_ended_before_it_started_ended_as_it_started(memory: Memory, tmp_path: Path):
    memory.export(tmp_path / "out")
    for path in (tmp_path / "out" / "sessions").iterdir():
        tree = json.loads(path.read_text())
        for one in (tree["session"], *(entry["episode"] for entry in tree["episodes"])):
            one["ended"] = "2020-01-01T00:00:00Z"
        for entry in tree["episodes"]:
            for step in entry["steps"]:
                step["seconds"] = -3.5
        path.write_text(json.dumps(tree))
    with Memory.open(tmp_path / "other") as other:
        assert other.import_paths([tmp_path / "out"]).steps == 32
        assert all(one.ended == one.started for one in (*other.sessions(), *other.episodes()))
        told = [step.seconds for one in other.episodes() for step in other.steps(one.id)]
        assert set(told) == {None}
        assert len(other.patterns()) == len(memory.patterns())

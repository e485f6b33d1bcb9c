"""Labels against the evidence, odd episodes, limits to the byte: defined, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from transcript import START, Transcript

from tacit import Memory
from tacit.app import cli
from tacit.core.model import Episode

DAY = 86_400_000
ROOT = "/home/dev/work/app"


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def comes_back(memory: Memory, folder: Path) -> None:
    """The store is sound, and its export taken back gives the same export."""
    assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
    tree = exported(memory, folder / "out")
    with Memory.open(folder / "back", clock=memory.clock) as other:
        assert other.import_paths([folder / "out"]).skipped == {}
        assert exported(other, folder / "again") == tree


def handed_in(folder: Path, *lines: dict[str, Any]) -> Path:
    """A file of Tacit's own JSON Lines with one session."""
    folder.mkdir(exist_ok=True)
    path = folder / "handed-in.jsonl"
    head = {"type": "session", "tacit": 1, "id": "s", "project": ROOT, "at": START}
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)))
    return path


def step(tool: str, observation: str = "", **parameters: str) -> dict[str, Any]:
    return {"type": "step", "tool": tool, "parameters": parameters, "observation": observation}


def run(*tests: str, label: str | None) -> list[dict[str, Any]]:
    """An episode with an edit, test runs that print these, and a label."""
    return [
        {"type": "episode_start", "id": "1", "task": "fix the parser"},
        step("Edit", file_path=f"{ROOT}/src/parser.py"),
        *(step("Bash", output, command="pytest -q") | _ending(output) for output in tests),
        {"type": "episode_end", "outcome": label},
    ]


def _ending(output: str) -> dict[str, str]:
    return {"status": "error" if "failed" in output else "ok"}


def tau_run(reward: float, last: str) -> str:
    call = {"id": "c1", "type": "function", "function": {"name": "book", "arguments": "{}"}}
    said = [
        {"role": "user", "content": "book me a flight"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "booked"},
        {"role": "assistant", "content": None, "tool_calls": [{**call, "id": "c2"}]},
        {"role": "tool", "tool_call_id": "c2", "content": last},
    ]
    return json.dumps([{"task_id": 1, "trial": 0, "reward": reward, "traj": said}])


def only(memory: Memory) -> Episode:
    (episode,) = memory.episodes()
    return episode


@pytest.mark.parametrize("label", ["success", "failure", "partial", "unknown", "abstained"])
def test_a_label_decides_and_what_speaks_against_it_is_kept_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], label: str
):
    output = "3 passed in 0.1s" if label != "success" else "1 failed in 0.1s"
    path = handed_in(tmp_path / "in", *run(output, output, label=label))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        outcome = only(memory).outcome
        assert (outcome.label, outcome.source) == (label, "label")
        against = "success" if label != "success" else "failure"
        assert [(one.source, one.label, one.step) for one in outcome.evidence] == [
            ("label", label, None),
            ("test", against, 3),
            ("test", against, 2),
            *([("tail", "failure", 3)] if against == "failure" else []),
        ]
        comes_back(memory, tmp_path)
        public = only(memory).id
    store = ("--store", str(tmp_path / "store"))
    assert cli.run((*store, "show", public)) == 0
    shown = capsys.readouterr().out
    assert f"{label}, decided by label" in shown
    assert all(f"(step {n})" in shown for n in (2, 3))
    assert cli.run((*store, "show", public, "--format", "json")) == 0
    (told,) = json.loads(capsys.readouterr().out)["results"]
    assert [one["source"] for one in told["episode"]["outcome"]["evidence"]][:3] == ["label", "test", "test"]


@pytest.mark.parametrize(
    ("reward", "last", "label"), [(1, "Error: no seat", "success"), (0, "ok", "failure")]
)
def test_a_reward_decides_against_the_tail(tmp_path: Path, reward: float, last: str, label: str):
    (tmp_path / "run.json").write_text(tau_run(reward, last))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([tmp_path / "run.json"])
        outcome = only(memory).outcome
        assert (outcome.label, outcome.source) == (label, "label")
        assert [one.source for one in outcome.evidence] == ["label", "tail"][: 2 if reward else 1]
        comes_back(memory, tmp_path)


def test_a_mark_overrules_a_label_which_overrules_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = handed_in(tmp_path / "in", *run("1 failed in 0.1s", label="success"))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        memory.mark(only(memory).id, "partial", "half of it")
        outcome = only(memory).outcome
        assert [(one.source, one.label) for one in outcome.evidence] == [
            ("mark", "partial"),
            ("label", "success"),
            ("test", "failure"),
            ("tail", "failure"),
        ]
        comes_back(memory, tmp_path)
        public = only(memory).id
    assert cli.run(("--store", str(tmp_path / "store"), "show", public)) == 0
    shown = capsys.readouterr().out
    assert all(
        word in shown for word in ("decided by mark", "labelled success", "pytest failed", "half of it")
    )


def odd(name: str) -> Transcript:
    """A session whose one episode is odd in the named way."""
    one = Transcript(name)
    one.prompt(
        "" if name == "an empty prompt" else "   \n " if name == "a blank prompt" else "fix the parser"
    )
    if name == "one step":
        one.tests_pass()
    elif name == "tools without names":
        one.call("", {})
        one.call(None, {}, "Exit code 1", error=True)  # type: ignore[arg-type]
        one.call("\x1b[31m\u202eevil\r\n", {"file_path": "\x1b]0;x\x07"}, "\x1b[2J", error=True)
        one.tests_pass()
    elif name != "no step":
        one.read("src/parser.py")
        one.edit("src/parser.py")
        one.tests_pass()
    return one


@pytest.mark.parametrize(
    ("name", "steps", "unworthy", "label"),
    [
        ("one step", 1, "fewer than two steps", "success"),
        ("no step", 0, "fewer than two steps", "unknown"),
        ("an empty prompt", 3, "no prompt", "success"),
        ("a blank prompt", 3, "no prompt", "success"),
        ("tools without names", 4, None, "success"),
    ],
)
def test_an_odd_episode_is_kept_with_the_reason_why_nothing_is_learned(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    steps: int,
    unworthy: str | None,
    label: str,
):
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths([odd(name).save(tmp_path / "in")])
        assert (report.episodes, report.steps) == (1, steps)
        episode = only(memory)
        assert (episode.steps, episode.unworthy, episode.outcome.label) == (steps, unworthy, label)
        comes_back(memory, tmp_path)
    assert cli.run(("--store", str(tmp_path / "store"), "show", episode.id)) == 0
    shown = capsys.readouterr()
    assert (shown.err, shown.out.replace("\n", "").isprintable()) == ("", True)
    assert unworthy is None or unworthy in shown.out


def test_the_same_step_ten_thousand_times_is_one_habit(tmp_path: Path):
    for number in range(3):
        one = Transcript(f"same {number}", start=START + number * DAY)
        one.prompt("fix the parser")
        for _ in range(10_000 if number == 0 else 30):
            one.bash("ruff check .", "All checks passed!")
        one.edit("src/parser.py")
        one.tests_pass()
        one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths([tmp_path / "in"])
        assert (report.steps, report.cut) == (10_066, {"steps": 9_002})
        sequences = {row.key: row.uses for row in memory.patterns("kind:tool_sequence")}
        assert sequences == {("ruff check", "edit *.py"): 3}
        comes_back(memory, tmp_path)


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_what_is_at_a_limit_is_whole_and_what_is_over_it_is_cut_and_counted(tmp_path: Path, over: int):
    brackets = len(json.dumps({"command": ""}))
    lines = [
        {"type": "episode_start", "id": "1", "task": "a" * (10_000 + over), "context": "b" * (10_000 + over)},
        step("Bash", "c" * (10_000 + over), command="d" * (1_000_000 + over - brackets)),
        *[step("Read", file_path=f"{ROOT}/a.py")] * (999 + over),
        {"type": "episode_end", "outcome": "success"},
    ]
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths([handed_in(tmp_path / "in", *lines)])
        texts = ("context", "observation", "parameters", "prompt")
        assert report.cut == (dict.fromkeys(texts, 1) | {"steps": 1} if over == 1 else {})
        episode = only(memory)
        first, *rest = memory.steps(episode.id)
        assert (episode.steps, episode.cut_steps) == (1_000 + over, max(0, over))
        assert (len(rest), rest[-1].n) == (min(999, 999 + over), 1_000 + over)
        assert first.cut is (over == 1)
        sizes = [len(text.encode()) for text in (episode.prompt, episode.context, first.observation)]
        assert all(size <= 10_000 for size in sizes)
        assert over == 1 or sizes == [10_000 + over] * 3
        assert len(first.parameters.encode()) <= 1_000_000
        assert ("bytes cut" in episode.prompt) is (over == 1)
        comes_back(memory, tmp_path)


def test_steps_of_a_middle_that_is_not_stored_still_judge_and_count(tmp_path: Path):
    one = Transcript("long")
    one.prompt("fix the parser")
    for number in range(1_400):
        if number == 500:
            one.edit("src/parser.py")
        elif number == 501:
            one.tests_pass()
        else:
            one.read(f"src/{number % 5}.py")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([one.save(tmp_path / "in")])
        episode = only(memory)
        assert (episode.outcome.label, episode.outcome.evidence[0].step) == ("success", 502)
        assert episode.tools == (("read", 1_398, 0), ("edit", 1, 0), ("shell", 1, 0))
        assert episode.files == ("src/parser.py",)
        assert [one.n for one in memory.steps(episode.id)][398:402] == [399, 400, 801, 802]
        comes_back(memory, tmp_path)


def test_of_very_much_evidence_a_page_shows_the_first_and_how_much_more_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([handed_in(tmp_path / "in", *run(*["3 passed in 0.1s"] * 500, label="failure"))])
        assert len(only(memory).outcome.evidence) == 501
        comes_back(memory, tmp_path)
        public = only(memory).id
    for words, lines in (((), 9), (("--limit", "0"), 500)):
        assert cli.run(("--store", str(tmp_path / "store"), "show", public, *words)) == 0
        shown = capsys.readouterr().out
        assert shown.count("success: pytest passed") == lines
        assert ("and 491 more" in shown) is (lines == 9)

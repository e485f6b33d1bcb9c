"""A session of three tasks that grows, one that resumes it, and what is known of all that afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transcript import START, Transcript

from tacit import Memory
from tacit.core.ids import session_id
from tacit.core.tables import CANDIDATES

AGENT = "claude-code"
TASKS = (("fix the parser", False), ("now the reader", True), ("and the writer", False))


def session(name: str = "one", start: int = START, tasks: int = 3) -> Transcript:
    """A session of so many tasks, the second of which has tests that pass."""
    one = Transcript(name, start=start)
    for task, good in TASKS[:tasks]:
        one.prompt(f"{task}, please")
        one.edit("src/parser.py")
        one.edit("src/reader.py")
        if good:
            one.tests_pass()
        else:
            one.tests_fail()
    return one


def resumed(origin: Transcript, name: str = "two") -> Transcript:
    """A session that tells all of another one again, and a task more."""
    one = session(origin.name, origin.at - 10_000 * len(origin.lines))
    one.native = Transcript(name).native
    for line in one.lines:
        line["sessionId"] = one.native
    one.prompt("and one thing more")
    one.edit("src/parser.py")
    one.tests_pass()
    return one


def lines_of(one: Transcript, tasks: int) -> int:
    """How many lines its first tasks have."""
    prompts = [n for n, line in enumerate(one.lines) if isinstance(line["message"]["content"], str)]
    return [*prompts, len(one.lines)][tasks]


def save(one: Transcript, folder: Path, tasks: int) -> Path:
    """The file as far as its first tasks."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{one.native}.jsonl"
    path.write_text("".join(one.text().splitlines(keepends=True)[: lines_of(one, tasks)]))
    return path


def during(one: Transcript, task: int) -> int:
    """A moment in a task, from 0, after its first line."""
    return one.at - 10_000 * (len(one.lines) - lines_of(one, task)) + 15_000


def public(one: Transcript) -> str:
    """The public id of its session."""
    return session_id(AGENT, one.native)


def known(memory: Memory) -> dict[str, Any]:
    """How every episode stands, what sessions count, and all evidence; everything is learned from before."""
    memory.learn_pending()
    with memory._store.read() as read:
        counts = sorted(read.tallies(CANDIDATES))
    return {
        "episodes": {one.id: (one.session, one.outcome) for one in memory.episodes()},
        "sessions": {one.id: one for one in memory.sessions()},
        "counts": counts,
        "patterns": {one.id: (one.uses, one.judged, one.successes) for one in memory.patterns()},
    }


def is_sound(memory: Memory) -> bool:
    """Whether the doctor finds nothing."""
    return all(finding.level == "ok" for finding in memory.doctor())

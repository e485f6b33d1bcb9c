"""How well the right memory is found: questions with known answers, by words, by meaning and by both.

DevMemBench has 25 short coding sessions and 175 questions that some of them answer. Each message of a person
is recorded as an episode, each reply as its step; a session is where its first hit is. recall@k is the
share of a question's right sessions among the first k, MRR the inverse of the first right place. The
control is plain BM25 over whole sessions with their project's name.

The second set are questions of our own over the sample transcripts; there any right episode or pattern
counts, a step as its episode.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.bm25 import BM25
from benchmarks.measure import WORK, Line, lines_table
from benchmarks.model_here import at_home
from benchmarks.scale import SAMPLES
from tacit import Memory
from tacit.core.clock import DAY
from tacit.core.recall.ranked import Mode
from tests.support.labelled_questions import QUESTIONS

DEVMEMBENCH = SAMPLES.parents[1] / "retrieval" / "devmembench"
MODES: tuple[Mode, ...] = ("lexical", "vector", "hybrid")
_DEEP = 200  # hits that are looked at: every place counts for the mean of the inverse places
_START = 1_736_899_200_000


class Asked(NamedTuple):
    """A question and all that is right."""

    text: str
    right: frozenset[str]


class Score(NamedTuple):
    """Means over all questions, and how many had a right answer first."""

    at_one: float
    at_five: float
    inverse: float
    first: int


Find = Callable[[str], Sequence[str]]
"""What is found for a question, best first, each once."""


def report() -> list[str]:
    """Both sets, as far as they are here."""
    pieces = []
    for folder, part in ((DEVMEMBENCH, _devmembench), (SAMPLES, _samples)):
        pieces += part(folder) if folder.is_dir() else [f"skipped: there is nothing at {folder}"]
    return pieces


def score(asked: Sequence[Asked], find: Find) -> Score:
    """Ask every question."""
    one = five = inverse = 0.0
    first = 0
    for question in asked:
        found = find(question.text)
        one += len(question.right & set(found[:1])) / len(question.right)
        five += len(question.right & set(found[:5])) / len(question.right)
        place = next((at for at, each in enumerate(found, 1) if each in question.right), None)
        inverse += 1 / place if place else 0
        first += place == 1
    count = len(asked)
    return Score(one / count, five / count, inverse / count, first)


def _devmembench(folder: Path) -> list[str]:
    sessions: list[dict[str, Any]] = json.loads((folder / "sessions.json").read_text())
    questions: list[dict[str, Any]] = json.loads((folder / "questions.json").read_text())
    asked = [
        Asked(one["question"], frozenset(one["haystackSessionIds"]))
        for one in questions
        if one["haystackSessionIds"]
    ]
    texts = [
        "\n".join([one["metadata"]["project"], *(said["content"] for said in one["messages"])])
        for one in sessions
    ]
    names = [one["sessionId"] for one in sessions]
    control = BM25(texts)
    with tempfile.TemporaryDirectory(dir=WORK) as home, at_home(Path(home)):
        where = _record(Path(home) / "store", sessions)
        with Memory.open(Path(home) / "store", clock=lambda: _START + 90 * DAY) as memory:
            rows = _modes(asked, memory, where.get)
    rows["BM25 of whole sessions"] = score(asked, lambda text: [names[at] for at in control.order(text)])
    return [f"DevMemBench, {len(asked)} questions:\n\n" + _table(rows, len(asked))]


def _record(store: Path, sessions: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Store the sessions as a program would that reports them live; the public ids of episodes and sessions
    to their own."""
    where: dict[str, str] = {}
    with Memory.open(store, clock=_Ticking()) as memory:
        for one in sessions:
            project, native = one["metadata"]["project"], one["sessionId"]
            turns = iter(one["messages"])
            for said in turns:
                reply = next(turns)["content"]
                episode = memory.start_episode(
                    said["content"], project=project, directory=f"/home/dev/{project}", session=native
                )
                memory.log_step(episode, "reply", {"text": reply})
                stored = memory.complete_episode(episode)
                where |= {stored.id: native, stored.session: native}
        memory.learn_pending()
        memory.embed()
    return where


def _samples(folder: Path) -> list[str]:
    asked = [Asked(text, right) for text, right in QUESTIONS]
    with (
        tempfile.TemporaryDirectory(dir=WORK) as home,
        at_home(Path(home)),
        Memory.open(Path(home) / "store") as memory,
    ):
        memory.import_paths([folder])
        memory.embed()
        rows = _modes(asked, memory, str)
    return [f"Our own {len(asked)} questions over the samples:\n\n" + _table(rows, len(asked))]


def _modes(asked: Sequence[Asked], memory: Memory, name: Callable[[str], str | None]) -> dict[str, Score]:
    def by(mode: Mode) -> Score:
        def find(text: str) -> list[str]:
            hits = memory.search(text, _DEEP, mode=mode)
            if hits.mode != mode:
                raise RuntimeError(f"{mode} was asked, {hits.mode} answered: {hits.note}")
            return list(dict.fromkeys(found for hit in hits.items if (found := name(hit.id))))

        return score(asked, find)

    return {mode: by(mode) for mode in MODES}


def _table(rows: dict[str, Score], count: int) -> str:
    lines = []
    words = rows["lexical"]
    for name, one in rows.items():
        told = f"@5 {one.at_five:.3f}, MRR {one.inverse:.3f}, {one.first} of {count} first"
        if name != "hybrid":
            lines.append(Line(name, f"@1 {one.at_one:.3f}", told))
            continue
        met = one.first >= words.first - 1
        aim = "not worse than lexical by more than one question"
        lines.append(Line(name, f"@1 {one.at_one:.3f}", told, None, aim, met))
    return lines_table(lines, "and")


class _Ticking:
    """A clock on which every look takes a second, so that sessions have an order."""

    def __init__(self) -> None:
        self._now = _START

    def __call__(self) -> int:
        self._now += 1_000
        return self._now

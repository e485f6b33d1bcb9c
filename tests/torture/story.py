"""Transcripts that grow: each is a text fixed by the seed, and its file always the beginning of it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from told import Done, Task, Told, writer
from transcript import START, Transcript

_DAY = 86_400_000
_FOLDERS = ("/home/dev/work/app", "/home/dev/work/service", "/home/dev/.worktrees/app-2")
_REFUSED = "File has not been read yet. Read it first before writing to it."
_LINT = "src/parser.py:1:1: F401 `os` imported but unused\nFound 1 error."


HOT = 5
"""So many sessions grow, are imported and deleted most of the time, until they are told to their end."""


def plan(root: Path, seed: int, sessions: int) -> None:
    """Fix how many sessions a run tells, and how long each becomes."""
    lengths = [len(text(seed, number)) for number in range(sessions)]
    (root / "lengths").write_text(json.dumps(lengths))


def count(root: Path) -> int:
    """How many sessions a run tells."""
    return len(json.loads((root / "lengths").read_text()))


def hot(root: Path, seed: int) -> list[int]:
    """The first sessions that are not told to their end, or else the last ones."""
    lengths = json.loads((root / "lengths").read_text())
    growing = []
    for number, length in enumerate(lengths):
        path = path_of(root / "transcripts", seed, number)
        if not path.exists() or path.stat().st_size < length:
            growing.append(number)
        if len(growing) == HOT:
            return growing
    return list(range(len(lengths)))[-HOT:]


def agent_of(number: int) -> str:
    """In whose form a session is told."""
    return {1: "codex", 5: "gemini"}.get(number % 8, "claude-code")


@cache
def text(seed: int, number: int) -> bytes:
    """The whole text of a session. Every fourth one resumes the one before it: it repeats its beginning."""
    if (agent := agent_of(number)) != "claude-code":
        return _elsewhere(agent, seed, number)
    resumes = number % 4 == 3
    origin = number - 1 if resumes else number
    random = Random(f"{seed}/story/{origin}")
    one = Transcript(f"{seed}-{origin}", cwd=random.choice(_FOLDERS), start=START + origin * _DAY)
    episodes = random.randint(2, 4)
    for episode in range(episodes):
        if resumes and episode == 1:
            random = Random(f"{seed}/story/{number}")
            one.name = f"{seed}-{number}"
        _tell(one, random, episode)
    if resumes:
        one.native = Transcript(f"{seed}-{number}").native
        for line in one.lines:
            line["sessionId"] = one.native
    return one.text().encode()


def path_of(folder: Path, seed: int, number: int) -> Path:
    """Where the session's file lies."""
    return folder / f"{Transcript(f'{seed}-{number}').native}.jsonl"


def grow(folder: Path, seed: int, number: int, random: Random) -> int:
    """Let the file have some lines more or none, now and then only half of the last; its size in bytes.

    Whoever is at it alone goes on where the file ends, so that a kill in the middle does no harm.
    """
    whole = text(seed, number)
    handle = os.open(path_of(folder, seed, number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        size = os.fstat(handle).st_size
        end = size
        for _ in range(random.choice((0, 0, 1, 2, 6))):
            end = whole.find(b"\n", end) + 1 or len(whole)
        if random.random() < 0.15:
            end = max(size, end - random.randint(1, 80))
        os.pwrite(handle, whole[size:end], size)
    except OSError:  # another one is at it, or the disk is full
        pass
    finally:
        size = os.fstat(handle).st_size
        os.close(handle)
    return size


def beginnings(seed: int, number: int, low: int, high: int) -> list[int]:
    """Every size at which the file held whole lines only, between ``low`` and ``high``, and these two."""
    whole = text(seed, number)
    sizes = {low, high}
    place = whole.find(b"\n", low) + 1
    while 0 < place <= high:
        sizes.add(place)
        place = whole.find(b"\n", place) + 1
    return sorted(sizes)


def _elsewhere(agent: str, seed: int, number: int) -> bytes:
    """A session as another agent writes it."""
    random = Random(f"{seed}/story/{number}")
    tasks = tuple(
        Task(f"please fix the parser of {seed}-{number}, task {n}", tuple(_done(random)))
        for n in range(random.randint(2, 4))
    )
    native, start = path_of(Path(), seed, number).stem, START + number * _DAY
    one = Told(native, random.choice(_FOLDERS), repository=None, start=start, tasks=tasks)
    with TemporaryDirectory() as folder:
        return writer(agent)(one, Path(folder)).read_bytes()


def _done(random: Random) -> Iterator[Done]:
    for _ in range(random.randint(1, 4)):
        yield Done("edit", "b", "/home/dev/work/app/src/parser.py", "ok", old="a")
        yield Done("shell", "ruff check .", output=_LINT, exit=1)
        yield Done("shell", "cat notes.txt", output="a line of notes\n" * random.choice((3, 300)))
    passed = random.random() < 0.6
    yield Done(
        "shell",
        "pytest -q",
        output=f"{3 if passed else 1} {'passed' if passed else 'failed'}",
        exit=not passed,
    )


def _tell(one: Transcript, random: Random, episode: int) -> None:
    one.prompt(f"please fix the parser of {one.name}, task {episode}, so that every case is read")
    for _ in range(random.randint(1, 3)):
        random.choice((_edit, _edit, _lint, _look))(one, random)
    one.tests_pass() if random.random() < 0.6 else one.tests_fail()
    if random.random() < 0.3:
        one.bash("git add -A && git commit -m done", "[main abc1234] done")


def _edit(one: Transcript, random: Random) -> None:
    name = random.choice(("src/parser.py", "src/reader.py", "tests/test_parser.py"))
    if random.random() < 0.4:
        one.edit(name, refused=_REFUSED)
        one.read(name)
    one.edit(name)


def _lint(one: Transcript, random: Random) -> None:
    one.bash("ruff check .", _LINT, error=True)
    if random.random() < 0.7:
        one.edit("src/parser.py")
    one.bash("ruff check .", "All checks passed!")


def _look(one: Transcript, random: Random) -> None:
    one.bash("cat notes.txt", "a line of notes\n" * random.choice((3, 300, 3000)))
    one.bash("ls missing", "ls: cannot access 'missing': No such file or directory", error=True)
    one.bash("ls src")

"""Sessions of one habit in three checkouts of a repository, three projects until they are merged."""

from __future__ import annotations

import os
from pathlib import Path

from transcript import START, Transcript, habit

from tacit import Memory
from tacit.core.config import load
from tacit.core.model import Pattern, Session
from tacit.core.places import Places
from tacit.core.tables import CANDIDATES

DAY = 86_400_000
HOMES = ("/home/dev/work/app", "/home/dev/src/app", "/home/dev/old/app")
WORK, SRC, OLD = "work/app", "src/app", "old/app"
COUNT = 9


def story(number: int) -> Transcript:
    """A session in one of three places, every fourth of which resumes the one before at another place."""
    origin = number - (number % 4 == 3)
    one = habit(f"h{origin}", start=START + origin * DAY, good=origin % 3 != 2, cwd=HOMES[origin % 3])
    one.prompt("now the reader, please")
    one.edit("src/core/reader.py")
    one.edit("src/core/parser/lexer/tokens.py")
    one.bash("ruff check .", "All checks passed!")
    one.tests_pass()
    if origin != number:
        one.native = Transcript(f"resumed {number}").native
        for line in one.lines:
            line["sessionId"] = one.native
            line["cwd"] = HOMES[number % 3]
        one.read("more.py")
    return one


def write(folder: Path, *numbers: int) -> list[Path]:
    return [story(number).save(folder) for number in numbers]


def opened(path: Path, **aliases: str) -> Memory:
    """A memory whose configuration has these aliases."""
    variable = ",".join(f"{name}={project}" for name, project in aliases.items())
    environ = dict(os.environ) | ({"TACIT_PROJECTS_ALIASES": variable} if variable else {})
    return Memory.open(path, clock=lambda: START, config=load(Places(environ=environ)))


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def names(memory: Memory) -> set[str]:
    return {one.name for one in memory.projects()}


def fact(memory: Memory, project: str, command: str = "ruff check") -> Pattern:
    (found,) = [one for one in memory.patterns(f"kind:fact project:{project}") if one.key[-1] == command]
    return found


def session_of(memory: Memory, public_id: str) -> Session:
    found = memory.get(public_id)
    assert isinstance(found, Session)
    return found


def counts(memory: Memory) -> dict[int, tuple[int, ...]]:
    with memory._store.read() as read:
        return dict(read.tallies(CANDIDATES))

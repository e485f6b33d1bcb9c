"""A memory in which patterns are given to agents at chosen moments, and sessions that go on from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from transcript import START, Transcript, habits

from tacit import Memory
from tacit.core.ids import session_id
from tacit.core.model import Offered, Pattern

DAY = 86_400_000
SECOND = 1_000
AGENT = "claude-code"
LATER = START + 40 * DAY
"""When the sessions of these tests begin, well after those that the patterns were learned from."""

REFUSED = "File has not been read yet. Read it first before writing to it."


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: int = LATER

    def __call__(self) -> int:
        return self.at


@dataclass
class Told:
    """A transcript that is being written, and the moment after each of its calls."""

    one: Transcript
    after: list[int] = field(default_factory=list)

    @property
    def session(self) -> str:
        return session_id(AGENT, self.one.native)


def fixing(name: str, start: int = LATER, *, good: bool = True, reads: bool = True) -> Told:
    """A session of one task: an edit is refused at 10 s, read about at 30 s if it ``reads``, made at 50 s.

    ``after[0]`` is a moment after the refusal, ``after[1]`` one within the last call.
    """
    one = Transcript(name, start=start)
    one.prompt(f"fix the parser, case {name}")
    one.edit("src/parser.py", refused=REFUSED)
    told = Told(one, [one.at - 5 * SECOND])
    if reads:
        one.read("src/parser.py")
    else:
        one.bash("ls", "src")
    one.edit("src/parser.py")
    one.tests_pass() if good else one.tests_fail()
    told.after.append(one.at - 15 * SECOND)
    return told


def searching(name: str, start: int, tool: str = "mcp__tacit__search_patterns") -> Told:
    """The same with a call of a tool of the memory before the reading; ``after[0]`` is within it."""
    one = Transcript(name, start=start)
    one.prompt(f"fix the lexer, case {name}")
    one.edit("src/parser.py", refused=REFUSED)
    one.call(tool, {"query": "edit refused"}, "read it first")
    told = Told(one, [one.at - 15 * SECOND])
    one.read("src/parser.py")
    one.edit("src/parser.py")
    one.tests_pass()
    return told


def opened(folder: Path, clock: Clock, count: int = 4) -> Memory:
    """A memory that learned from sessions of one habit."""
    habits(folder / "before", count)
    memory = Memory.open(folder / "store", clock=clock)
    memory.import_paths([folder / "before"])
    return memory


def recovery(memory: Memory) -> Pattern:
    """Reading after a refused edit: what is given in these tests."""
    return next(one for one in memory.patterns("kind:recovery") if one.key[2] == "read")


def give(
    memory: Memory, clock: Clock, at: int, told: Told | None, how: str = "tool-result", **more: str
) -> int:
    """Give the recovery to the agent of a session at a moment."""
    clock.at = at
    session = "" if told is None else told.one.native
    return memory.offer([recovery(memory).id], door="hook", how=how, agent=AGENT, session=session, **more)


def brought(memory: Memory, clock: Clock, told: Told, folder: Path) -> Offered | None:
    """Import a session; what is known of the recovery then."""
    clock.at = max(clock.at, told.one.at)
    memory.import_paths([told.one.save(folder)])
    return recovery(memory).offered


def is_sound(memory: Memory) -> bool:
    """Whether the doctor finds nothing, the patterns looked at and not only due."""
    found = memory.doctor()
    looked = any(one.what == "patterns: they are what the evidence makes" for one in found)
    return looked and all(one.level == "ok" for one in found)

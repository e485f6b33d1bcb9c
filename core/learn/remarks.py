"""What a reflection is made of, and the wording its rules share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct

from tacit.core.learn.paths import file_name
from tacit.core.model import Step

Topic = Literal[
    "outcome",
    "artifact",
    "chain",
    "failure",
    "recovery",
    "rejection",
    "pattern",
    "slow",
    "tool",
    "duration",
    "tokens",
    "length",
]

RUNS = 8
"""Of so many runs of steps a remark names the numbers."""

_QUOTE = 110
_PLACE = re.compile(r"^(?:<path>(?::<n>)*:? *)+")
_FILE_DEEDS = {"read": "reading", "edit": "an edit of", "write": "writing"}


class Remark(Struct, frozen=True):
    """One sentence about an episode, without its full stop, and the numbers of the steps it rests on.

    ``weight`` orders remarks, the most specific first: what names an error and its cure weighs most, what
    could be said of any episode least.
    """

    text: str
    steps: tuple[int, ...]
    topic: Topic
    weight: int

    @property
    def sentence(self) -> str:
        """The remark with its steps, as in ``Opened a pull request (step 8).``, ready to be read."""
        return f"{self.text} ({steps_text(self.steps)})." if self.steps else f"{self.text}."


class Reflection(Struct, frozen=True):
    """What there is to say about an episode, at most five of each, the most specific first."""

    successes: tuple[Remark, ...] = ()
    improvements: tuple[Remark, ...] = ()
    insights: tuple[Remark, ...] = ()


def numbers(steps: Iterable[Step | int]) -> tuple[int, ...]:
    """The numbers of some steps, each once, in order."""
    return tuple(sorted({step if isinstance(step, int) else step.n for step in steps}))


def steps_text(steps: Sequence[int]) -> str:
    """``step 4`` or ``steps 4–6, 9``; of very many runs only the first are named."""
    runs = []
    for _, run in groupby(enumerate(steps), key=lambda pair: pair[1] - pair[0]):
        span = [step for _, step in run]
        runs.append(str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}")
    if len(runs) > RUNS:
        runs[RUNS:] = [f"… {len(runs) - RUNS} more"]
    return f"{'step' if len(steps) == 1 else 'steps'} {', '.join(runs)}"


def seconds_text(seconds: float) -> str:
    """``4.3 s``, ``2 min 5 s``, ``1 h 43 min``."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def listed(names: Sequence[str], most: int = 3) -> str:
    """``a, b and c``, or ``a, b, c and 2 more``; each name once."""
    names = list(dict.fromkeys(names))
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def quoted(line: str) -> str:
    """An error line in quotes, without the place it stands at, cut where it is long."""
    line = _PLACE.sub("", line) or line
    return f"“{line if len(line) <= _QUOTE else line[: _QUOTE - 1].rstrip() + '…'}”"


def deed_text(step: Step) -> str:
    """What a step did as part of a sentence: ``an edit of a.go``, a command in back quotes."""
    if step.target and step.kind in _FILE_DEEDS:
        return f"{_FILE_DEEDS[step.kind]} {file_name(step.target)}"
    if step.kind == "shell" and step.actions:
        return listed([f"`{action.name}`" for action in step.actions])
    return {"search": "a search", "ask": "a question", "plan": "the plan", "agent": "a sub-agent"}.get(
        step.kind, f"`{step.tool}`"
    )


def times(count: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]

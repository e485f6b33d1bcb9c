"""What answers say in words, the same on every door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tacit.core.present import count, interval, percent, plural
from tacit.core.present import success as success
from tacit.core.text import cut, one_line

if TYPE_CHECKING:
    from tacit.core.recall.error_recall import Recovery, Where
    from tacit.core.recall.facts import Goes
    from tacit.core.recall.files import FilesTogether
    from tacit.core.recall.files_groups import Standing
    from tacit.core.recall.predict import Prediction
    from tacit.core.recall.rated import Rated
    from tacit.core.recall.seen import Seen, Taken

WHERE: Mapping[Where, str] = {
    "same": "The same error",
    "here": "The same error in this project",
    "elsewhere": "The same error elsewhere",
    "class": "Errors of the same class",
    "similar": "Errors that read alike",
    "shared": "In other memories, not seen here often enough",
}
"""What stands above the recoveries of an error."""

GOES: Mapping[Goes, str] = {
    "well": "✓ well",
    "badly": "✗ badly",
    "unclear": "· unclear",
    "unknown": "? unknown",
}
"""How a command goes."""

STANDING: Mapping[Standing, str] = {"stands": "stands", "chance": "by chance?", "few": "too few"}
"""What may be said of files that were changed together."""

_TARGET = 40


def chance(p: float) -> str:
    """``0.034``; ``<0.001`` for anything smaller."""
    return f"{p:.3f}" if p >= 0.001 else "<0.001"


def chain(one: Recovery) -> str:
    """What came first and what then succeeds: ``read → edit``."""
    return one_line(one.action if one.action == one.intent else f"{one.action} → {one.intent}")


def span(one: Seen) -> str:
    """``steps 3–5``: where in its episode it happened."""
    return f"steps {one.first}–{one.last}" if one.last > one.first else f"step {one.first}"


def step(one: Taken) -> str:
    """``4 edit *.rs (src/main.rs)``: the number of a step, what it did, and the file."""
    target = f" ({cut(one_line(one.target), _TARGET)})" if one.target else ""
    return one_line(f"{one.n} {', '.join(one.actions)}") + target


def verdict(found: Prediction) -> str:
    """The prediction in a line, or why there is none."""
    seen = {"same": "same task seen before", "similar": "similar tasks only", "nothing": "nothing alike"}
    word = seen[found.basis]
    if found.estimate is not None:
        return f"{percent(found.estimate)} end well: {word}"
    why = {
        "no better": "like tasks tell no more than the base rate",
        "not judged": "nobody knows how like tasks ended",
        "nothing alike": "no task like this is known",
    }
    return f"No prediction: {why[found.reason]}" + (f" ({word})" if found.alike else "")


def numbers(found: Prediction) -> Iterator[tuple[str, str]]:
    """Names and texts of what a prediction rests on."""
    if found.counted.judged:
        yield "like tasks", _rated(found.counted)
        yield "chance", f"p {chance(found.p)} of differing as much by chance; 0.050 at most predicts"
    if found.base.judged:
        own = found.expected if found.expected is not None else found.base.rate
        yield "base rate", f"{percent(own)} n={found.base.judged}"
    else:
        yield "base rate", "no task is judged yet"


def changed(found: FilesTogether) -> str:
    """``1 file, changed in 12 episodes``: what a path meant, and how much of that was read."""
    note = f"{plural(len(found.meant), 'file')}, changed in {plural(found.episodes, 'episode')}"
    if found.looked_at < found.episodes:
        note += f", of which the newest {count(found.looked_at)} were read"
    return note


def _rated(one: Rated) -> str:
    return f"{percent(one.rate)} {interval(one.low, one.high)} n={one.judged}"

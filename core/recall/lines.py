"""The words of a line that tells an agent something: what it is, how often it went well, and since when."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tacit.core.present import percent, plural
from tacit.core.recall.quoting import quoted

if TYPE_CHECKING:
    from tacit.core.model import Pattern
    from tacit.core.recall.brief_recoveries import Way
    from tacit.core.recall.error_recall import Recovery
    from tacit.core.recall.facts import Fact
    from tacit.core.recall.rated import Rated

Section = Literal["commands", "errors", "habits", "tasks"]


class Line(Struct, frozen=True):
    """One line of Markdown; ``id`` is that of the pattern or episode it tells of, if there is one."""

    section: Section
    text: str
    id: str | None


def command_told(one: Fact | Pattern, intent: str, command: str, *, badly: bool) -> str:
    """A command that a project uses for something."""
    word = "" if one.rate is None or not badly else " (it fails more often than not)"
    return f"{intent}: {quoted(command)} {went(one)}{word}, {_since(one.last_used, one.episodes)}"


def recovery_told(one: Recovery | Pattern | Way, signature: str, action: str, intent: str) -> str:
    """What got past an error."""
    chain = f"after {quoted(signature)}: {chain_of(action, intent)}"
    return f"{chain} {went(one, 'got past it')}, {_since(one.last_used, one.episodes)}"


def past_told(one: Way, family: str, action: str, intent: str) -> str:
    """What got past an error that is before one's eyes: this very one, or one of its class."""
    what = f"{quoted(family)} errors" if family else "this very error"
    where = "" if one.here or not one.exact else " elsewhere"
    got = went(one, f"got past {what}{where}")
    return f"{chain_of(action, intent)} {got}, {_since(one.last_used, one.episodes)}"


def chain_of(action: str, intent: str) -> str:
    """What was done before the same was tried again, or that it was only tried again."""
    again = f"{quoted(intent)} again"
    return again if action == intent else f"{quoted(action)}, then {again}"


def habit_told(one: Pattern) -> str:
    """What helps, what harms, or what nobody proved to do either."""
    expected = "" if one.expected is None else f", where {one.expected:.0f} were to be expected"
    return f"{one.verdict}: {quoted(one.title)} {went(one)}{expected}, {_since(one.last_used, one.episodes)}"


def went(one: Fact | Pattern | Rated, what: str = "went well") -> str:
    """How often it did, with the interval."""
    if one.rate is None or one.low is None or one.high is None:
        return "was used, nobody knows how it ended"
    rate = f"{share(one.rate)}, 95% interval {100 * one.low:.0f}-{100 * one.high:.0f}"
    return f"{what} {one.successes} of {one.judged} times ({rate})"


def share(rate: float | None) -> str:
    """``91%``: a token less than on other doors."""
    return percent(rate).replace(" ", "")


def day(at: int) -> str:
    """The day in UTC, so that a line is the same wherever it is made."""
    return time.strftime("%Y-%m-%d", time.gmtime(at / 1000))


def _since(last: int, episodes: int) -> str:
    return f"in {plural(episodes, 'task')}, last {day(last)}"

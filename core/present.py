"""How numbers and times are written for a person: one place for each, used by every door.

Everything here returns plain text without control characters, provided its input had none.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from tacit.core.clock import DAY
from tacit.core.model import Pattern, Tally

NONE = "–"
PIN = "★"
"""Stands before what a person pinned, which upkeep leaves as it is."""
_MINUTE, _HOUR = 60_000, 3_600_000
_AGES = (
    (_MINUTE, 1, ""),
    (_HOUR, _MINUTE, "m"),
    (DAY, _HOUR, "h"),
    (14 * DAY, DAY, "d"),
    (70 * DAY, 7 * DAY, "w"),
)
_KINDS = {
    "tool_sequence": "sequence",
    "decision_point": "decision",
    "file_group": "files",
    "error_recovery": "recovery",
}
_GLYPHS = {"helps": "▲", "harms": "▼", "recovery": "↺", "fact": "•", "shared": "⇠"}
_TRENDS = {"rising": "↗", "falling": "↘", "steady": "→"}
_BARS = "▁▂▃▄▅▆▇█"


def kind_word(kind: str) -> str:
    """The short name of a kind: ``recovery`` for ``error_recovery``. Queries accept both."""
    return _KINDS.get(kind, kind)


def verdict_word(pattern: Pattern) -> str:
    """What the verdict column says.

    Only kinds that are judged by the outcome of their episodes have a verdict; the others say what
    they are: ``recovery`` or ``fact``. What only other memories speak for is ``shared``.
    """
    if pattern.borrowed:
        return "shared"
    if pattern.verdict is not None:
        return pattern.verdict
    return {"error_recovery": "recovery", "heuristic": "fact"}.get(pattern.kind, NONE)


def verdict_glyph(word: str) -> str:
    """One character beside the word, never instead of it."""
    return _GLYPHS.get(word, "·")


def trend_word(word: str) -> str:
    """``↗ rising``; ``unknown`` is just said."""
    return f"{_TRENDS[word]} {word}" if word in _TRENDS else f"? {word}"


def percent(share: float | None) -> str:
    """``91 %``. Only a whole is ``100 %`` and only nothing ``0 %``: 0.998 stays ``99 %``."""
    if share is None:
        return NONE
    whole = round(share * 100)
    if share < 1:
        whole = min(whole, 99)
    if share > 0:
        whole = max(whole, 1)
    return f"{whole} %"


def interval(low: float | None, high: float | None) -> str:
    """``[72–97]``, a 95 % interval in whole percent, widened to whole numbers by rounding as usual."""
    if low is None or high is None:
        return ""
    return f"[{round(low * 100)}–{round(high * 100)}]"


def support(judged: int, uses: int) -> str:
    """``n=22``, or ``n=22 of 31`` when some uses are not judged."""
    return f"n={count(judged)}" if judged == uses else f"n={count(judged)} of {count(uses)}"


def rate(pattern: Pattern) -> str:
    """``91 % [72–97] n=22``; without a judged use ``– n=0 of 3``."""
    parts = (
        percent(pattern.rate),
        interval(pattern.low, pattern.high),
        support(pattern.judged, pattern.uses),
    )
    return " ".join(part for part in parts if part)


def success(
    rate: float | None, low: float | None, high: float | None, judged: int, uses: int | None = None
) -> str:
    """``91 % [72–97] n=22``, the parts below those of other rows; ``n=22 of 31`` where not all are judged."""
    behind = support(judged, judged if uses is None else uses)
    return f"{percent(rate):>5} {interval(low, high):<8} {behind}"


def expectation(pattern: Pattern) -> str:
    """``113 of 122, expected 105``: successes among judged uses, and how many the others lead to expect."""
    text = f"{count(pattern.successes)} of {count(pattern.judged)}"
    if pattern.expected is None:
        return text
    whole = pattern.expected >= 10 and abs(pattern.expected - pattern.successes) >= 1
    return f"{text}, expected {pattern.expected:,.{0 if whole else 1}f}"


def tally(told: Tally) -> str:
    """``91 % (20 of 22) in 31 uses``."""
    if not told.uses:
        return "not used"
    uses = plural(told.uses, "use")
    if not told.judged:
        return f"{uses}, none judged"
    return f"{percent(told.rate)} ({count(told.successes)} of {count(told.judged)}) in {uses}"


def yardstick(pattern: Pattern) -> str:
    """What a pattern's expectation goes by."""
    if pattern.expected is None:
        return ""
    if pattern.kind == "error_recovery":
        return "how often this error was left behind, whatever came first"
    if pattern.kind == "heuristic":
        return "the project's other commands for the same"
    return "tasks without it of the same project, length and kind of evidence"


def count(number: int) -> str:
    """``1,204``."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """``1 session``, ``1,204 sessions``."""
    return f"{count(number)} {noun(number, one, many)}"


def noun(number: int, one: str, many: str = "") -> str:
    """``session`` for one, ``sessions`` for any other number; for a number that stands apart."""
    return one if number == 1 else many or one + "s"


def ago(at: int, now: int) -> str:
    """``2h ago``. Past a year it is the month; a time still to come is ``just now``."""
    gone = now - at
    if gone >= 365 * DAY:
        return time.strftime("%b %Y", time.localtime(at / 1000))
    for most, unit, name in _AGES:
        if gone < most:
            return f"{gone // unit}{name} ago" if name else "just now"
    return f"{gone * 12 // (365 * DAY)}mo ago"


def moment(at: int) -> str:
    """``2026-02-04 12:10`` in the local time of the machine."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at / 1000))


def day(at: int) -> str:
    """``2026-02-04`` in the local time of the machine."""
    return time.strftime("%Y-%m-%d", time.localtime(at / 1000))


def week(at: int) -> str:
    """``2026-W06``: weeks are those of the ISO calendar in UTC."""
    return time.strftime("%G-W%V", time.gmtime(at / 1000))


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(whole // 60, 60)
    return f"{count(hours)} h {rest} min" if rest else f"{count(hours)} h"


def lasted(started: int, ended: int) -> str:
    """How long it was between two times; empty where they are one, as where an agent writes down no other."""
    return duration((ended - started) / 1000) if ended > started else ""


def size(number: int) -> str:
    """``4.2 MB``, in powers of a thousand."""
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 99.5 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def trend(weeks: tuple[tuple[int, int, int, int], ...], start: int, width: int) -> str:
    """Uses a week as bars, one column a week from ``start`` on; a week without any is a space.

    Args:
        weeks: (first millisecond of a week, uses, judged, successes), as in ``Pattern.weeks``.
        start: the first millisecond of the leftmost week.
        width: how many weeks.
    """
    uses = {at: number for at, number, _, _ in weeks}
    columns = [uses.get(start + n * 7 * DAY, 0) for n in range(width)]
    top = max(columns, default=0)
    return "".join(_BARS[(n * len(_BARS) - 1) // top] if n else " " for n in columns)


def levels(shares: Sequence[float | None]) -> str:
    """Shares of 1 as bars, one column each; a space where there is none."""
    return "".join(" " if one is None else _BARS[round(one * (len(_BARS) - 1))] for one in shares)


def trend_said(word: str, change: float | None, low: float | None, high: float | None) -> str:
    """``↗ rising: +31 [+12 to +50] points``."""
    if change is None:
        return f"{trend_word(word)}: too few episodes are judged, or all in one week"
    return f"{trend_word(word)}: {points(change, low, high)}"


def points(change: float | None, low: float | None, high: float | None) -> str:
    """``+12 [+3 to +21] points``: by how much a rate changed, with its interval."""
    if change is None or low is None or high is None:
        return NONE
    return f"{round(change * 100):+d} [{round(low * 100):+d} to {round(high * 100):+d}] points"

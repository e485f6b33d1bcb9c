"""Remarks about time and effort: the slowest step, tools used over and over, long waits, tokens, length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tacit.core.learn.actions import NO_DEEDS
from tacit.core.learn.deeds import changes_files, main_steps
from tacit.core.learn.paths import file_name
from tacit.core.learn.remarks import Remark, capital, deed_text, listed, numbers, seconds_text
from tacit.core.learn.tasks import EXPECTED_STEPS
from tacit.core.model import Complexity, Episode, Step

SLOW = 3.0
"""Times the mean over which the slowest step is named, if it took more than a second."""
OFTEN = 5
LONG = 600.0
"""Seconds over which an episode is long."""
TOKENS = 75_000
"""Tokens from which on their number is told."""
NOTABLE = 10.0
"""Seconds from which on a slow step is worth more than a line at the end."""
_MANY = {
    "edit": "edits",
    "read": "reads",
    "write": "writes",
    "shell": "shell calls",
    "web": "calls to the web",
    "agent": "sub-agents",
}
_INSTANT = frozenset(("read", "edit", "write"))
_TOOLS = 2


def pace(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """The slowest step, and where the time of a long episode went; a step that is both is told once."""
    main = main_steps(steps)
    total = (episode.ended - episode.started) / 1000
    slow = _slowest(main)
    if slow is not None:
        yield _slow(slow, main, total)
    if total > LONG and main and (slow is None or (slow.seconds or 0.0) <= total / 3):
        yield _long(total, main)


def _slowest(main: Sequence[Step]) -> Step | None:
    """The step that took more than three times the mean and more than a second."""
    timed = _timed(main)
    if len(timed) < 2:
        return None
    mean = sum(seconds for seconds, _ in timed) / len(timed)
    seconds, step = max(timed, key=lambda pair: (pair[0], -pair[1].n))
    return step if seconds > SLOW * mean and seconds > 1 else None


def _timed(main: Sequence[Step]) -> list[tuple[float, Step]]:
    return [(step.seconds, step) for step in main if step.seconds is not None and step.kind not in NO_DEEDS]


def _slow(step: Step, main: Sequence[Step], total: float) -> Remark:
    seconds = step.seconds or 0.0
    text = f"{deed_text(step)} took {seconds_text(seconds)}"
    if total > LONG and seconds > total / 3:
        text += f" of the {seconds_text(total)}"
    if step.kind in _INSTANT:
        text += ", nearly all of it waiting (for an answer or a hook)"
    else:
        share = round(100 * seconds / sum(one for one, _ in _timed(main)))
        text += f", {share} % of the time spent in calls"
    return Remark(capital(text), (step.n,), "slow", 65 if seconds >= NOTABLE else 29)


def _long(total: float, main: Sequence[Step]) -> Remark:
    gaps = [((two.at - one.at) / 1000 - (one.seconds or 0.0), one.n, two.n) for one, two in pairwise(main)]
    gap, before, after = max(gaps, key=lambda each: (each[0], -each[1]), default=(0.0, 0, 0))
    text = f"It took {seconds_text(total)}"
    if gap <= total / 3:
        return Remark(text, numbers(main), "duration", 32)
    text += f", of which {seconds_text(gap)} passed between steps {before} and {after}"
    return Remark(text, (before, after), "duration", 58)


def often(steps: Sequence[Step]) -> Iterator[Remark]:
    """Tools used five times or more, and what they were used on most."""
    main = main_steps(steps)
    by_kind: dict[str, list[Step]] = {}
    for step in main:
        if step.kind not in NO_DEEDS and step.status == "ok":
            by_kind.setdefault(step.kind, []).append(step)
    busy = [group for group in by_kind.values() if len(group) >= OFTEN]
    for group in sorted(busy, key=lambda group: (-len(group), group[0].n))[:_TOOLS]:
        yield _searches(group, main) if group[0].kind == "search" else _often(group)


def _searches(group: Sequence[Step], main: Sequence[Step]) -> Remark:
    """How much was looked for before anything was changed."""
    first = next((step.n for step in main if changes_files(step)), None)
    before = [step for step in group if first is None or step.n < first]
    if first is None:
        text = f"{len(group)} searches, and nothing was edited"
    else:
        text = f"{len(group)} searches, {_share(len(before), len(group))} before the first edit"
    return Remark(text, numbers(group), "tool", 31)


def _share(part: int, whole: int) -> str:
    return "all of them" if part == whole else "none of them" if not part else f"{part} of them"


def _often(group: Sequence[Step]) -> Remark:
    kind = group[0].kind
    on = Counter(_object(step) for step in group)
    what, count = min(on.items(), key=lambda pair: (-pair[1], pair[0]))
    of = "" if kind == "shell" else "of "
    text = f"{len(group)} {_MANY.get(kind, 'calls of other tools')}"
    if what and count > 2:
        steps = [step for step in group if _object(step) == what]
        return Remark(f"{text}, {_share(count, len(group))} {of}{what}", numbers(steps), "tool", 50)
    names = [name for name in on if name]
    text += f": {listed(names)}" if names else ""
    return Remark(text, numbers(group), "tool", 30)


def _object(step: Step) -> str:
    if step.kind == "shell":
        return f"`{step.actions[0].name}`" if step.actions else ""
    return file_name(step.target) if step.target else ""


def tokens(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """Many tokens, and how many a step."""
    main = main_steps(steps)
    if episode.tokens < TOKENS or len(main) < 2:
        return
    text = f"{episode.tokens:,} tokens were used, {episode.tokens // len(main):,} a step"
    yield Remark(text, numbers(main), "tokens", 25)


def length(steps: Sequence[Step], complexity: Complexity | None) -> Iterator[Remark]:
    """More steps than the complexity leads one to expect; without one, more than a complex task takes."""
    main = main_steps(steps)
    bound = EXPECTED_STEPS.get(complexity or "complex")
    if bound is None or len(main) <= bound:
        return
    text = f"{len(main)} steps, where a {complexity or 'complex'} task stays within {bound}"
    yield Remark(text, numbers(main), "length", 28)

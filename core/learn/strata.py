"""Like with like: which episodes a pattern's episodes are compared with.

Episodes are alike when they are of one project, of about one length, and judged by one kind of
evidence. Long episodes contain every sequence, so length comes before any other explanation. Length is
the number of main steps that could hold a pattern: the evidence of the outcome and what stands between
the last edit and it are left out, for a success is often committed after its test, and would count as
longer than a failure of the same work. A mark
and a label are one kind, a test and a build another, the person's next prompt a third. Commits,
rejections, interruptions and failing tails are each a kind of their own: such evidence can only say
one thing, so all its episodes end alike and say nothing about a pattern.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from tacit.core.model import JUDGED_LABELS, Episode, Kind, Source

BANDS = (3, 7, 15, 31)
"""The most steps of each band of length but the last, which has no end."""

_KINDS: dict[Source, str] = {
    "mark": "label",
    "label": "label",
    "test": "run",
    "build": "run",
    "prompt": "prompt",
    "commit": "commit",
    "rejection": "rejection",
    "interruption": "interruption",
    "tail": "tail",
}

OWN_JUDGEMENT: frozenset[Kind] = frozenset(("error_recovery", "heuristic"))
"""The kinds whose uses are judged by themselves; all others by the outcome of their episode."""

Likeness = tuple[str, int, str]
"""Project, band of length, kind of evidence."""

Counts = tuple[int, int]
"""How many were judged, and how many of these succeeded."""


def likeness(episode: Episode, open_steps: int | None) -> Likeness | None:
    """The stratum of an episode; ``None`` where it is not judged or nothing is learned from it.

    ``open_steps`` is its length as above; all main steps where nobody counted.
    """
    outcome = episode.outcome
    if episode.unworthy is not None or outcome.label not in JUDGED_LABELS or outcome.source is None:
        return None
    length = episode.steps if open_steps is None else open_steps
    return episode.project, bisect_left(BANDS, length), _KINDS[outcome.source]


def rivals_of(kind: Kind, key: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a recovery or a fact is compared within; ``None`` for any other kind.

    Recoveries: all that came first after the same error with the same aim. Facts: all commands a
    project has for one intent.
    """
    if kind == "error_recovery" and len(key) == 4:
        level, signature, _, intent = key
        return kind, level, signature, intent
    if kind == "heuristic" and len(key) == 3:
        project, intent, _ = key
        return kind, project, intent
    return None


def expected_among(kind: Kind, own: Counts, all_of_them: Counts) -> float | None:
    """How many successes the rivals lead one to expect of so many judged uses.

    A recovery is held against how often its error was left behind whatever came first, itself
    included; a fact against the project's other commands. ``None`` while nothing else was judged.
    """
    judged, successes = own
    others = all_of_them[0] - judged
    if not judged or not others:
        return None
    if kind == "error_recovery":
        return judged * all_of_them[1] / all_of_them[0]
    return judged * (all_of_them[1] - successes) / others


def counted(uses: Iterable[tuple[int, bool]], base: Mapping[int, Counts]) -> list[tuple[int, int, int, int]]:
    """(judged, successes, uses, hits) of each stratum that holds a use.

    Args:
        uses: (stratum, whether the episode succeeded) of each judged episode with the pattern.
        base: judged episodes and successes of each stratum.
    """
    found: dict[int, list[int]] = {}
    for stratum, success in uses:
        row = found.get(stratum)
        if row is None:
            found[stratum] = [1, int(success)]
        else:
            row[0] += 1
            row[1] += success
    return [(*base[stratum], *found[stratum]) for stratum in sorted(found)]  # type: ignore[misc]

"""Merging: rows of the list that say nearly the same."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tacit.core.ids import parse_id
from tacit.core.learn.actions import is_command, is_failed
from tacit.core.learn.events import events_of
from tacit.core.model import Pattern, Verdict
from tacit.core.optimize_ground import Ground
from tacit.core.present import plural
from tacit.core.proposals import Proposal
from tacit.core.recall.near_errors import NEAR, codes_of, cosine
from tacit.core.tables import PATTERNS, owner_of
from tacit.store.keys import u64
from tacit.store.reading import Read

ONE_IN = 5
"""Two rows are near when at most one in so many of their actions, or of their uses, differs."""

_MOST_ALIKE = 200
"""So many rows that have their commands and failures, or what recovers, in common are compared with each
other; more say nothing by it."""

_MAY: dict[Verdict | None, tuple[Verdict | None, ...]] = {
    None: (None,),
    "unproven": ("unproven",),
    "helps": ("helps", "unproven"),
    "harms": ("harms", "unproven"),
}
"""What may stand behind a row of each verdict."""

_FILE_KIND = re.compile(r"(?<=^read )\S+|(?<=^edit )\S+|(?<=^write )\S+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_WORD = re.compile(r"\w+")
_MARK = re.compile(r"<\w+>")


def _unknown(_one: Pattern, _other: Pattern) -> float | None:
    return None


def merges(ground: Ground) -> Iterator[Proposal]:
    """Near-duplicates among the rows, each row in one proposal at most.

    Of near rows the one that stands first in the list stays. What is proven goes behind nothing that is
    not proven in the same way. Ways of work, groups of files, project facts and what a person declared are
    never merged: what makes them differ is what they say.
    """
    taken: set[str] = set()
    for keep, alike in _near(ground.read, _candidates(ground)):
        drop = tuple(pattern for pattern, _ in alike if pattern.id not in taken)
        if keep.id in taken or not drop:
            continue
        taken.update((keep.id, *(pattern.id for pattern in drop)))
        reason = next(why for pattern, why in alike if pattern.id == drop[0].id)
        yield Proposal("merge", keep, drop, reason, _gain(drop))


def near(
    one: Pattern,
    other: Pattern,
    within: Callable[[Pattern, Pattern], bool],
    cosine: Callable[[Pattern, Pattern], float | None] = _unknown,
) -> str:
    """Why two rows of one kind say nearly the same; empty where they do not.

    Sequences: the same commands and failures in the same order, and at most one in five of all actions
    another, kinds of file and numbers told apart only within a row. Decisions: the same but for numbers.
    Recoveries, by the same action with the same aim: a class of errors and an exact one that makes up four
    in five of its uses, or two exact ones in the same words, or that mean the same and name the same codes.

    Args:
        one: a row.
        other: another row of its kind.
        within: whether every use of the first pattern is one of the second.
        cosine: how alike two patterns are by meaning; ``None`` where nobody knows.
    """
    if one.kind == "tool_sequence":
        return _alike(one.key, other.key)
    if one.kind == "decision_point":
        return "the same but for a number" if general(one.key) == general(other.key) else ""
    if one.kind != "error_recovery" or one.key[2:] != other.key[2:]:
        return ""
    levels = {pattern.key[0]: pattern for pattern in (one, other)}
    if levels.keys() == {"exact"}:
        return _reworded(one, other, cosine)
    wide, exact = levels.get("class"), levels.get("exact")
    if wide is None or exact is None or ONE_IN * (wide.uses - exact.uses) > wide.uses:
        return ""
    return f"{exact.uses} of {wide.uses} uses are this one error" if within(exact, wide) else ""


def _reworded(one: Pattern, other: Pattern, cosine: Callable[[Pattern, Pattern], float | None]) -> str:
    """Why two exact errors are one: their words, else their meaning where they name the same codes."""
    mine, theirs = one.key[1], other.key[1]
    if _words(mine) == _words(theirs):
        return "the same error, written another way"
    alike = cosine(one, other) if codes_of(mine) == codes_of(theirs) else None
    return f"the same error in other words, {alike:.2f} alike" if alike is not None and alike >= NEAR else ""


def general(key: Sequence[str]) -> list[str]:
    """Actions with their kinds of file and their numbers replaced by their place of first appearance.

    ``read *.go``, ``edit *.go failed`` become ``read §0``, ``edit §0 failed``: what is equal within a row
    stays equal, and what differs stays different.
    """
    seen: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"§{len(seen)}")

    return [_FILE_KIND.sub(named, one) if _FILE_KIND.search(one) else _NUMBER.sub(named, one) for one in key]


def edit_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein's distance over actions: how many to add, drop or change to get from one to the other."""
    before = list(range(len(other) + 1))
    for row, mine in enumerate(one, 1):
        line = [row]
        for place, theirs in enumerate(other, 1):
            line.append(min(before[place] + 1, line[-1] + 1, before[place - 1] + (mine != theirs)))
        before = line
    return before[-1]


def _candidates(ground: Ground) -> list[Pattern]:
    """The rows that have enough in common with a few others, in the order of the list.

    Of the rest only two numbers each are held while they are looked for: a hash and the key.
    """
    hashes, keys = array("q"), array("Q")
    for row in ground.rows():
        common = _bucket(row)
        if common is not None:
            hashes.append(hash(common))
            keys.append(parse_id(row.id))
    many = Counter(hashes)
    able = [u64(key) for one, key in zip(hashes, keys, strict=True) if 1 < many[one] <= _MOST_ALIKE]
    found = (ground.read.get(PATTERNS, key) for key in able)
    return [row for row in found if row is not None]


def _near(read: Read, rows: Sequence[Pattern]) -> Iterator[tuple[Pattern, list[tuple[Pattern, str]]]]:
    """Each row with the rows behind it that are near, and why."""

    def within(one: Pattern, other: Pattern) -> bool:
        return _places(read, one) <= _places(read, other)

    def alike_by(one: Pattern, other: Pattern) -> float | None:
        return cosine(read, one, other)

    sharing: dict[tuple[str, ...] | None, list[int]] = {}
    for place, pattern in enumerate(rows):
        sharing.setdefault(_bucket(pattern), []).append(place)
    for place, pattern in enumerate(rows):
        others = sharing[_bucket(pattern)]
        able = [rows[other] for other in others if other > place]
        able = [other for other in able if other.verdict in _MAY[pattern.verdict]]
        alike = [(other, why) for other in able if (why := near(pattern, other, within, alike_by))]
        if alike:
            yield pattern, alike


def _bucket(pattern: Pattern) -> tuple[str, ...] | None:
    """Rows that are near have this in common; ``None`` of what is never merged."""
    if pattern.kind == "tool_sequence":
        return pattern.kind, *_telling(general(pattern.key))
    if pattern.kind == "decision_point":
        return pattern.kind, *general(pattern.key)
    return (pattern.kind, *pattern.key[2:]) if pattern.kind == "error_recovery" else None


def _alike(one: Sequence[str], other: Sequence[str]) -> str:
    mine, theirs = general(one), general(other)
    if _telling(mine) != _telling(theirs):
        return ""
    longest = max(len(mine), len(theirs))
    distance = edit_distance(mine, theirs)
    if distance == 0:
        return "the same steps but for the kind of file or a number"
    return f"{longest - distance} of {longest} steps are the same" if ONE_IN * distance <= longest else ""


def _telling(key: Sequence[str]) -> list[str]:
    """The commands and failures, which are what a sequence says."""
    return [one for one in key if is_command(one) or is_failed(one)]


def _words(signature: str) -> list[str]:
    """The words of an error without its marks."""
    return _WORD.findall(_MARK.sub(" ", signature))


def _places(read: Read, pattern: Pattern) -> set[tuple[int, int]]:
    """(episode, first step) of every use."""
    return {(event[0], event[3]) for event in events_of(read, owner_of(pattern.kind, parse_id(pattern.id)))}


def _gain(drop: Sequence[Pattern]) -> str:
    uses = sum(pattern.uses for pattern in drop)
    return f"{plural(len(drop), 'row')} fewer, {plural(uses, 'more use', 'more uses')} behind one"

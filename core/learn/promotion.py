"""What a candidate with support must be besides: a decision has an alternative, a group a lift.

Pure functions of the candidates that have support and, for groups of files, of the counter that says
how often each file is changed at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tacit.core.learn.candidates import Candidate
from tacit.core.learn.lift import Pair, family_size, standing
from tacit.core.tables import EPISODES
from tacit.store.keys import text
from tacit.store.reading import Read

NO_ALTERNATIVE = "no alternative"
BY_CHANCE = "together by chance"


def promoted(read: Read, candidates: Sequence[Candidate], rejected: Counter[str]) -> list[Candidate]:
    """The candidates that are patterns; the others are counted in ``rejected`` by reason."""
    why = unpromoted(read, candidates)
    rejected.update(why.values())
    return [candidate for place, candidate in enumerate(candidates) if place not in why]


def unpromoted(read: Read, candidates: Sequence[Candidate]) -> dict[int, str]:
    """Which candidates (by place) are no patterns though they have support, and why."""
    return {
        **dict.fromkeys(without_alternative(candidates), NO_ALTERNATIVE),
        **dict.fromkeys(by_chance(read, candidates), BY_CHANCE),
    }


def without_alternative(candidates: Sequence[Candidate]) -> list[int]:
    """The places of decision points in whose situation no other choice has support."""
    choices: dict[str, list[int]] = {}
    for place, candidate in enumerate(candidates):
        if candidate.kind == "decision_point":
            choices.setdefault(candidate.key[0], []).append(place)
    return [places[0] for places in choices.values() if len(places) == 1]


def by_chance(read: Read, candidates: Sequence[Candidate]) -> list[int]:
    """The places of groups of files that change together no more than their popularity explains."""
    places = [place for place, candidate in enumerate(candidates) if candidate.kind == "file_group"]
    if not places:
        return []
    changed = _changed(read)
    pairs = []
    for place in places:
        project, one, other = candidates[place].key
        files = changed[text(project)]
        both = candidates[place].episodes
        pairs.append(Pair(both, files[text(one)], files[text(other)], files[b""]))
    family = family_size((files[b""], [n for name, n in files.items() if name]) for files in changed.values())
    kept = standing(pairs, family)
    return [place for at, place in enumerate(places) if at not in kept]


def _changed(read: Read) -> dict[bytes, dict[bytes, int]]:
    """By project: how many episodes changed a file, and under ``b""`` how many changed any."""
    found: dict[bytes, dict[bytes, int]] = {}
    for group, count in read.groups(EPISODES, "changed"):
        at = group.index(b"\0") + 1
        found.setdefault(group[:at], {})[group[at:]] = count
    return found

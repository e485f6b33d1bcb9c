"""What a candidate with support must be besides: a decision has an alternative, files a lift.

Pure functions of the candidates that have support and, for groups of files, of the counter that says
how often each file is changed at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tacit.core.ids import pattern_key
from tacit.core.learn.candidates import Candidate, Scale, support_of
from tacit.core.learn.events import Event, by_episode, counts_of, events_of, pairs_of, together
from tacit.core.learn.groups import Group, Uses, different, grow, without
from tacit.core.learn.lift import Pair, extensions, family_size, productive, standing
from tacit.core.tables import EPISODES, owner_of
from tacit.store.keys import text
from tacit.store.reading import Read

NO_ALTERNATIVE = "no alternative"
BY_CHANCE = "together by chance"

Changed = Mapping[bytes, Mapping[bytes, int]]
"""By project: how many episodes changed a file, and under ``b""`` how many changed any."""


def promoted(
    read: Read, scale: Scale, candidates: Sequence[Candidate], rejected: Counter[str]
) -> list[Candidate]:
    """The candidates that are patterns, with the groups that pairs of files grow into.

    The others are counted in ``rejected`` by reason.
    """
    changed = _changed(read) if any(one.kind == "file_group" for one in candidates) else {}
    why = {
        **dict.fromkeys(without_alternative(candidates), NO_ALTERNATIVE),
        **dict.fromkeys(by_chance(changed, candidates), BY_CHANCE),
    }
    rejected.update(why.values())
    kept = [candidate for place, candidate in enumerate(candidates) if place not in why]
    return kept + larger_groups(read, scale, [one for one in kept if one.kind == "file_group"], changed)


def without_alternative(candidates: Sequence[Candidate]) -> list[int]:
    """The places of decision points in whose situation no other choice has support."""
    choices: dict[str, list[int]] = {}
    for place, candidate in enumerate(candidates):
        if candidate.kind == "decision_point":
            choices.setdefault(candidate.key[0], []).append(place)
    return [places[0] for places in choices.values() if len(places) == 1]


def by_chance(changed: Changed, candidates: Sequence[Candidate]) -> list[int]:
    """The places of groups of files that change together no more than their popularity explains."""
    places = [place for place, candidate in enumerate(candidates) if candidate.kind == "file_group"]
    if not places:
        return []
    pairs = []
    for place in places:
        project, one, other = candidates[place].key
        files = changed.get(text(project), {})
        pairs.append(_pair(candidates[place].episodes, files.get(text(one), 0), other, files))
    family = family_size((files[b""], _of_files(files)) for files in changed.values())
    kept = standing(pairs, family)
    return [place for at, place in enumerate(places) if at not in kept]


def larger_groups(read: Read, scale: Scale, pairs: Sequence[Candidate], changed: Changed) -> list[Candidate]:
    """The groups of more than two files that pairs which stand grow into."""
    homes: dict[str, dict[tuple[str, str], dict[int, Event]]] = {}
    for pair in pairs:
        project, first, second = pair.key
        homes.setdefault(project, {})[first, second] = by_episode(events_of(read, pair.owner))
    found: list[Candidate] = []
    tested: list[list[Pair]] = []
    looked_at: list[tuple[int, list[int], list[int]]] = []
    for project, own in sorted(homes.items()):
        files, uses = changed[text(project)], _bits(own)
        groups = grow(uses, support_of("file_group").episodes)
        looked_at.append((files[b""], different(groups), _of_files(files)))
        for group in groups:
            one = _weighed(scale, project, group.files, own) if len(group.files) > 2 else None
            if one is not None:
                found.append(one)
                tested.append(_splits(group, uses, files))
    kept = productive(tested, extensions(looked_at))
    return [one for place, one in enumerate(found) if place in kept]


def _weighed(
    scale: Scale, project: str, files: tuple[str, ...], own: Mapping[tuple[str, str], dict[int, Event]]
) -> Candidate | None:
    """The candidate of a group of files; ``None`` without support."""
    key = (project, *files)
    events = together([own[pair[1], pair[2]] for pair in pairs_of(key)])
    counts = counts_of(events)
    one = scale.weigh(owner_of("file_group", pattern_key("file_group", key)), counts, events, key)
    return None if isinstance(one, str) else one


def _splits(group: Group, uses: Uses, files: Mapping[bytes, int]) -> list[Pair]:
    """One file against the others, for each file of a group."""
    return [_pair(group.uses, without(uses, group.files, name), name, files) for name in group.files]


def _pair(both: int, one: int, other: str, files: Mapping[bytes, int]) -> Pair:
    """Something and a file, by how often the one was changed, and both.

    Of an episode that waits to be learned from, the counter of files knows what it changed by now, the
    pairs what it changed before; what was changed together was changed.
    """
    least, most = max(one, both), max(files.get(text(other), 0), both)
    return Pair(both, least, most, max(files.get(b"", 0), least, most))


def _bits(pairs: Mapping[tuple[str, str], Mapping[int, Event]]) -> dict[tuple[str, str], int]:
    """The episodes of each pair as the bits of a number."""
    places: dict[int, int] = {}
    found = {}
    for pair, events in pairs.items():
        found[pair] = sum(1 << places.setdefault(episode, len(places)) for episode in events)
    return found


def _of_files(files: Mapping[bytes, int]) -> list[int]:
    return [count for name, count in files.items() if name]


def _changed(read: Read) -> Changed:
    found: dict[bytes, dict[bytes, int]] = {}
    for group, count in read.groups(EPISODES, "changed"):
        at = group.index(b"\0") + 1
        found.setdefault(group[:at], {})[group[at:]] = count
    return found

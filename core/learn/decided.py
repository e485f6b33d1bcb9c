"""What people decided of patterns, as the review obeys it: what is pinned, put away or merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from tacit.core.decisions import NOTHING, Decided, decisions, standing
from tacit.core.learn.families import Family
from tacit.core.learn.named import Named
from tacit.core.model import Pattern, Verdict
from tacit.core.projects import OtherNames, former_ids
from tacit.core.tombstones import Role, tombstones
from tacit.store.reading import Read

Rulings = Mapping[str, Decided]
"""Id of a candidate -> what stands of it; ``into`` is the id of a candidate."""


def rulings(read: Read, candidates: Sequence[Named], names: OtherNames) -> Rulings:
    """What was decided of these candidates, also under the ids they had before their project was merged.

    Args:
        read: the snapshot.
        candidates: all that may become patterns.
        names: the other names of projects.
    """
    said = decisions(read)
    if not said:
        return {}
    now: dict[str, str] = {}
    found: dict[str, Decided] = {}
    for one in candidates:
        former = former_ids(one.kind, one.key, names)
        now.update(dict.fromkeys(former, one.id))
        decided = standing(*(said.get(id_, ()) for id_ in (*former, one.id)))
        if decided != NOTHING:
            found[one.id] = decided
    return {own: replace(rule, into=now.get(rule.into, rule.into)) for own, rule in found.items()}


def buried(read: Read, candidates: Sequence[Named], names: OtherNames) -> dict[str, Role]:
    """What of these candidates has a tombstone, by id; the arguments are those of :func:`rulings`.

    Of several, under the ids it had before its project was merged, the one that hides most counts.
    """
    stones = dict(tombstones(read, "patterns"))
    found: dict[str, Role] = {}
    for one in candidates if stones else ():
        ids = (one.id, *former_ids(one.kind, one.key, names))
        roles = [stones[id_] for id_ in ids if id_ in stones]
        if roles:
            found[one.id] = "head" if "head" in roles else roles[0]
    return found


def joined(
    families: Sequence[Family],
    ids: Sequence[str],
    rules: Rulings,
    verdicts: Mapping[str, Verdict],
    deleted: Mapping[str, str],
) -> list[Family]:
    """Families of which one whose leader was merged into another leader stands behind that one.

    Chains are followed; one that comes back to where it was leads nowhere. What is pinned or deleted goes
    behind nothing, nor does what is proven go behind what is not proven in the same way.

    Args:
        families: as they were grouped.
        ids: of the candidates, by their place.
        rules: what was decided.
        verdicts: of what is proven, by id.
        deleted: what has a tombstone, by id.
    """
    leaders = {ids[family.head]: family for family in families}

    def following(own: str) -> str | None:
        rule = rules.get(own, NOTHING)
        if not rule.into or rule.pinned or own in deleted or rule.into not in leaders:
            return None
        return rule.into if verdicts.get(own) in (None, verdicts.get(rule.into)) else None

    ends = {own: _end(own, following) for own in leaders}
    for own, end in ends.items():
        if own != end:
            leaders[end].members += [leaders[own].head, *leaders[own].members]
    kept = [leaders[own] for own in leaders if ends[own] == own]
    for family in kept:
        family.members.sort()
    return kept


def as_ruled(pattern: Pattern, last: int, rules: Rulings) -> Pattern:
    """A pattern as decided; only what leads its family can be put away, and what is pinned is not.

    Args:
        pattern: as the evidence makes it.
        last: when anything of its family was last used, in milliseconds.
        rules: what was decided.
    """
    rule = rules.get(pattern.id, NOTHING)
    away = rule.seen is not None and last <= rule.seen and not rule.pinned and pattern.head is None
    return replace(pattern, pinned=rule.pinned, archived=away) if rule.pinned or away else pattern


def _end(own: str, following: Callable[[str], str | None]) -> str:
    """Where a chain of merges leads; back to where it began if it has no end."""
    met = {own}
    here = own
    while (after := following(here)) is not None:
        if after in met:
            return own
        met.add(after)
        here = after
    return here

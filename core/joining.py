"""Names of one project, told apart by what agents write down: joined where transcripts show them to be one.

One agent tells the address of a repository, another only the directory, a third only a name made of the
directory. Where sessions show a name to be one thing and no other (:mod:`tacit.core.told_places`), the two
are one. The join is a merge like a person's: one step of undo, and never made again once taken back. One
that sessions told later have put in doubt is taken back by itself, so that no order of imports matters.
"""

from __future__ import annotations

from msgspec import Struct

from tacit.core.aliases import Alias, alias_key, aliases, history, keep, mark_of_merge
from tacit.core.aliases import Merge as Target
from tacit.core.gone import UNMERGED
from tacit.core.learn.state import touch
from tacit.core.merging import APART, JOINER
from tacit.core.projects import Names, is_project
from tacit.core.settling import Configured, resettle
from tacit.core.tables import STATE
from tacit.core.told_places import Shown, is_nobodys, shown
from tacit.core.undo_steps import UndoStep, next_number, put_step, strip_steps, undo_steps
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write


class Joined(Struct, frozen=True):
    """What is joined, ``A into B``, and which joins are in doubt and taken back, ``A out of B``."""

    joined: tuple[str, ...] = ()
    parted: tuple[str, ...] = ()


class _Plan(Struct, frozen=True):
    """Joins in doubt, and (name, what it is) of those that are due and not made yet."""

    parted: tuple[Alias, ...]
    joined: tuple[tuple[str, str], ...]


def join(store: Store, configured: Configured) -> Joined:
    """Join what is shown to be one, all as one step of undo; part what is in doubt. Drain the queue then."""
    with store.read() as read:
        plan = _planned(read, configured)
    if not plan.parted and not plan.joined:
        return Joined()
    return store.write(lambda write: _done(write, configured), large=True)


def _done(write: Write, configured: Configured) -> Joined:
    plan = _planned(write, configured)
    parted = plan.parted
    if parted:
        _part(write, parted)
        resettle(write, configured)
        plan = _planned(write, configured)
    if plan.joined:
        number = next_number(write)
        merged = tuple(alias_key(name).hex() for name, _ in plan.joined)
        put_step(write, UndoStep(number, write.at, JOINER, "merge project", (), merged=merged))
        for name, target in plan.joined:
            keep(write, name, (*history(write, name), Target(number, target)))
        resettle(write, configured)
    touch(write)
    return Joined(
        joined=tuple(f"{name} into {target}" for name, target in plan.joined),
        parted=tuple(f"{one.name} out of {one.target}" for one in parted),
    )


def _part(write: Write, parted: tuple[Alias, ...]) -> None:
    """Take out joins, which their steps of undo then name no longer: nobody took them back."""
    out = {(one.said[-1].step, alias_key(one.name).hex()) for one in parted}
    for one in parted:
        keep(write, one.name, one.said[:-1])
    strip_steps(write, lambda step, named: (step.number, named) in out)


def _planned(read: Read, configured: Configured) -> _Plan:
    known = shown(read)
    standing = list(aliases(read)) if known else []
    steps = {one.number for one in undo_steps(read) if one.actor == JOINER} if standing else set()
    own = {one.name: one for one in standing if one.said[-1].step in steps}
    said = Names({one.name: one.target for one in standing if one.name not in own}, configured)
    parted = {name: one for name, one in own.items() if _in_doubt(one, known, said)}
    names = Names({one.name: one.target for one in standing if one.name not in parted}, configured)
    return _Plan(tuple(parted.values()), _due(read, known, names, said))


def _in_doubt(join: Alias, known: Shown, said: Names) -> bool:
    """Whether a name may be something else than what it was joined with."""
    return any(said.of(one) != said.of(join.target) for one in known.get(join.name, ()))


def _due(read: Read, known: Shown, names: Names, said: Names) -> tuple[tuple[str, str], ...]:
    """(name, what it is) of all that is one thing alone, by what persons said, and goes by its own name."""
    kept = {key for prefix in (APART, UNMERGED) for key, _ in read.items(STATE, prefix, lambda _: b"")}
    targets = {one for meant in known.values() for one in meant}
    found: dict[str, str] = {}
    for name, meant in sorted(known.items(), key=lambda one: (one[0] in targets, one[0])):
        target = min(meant)
        marks = {prefix + mark_of_merge(name, target) for prefix in (APART, UNMERGED)}
        if len({said.of(one) for one in meant}) != 1 or not kept.isdisjoint(marks) or is_nobodys(target):
            continue
        free = names.of(name) == name != names.of(target)
        if free and (is_project(read, name) or name in found.values()):
            found[name] = target
    return tuple(found.items())

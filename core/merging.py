"""Merging one project into another, and taking that back.

A merge is an alias and one step of undo. Tombstones and decisions of patterns stay where they lie: a
pattern obeys what was said of the ids it had under the other names of its project (see
:func:`tacit.core.projects.former_ids`), so that both the merge and what was said can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.aliases import Merge, alias_at, alias_key, aliases, history, keep, mark_of_merge
from tacit.core.errors import NotFound, Usage
from tacit.core.gone import UNMERGED
from tacit.core.learn.paths import short_name
from tacit.core.learn.state import touch
from tacit.core.projects import OF_PROJECT, Names, is_project, names_of, project_names, told_pairs
from tacit.core.settling import Configured, Settled, resettle
from tacit.core.tables import EPISODES, LABELS, PATTERNS, SESSIONS, STATE
from tacit.core.undo_steps import UndoStep, next_number, put_step, undo_steps
from tacit.store.keys import text
from tacit.store.reading import Read
from tacit.store.transaction import Write

JOINER = "import"
"""Who merges what transcripts show to be one, in the list of steps (see :mod:`tacit.core.joining`)."""

APART = b"apart:"
"""Before the mark of such a merge that was taken back: it is not made again by itself."""


class Merged(Struct, frozen=True):
    """What a merge did, or would do.

    ``source`` and ``target`` are the projects as they were called before. ``patterns`` are rows of the list
    whose ids change; ``step`` is 0 for a dry run.
    """

    step: int
    source: str
    target: str
    sessions: int
    episodes: int
    patterns: int
    dry_run: bool = False


class Unmerged(Struct, frozen=True):
    """What taking merges back did: how many, of which name (``A into B``), and what was renamed."""

    count: int = 0
    label: str = ""
    settled: Settled = Settled()


def plan_merge(read: Read, source: str, target: str, configured: Configured) -> Merged:
    """What merging would do.

    Args:
        read: the snapshot.
        source: the project that is merged, by any of its names.
        target: the one it becomes part of, by any of its names.
        configured: the aliases of the configuration.

    Raises:
        NotFound: there is no such project; the hint names what is near.
        Usage: both are one project already.
    """
    names = names_of(read, configured)
    one, other = (_known(read, names, name) for name in (source, target))
    if one == other:
        raise _same(source, target, one)
    outcomes = (read.count(EPISODES, "project", text(one) + text(label)) for label in LABELS)
    scan = read.scan(PATTERNS, "project", text(one))
    patterns = (read.get(PATTERNS, key) for _, key in scan)
    return Merged(
        step=0,
        source=one,
        target=other,
        sessions=read.count(SESSIONS, "project", text(one)),
        episodes=sum(outcomes),
        patterns=sum(p is not None and p.kind in OF_PROJECT and p.key[0] == one for p in patterns),
        dry_run=True,
    )


def merge(write: Write, source: str, target: str, configured: Configured, actor: str) -> Merged:
    """Merge a project into another as one step of undo; the queue then derives its contributions anew.

    Raises:
        NotFound: there is no such project.
        Usage: both are one project already.
    """
    plan = plan_merge(write, source, target, configured)
    number = next_number(write)
    merged = (alias_key(plan.source).hex(),)
    put_step(write, UndoStep(number, write.at, actor, "merge project", (), merged=merged))
    keep(write, plan.source, (*history(write, plan.source), Merge(number, plan.target)))
    for prefix in (APART, UNMERGED):
        write.delete_value(STATE, prefix + mark_of_merge(plan.source, plan.target))
    done = resettle(write, configured)
    touch(write)
    return replace(plan, step=number, sessions=done.sessions, dry_run=False)


def unmerge(write: Write, step: UndoStep, configured: Configured) -> Unmerged:
    """Take out what a step merged, as part of its undo; what was merged before or after it stands."""
    taken = []
    for place in step.merged:
        alias = alias_at(write, bytes.fromhex(place))
        if alias is None:
            continue
        back = [one for one in alias.said if one.step == step.number]
        taken += [f"{alias.name} into {one.target}" for one in back]
        if step.actor == JOINER:
            for one in back:
                write.set_value(STATE, APART + mark_of_merge(alias.name, one.target), b"")
        keep(write, alias.name, tuple(one for one in alias.said if one.step != step.number))
    if not taken:
        return Unmerged()
    return Unmerged(len(taken), ", ".join(taken), resettle(write, configured))


def adopt(write: Write, told: Iterable[tuple[str, str]], configured: Configured) -> Settled:
    """Take the aliases of an export over, of names that were not merged here, unless they end in a circle.

    What was forgotten here is not taken over either.
    """
    for name, project in told:
        gone = write.present(STATE, UNMERGED + mark_of_merge(name, project))
        names = names_of(write, configured)
        if not gone and names.of(name) == name and names.of(project) != name:
            keep(write, name, (Merge(0, project),))
    done = resettle(write, configured)
    if done.sessions:
        touch(write)
    return done


def forget_merges(write: Write, forgotten: Collection[bytes]) -> set[str]:
    """Forget merges by what they are known by; the hashes, in hex, of names of which none is left.

    What other names mean by way of them stays: the alias is shortened.
    """
    lost: set[bytes] = set()
    for alias in list(aliases(write)):
        said = tuple(one for one in alias.said if mark_of_merge(alias.name, one.target) not in forgotten)
        if said != alias.said:
            keep(write, alias.name, said)
            lost.update(() if said else (alias_key(alias.name),))
    if lost:
        attach(write, lost)
    return {key.hex() for key in lost}


def attach(write: Write, lost: Collection[bytes]) -> None:
    """Let names that were merged mean their projects still, where aliases were lost."""
    merged = {one.name: one.target for one in aliases(write)}
    names = Names(merged, {})
    steps = {place: step.number for step in undo_steps(write) if not step.undone for place in step.merged}
    for told, project in list(told_pairs(write)):
        if names.of(told) != project and (told in merged or alias_key(told) in lost):
            keep(write, told, (Merge(steps.get(alias_key(told).hex(), 0), project),))


def _known(read: Read, names: Names, name: str) -> str:
    """The project that a name means, of which there is a session."""
    for known in (name, short_name(name)):
        project = names.of(known)
        if is_project(read, project):
            return project
    others = [alias.name for alias in aliases(read)]
    near = tuple(get_close_matches(name, sorted({*project_names(read), *others}), 3, 0.3))
    hint = f"Nearest: {', '.join(near)}." if near else "`memory project list` lists them."
    raise NotFound(f"There is no project “{name}”.", hint, near)


def _same(source: str, target: str, project: str) -> Usage:
    if source == target:
        return Usage(f"“{source}” cannot be merged into itself.", "Name two projects.")
    return Usage(f"“{source}” and “{target}” are one project already, “{project}”.", "Nothing to merge.")

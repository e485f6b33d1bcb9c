"""Taking exported trees back into a memory.

A tree adds what the memory does not have. It takes nothing away: an episode that the memory knows
from the same session with as many steps stays as it is, for it may know more than an export tells,
and what is alive here is not deleted because it was deleted there; what a person here said of how an
episode ended, or decided of a pattern, stands against what they said there. Names of projects mean what
they mean in the tree, unless they were merged here.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from tacit.core.errors import NotFound, Usage
from tacit.core.facade import Core
from tacit.core.import_report import ImportReport
from tacit.core.model import Episode, Session, Step
from tacit.core.restoring import Restoring
from tacit.core.things import Thing
from tacit.exports.notes import notes_in
from tacit.exports.offers import offers_in
from tacit.exports.reader import Tree, read_tree
from tacit.exports.refusals import FormError
from tacit.exports.shareable_tree import shared_in

Told = tuple[Episode, list[Step]]


def restore(memory: Core, trees: Sequence[Path], paths: Sequence[Path], *, dry_run: bool) -> ImportReport:
    """Import the sessions of exported trees, and what they say is deleted stays deleted.

    Raises:
        Usage: trees and transcripts are named in one call.
    """
    if len(trees) != len(paths):
        raise Usage(
            "An exported tree and transcripts cannot be imported in one call.", "Import one at a time."
        )
    started = time.monotonic()
    run = memory.restoring(dry_run=dry_run)
    for path in trees:
        _take_tree(memory, run, read_tree(path, run.redact))
    return run.finish(started)


def _take_tree(memory: Core, run: Restoring, tree: Tree) -> None:
    deleted = dict(_deleted(memory, tree))
    run.merge(tree.manifest.merged())
    _take_sessions(memory, run, tree, deleted)
    parcels, unusable = shared_in(tree.directory, run.redact, memory.clock())
    for parcel in parcels:
        run.share(parcel)
    _take_notes(run, tree.directory, deleted)
    _take_offers(run, tree.directory)
    for reason, count in (*unusable.items(), *tree.rejected.items()):
        run.skip(reason, count)
    for public_id, role in deleted.items():
        run.bury(public_id, role)
    for episode_id, mark in tree.manifest.marked():
        run.mark(episode_id, mark)
    run.decide(tree.manifest.decided())


def _take_sessions(memory: Core, run: Restoring, tree: Tree, deleted: dict[str, str]) -> None:
    for session, episodes in tree.sessions():
        if session.id in deleted:
            run.skip("deleted", 1)
            continue
        news = _news(memory, session, episodes, deleted)
        first = next(news, None)
        if first is not None:
            run.take(session, _with(first, news))
        elif _lives(memory, session.id):
            run.skip("unchanged", 1)
        else:
            run.take(session, ())


def _take_notes(run: Restoring, path: Path, deleted: Container[str]) -> None:
    notes = notes_in(path, run.redact, lambda reason: run.skip(reason, 1))
    run.moved_in(one for one in notes if one.id not in deleted)


def _take_offers(run: Restoring, path: Path) -> None:
    try:
        run.offered(*offers_in(path, run.redact))
    except FormError as bad:
        run.skip(bad.reason, 1)


def _deleted(memory: Core, tree: Tree) -> Iterator[tuple[str, str]]:
    """The tombstones of a tree that are new here and of nothing that lives here.

    What only went with a deleted row stays deleted only where every such row does.
    """
    known = {public_id for public_id, _ in memory.tombstones()}
    new = [stone for stone in tree.manifest.tombstones if stone.id not in known]
    alive = {stone.id for stone in new if _lives(memory, stone.id)}
    for stone in new:
        if stone.id not in alive and not (alive and stone.role == "with"):
            yield stone.id, stone.role


def _lives(memory: Core, public_id: str) -> bool:
    return _find(memory, public_id) is not None


def _find(memory: Core, public_id: str) -> Thing | None:
    try:
        return memory.get(public_id)
    except NotFound:
        return None


def _news(
    memory: Core, session: Session, episodes: Sequence[Told], deleted: dict[str, str]
) -> Iterator[Told]:
    """The episodes that the memory does not know, or of which the tree tells more steps."""
    held = {episode.id: _all_steps(episode) for episode in memory.episodes_of(session.id)}
    known = _find(memory, session.id)
    copies = isinstance(known, Session) and known.copies > 0
    for episode, steps in episodes:
        if episode.id in deleted or held.get(episode.id, -1) >= _all_steps(episode):
            continue
        if not (copies and _is_held_elsewhere(memory, episode)):
            yield episode, steps


def _is_held_elsewhere(memory: Core, episode: Episode) -> bool:
    """Whether another session tells the episode with as many steps."""
    holder = _find(memory, episode.id)
    return (
        isinstance(holder, Episode)
        and holder.session != episode.session
        and _all_steps(holder) >= _all_steps(episode)
    )


def _all_steps(episode: Episode) -> int:
    return episode.steps + episode.subagent_steps


def _with(first: Told, rest: Iterator[Told]) -> Iterator[Told]:
    yield first
    yield from rest

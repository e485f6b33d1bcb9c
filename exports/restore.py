"""Taking exported trees back into a memory.

A tree adds what the memory does not have. It takes nothing away: an episode that the memory knows
from the same session with as many steps stays as it is, for it may know more than an export tells,
and what is alive here is not deleted because it was deleted there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tacit.core.errors import NotFound, Usage
from tacit.core.facade import Core
from tacit.core.ingest import ImportReport
from tacit.core.model import Episode, Session, Step
from tacit.exports.reader import Tree, read_tree

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
        tree = read_tree(path, run.redact)
        deleted = dict(_deleted(memory, tree))
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
        for reason, count in tree.rejected.items():
            run.skip(reason, count)
        for public_id, role in deleted.items():
            run.bury(public_id, role)
    return run.finish(started)


def _deleted(memory: Core, tree: Tree) -> Iterator[tuple[str, str]]:
    """The tombstones of a tree that are new here and of nothing that lives here."""
    known = {public_id for public_id, _ in memory.tombstones()}
    for stone in tree.manifest.tombstones:
        if stone.id not in known and not _lives(memory, stone.id):
            yield stone.id, stone.role


def _lives(memory: Core, public_id: str) -> bool:
    try:
        memory.get(public_id)
    except NotFound:
        return False
    return True


def _news(
    memory: Core, session: Session, episodes: Sequence[Told], deleted: dict[str, str]
) -> Iterator[Told]:
    """The episodes that the memory does not know, or of which the tree tells more steps."""
    known = {episode.id: _all_steps(episode) for episode in memory.episodes_of(session.id)}
    for episode, steps in episodes:
        if episode.id not in deleted and known.get(episode.id, -1) < _all_steps(episode):
            yield episode, steps


def _all_steps(episode: Episode) -> int:
    return episode.steps + episode.subagent_steps


def _with(first: Told, rest: Iterator[Told]) -> Iterator[Told]:
    yield first
    yield from rest

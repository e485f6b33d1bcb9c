"""Taking exported trees back into a memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tacit.core.errors import Usage
from tacit.core.facade import Core
from tacit.core.ingest import ImportReport
from tacit.exports.reader import read_tree


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
        for session, episodes in tree.sessions():
            run.take(session, episodes)
        for reason, count in tree.rejected.items():
            run.skip(reason, count)
        if not tree.manifest.selection:
            for stone in tree.manifest.tombstones:
                run.bury(stone.id, stone.role)
    return run.finish(started)

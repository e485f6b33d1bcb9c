"""One import from finding the transcripts to the review, and its report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tacit.core.config import Config
from tacit.core.errors import NothingUsable
from tacit.core.ingest import Importer, ImportReport, Progress, report
from tacit.core.learn.review import review
from tacit.core.learn.state import last_review
from tacit.core.readers.discovery import Found, find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.redaction import Redactor
from tacit.core.tables import PATTERNS
from tacit.store.store import Store


def import_transcripts(
    store: Store,
    config: Config,
    paths: Sequence[Path] | None,
    *,
    agent: str | None,
    project: str | None,
    since: int | None,
    dry_run: bool,
    progress: Callable[[Progress], None] | None,
) -> ImportReport:
    """Import transcripts; see :meth:`tacit.core.facade.Core.import_paths`."""
    started = time.monotonic()
    redact = Redactor(store.secret, config.redact_allow)
    importer = Importer(
        store,
        redact,
        aliases=config.aliases,
        project=project,
        since=since,
        dry_run=dry_run,
        progress=progress,
    )
    registry = load_readers()
    readers = registry.readers if agent is None else registry.only(agent).readers
    found = list(find_sources(paths or None, readers, Path.home(), os.environ))
    if paths and not any(one.source for one in found):
        raise _nothing(paths, found)
    importer.skipped.update(f"reader {name} is broken" for name, _ in registry.broken)
    importer.run(found)
    return conclude(store, importer, redact, started, dry_run=dry_run)


def conclude(
    store: Store, importer: Importer, redact: Redactor | None, started: float, *, dry_run: bool
) -> ImportReport:
    """Review what an importer stored, and report."""
    redacted = {} if redact is None else redact.counts
    if dry_run:
        return report(importer, redacted, {}, started, new_patterns=None, patterns=None, dry_run=True)
    with store.read() as read:
        before = last_review(read)
    done = review(store)
    rejected = {}
    if done is not None:
        known = {} if before is None else before.rejected
        rejected = {
            reason: count - known.get(reason, 0)
            for reason, count in done.state.rejected.items()
            if count > known.get(reason, 0)
        }
    with store.read() as read:
        patterns = read.count(PATTERNS, "listed")
    new = 0 if done is None else done.new
    return report(importer, redacted, rejected, started, new_patterns=new, patterns=patterns, dry_run=False)


def _nothing(paths: Sequence[Path], skipped: Sequence[Found]) -> NothingUsable:
    names = ", ".join(str(path) for path in paths[:3])
    reasons = sorted({one.reason for one in skipped})
    why = f": {', '.join(reasons)}" if reasons else ""
    return NothingUsable(
        f"There is no transcript to import in {names}{why}.",
        "Name a transcript (*.jsonl) or a folder that holds some; without a path the usual folders are read.",
    )

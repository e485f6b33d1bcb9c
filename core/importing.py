"""One import from finding the transcripts to the review, and its report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from tacit.core.config import Config
from tacit.core.errors import NothingUsable
from tacit.core.import_report import ImportReport, Options, Progress
from tacit.core.ingest import Importer
from tacit.core.joining import Joined, join
from tacit.core.learn.extractors.registry import REGISTRY
from tacit.core.learn.queue import drain
from tacit.core.learn.state import last_review, review_due, reviews_quickly
from tacit.core.learn.waiting import failures
from tacit.core.notes.finding import note_stores, without_notes
from tacit.core.notes.taking import StoreAt, take_notes
from tacit.core.pattern_counts import learned
from tacit.core.readers.discovery import NO_TRANSCRIPT, ONE_WAY, Found, find_sources
from tacit.core.readers.registry import Registry, load_readers
from tacit.core.redaction import Redactor
from tacit.core.settling import settle_store
from tacit.core.texts import catch_up
from tacit.core.unpacking import Given
from tacit.store.store import Store

_NAME_SOME = (
    "Name a transcript (*.jsonl) or a folder that holds some; without a path the usual folders are read."
)

_NEXT = {
    "unreadable": "Check its permissions.",
    ONE_WAY: "To move a memory, write a tree with `memory export DIR` and import that.",
}
"""What to do where this is the only reason."""


def import_transcripts(
    store: Store,
    config: Config,
    given: Given,
    options: Options,
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Import transcripts; see :meth:`tacit.core.facade.Core.import_paths`."""
    started = time.monotonic()
    redact = Redactor(store.secret, config.redact_allow)
    dry_run = options.dry_run
    importer = Importer(
        store,
        redact,
        aliases=config.aliases,
        project=options.project,
        since=options.since,
        dry_run=dry_run,
        progress=progress,
    )
    REGISTRY.declared()  # what is wrong in patterns.toml is said before anything is read
    registry = load_readers()
    found, stores = _found(given, options, registry)
    importer.skipped.update(f"reader {name} is broken ({why})" for name, why in registry.broken)
    importer.skipped.update(given.skipped)
    if not dry_run and settle_store(store, config.aliases):
        importer.changed = True
    importer.run(found)
    notes = take_notes(store, redact, stores, options) if stores else None
    importer.changed |= notes is not None and notes.differs
    return replace(conclude(store, importer, redact, started, dry_run=dry_run), notes=notes)


def import_found(
    store: Store,
    config: Config,
    found: Sequence[Found],
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Import transcripts that were found to have changed.

    Where a review would take longer than a moment it stays due.

    Raises:
        Usage: ``patterns.toml`` is wrong.
    """
    started = time.monotonic()
    REGISTRY.declared()
    redact = Redactor(store.secret, config.redact_allow)
    importer = Importer(store, redact, aliases=config.aliases, progress=progress)
    importer.changed = settle_store(store, config.aliases) > 0
    importer.run(found)
    with store.read() as read:
        later = not reviews_quickly(read)
    return conclude(store, importer, redact, started, dry_run=False, later=later)


def conclude(
    store: Store,
    importer: Importer,
    redact: Redactor,
    started: float,
    *,
    dry_run: bool,
    later: bool = False,
) -> ImportReport:
    """Review what an importer stored, if not ``later``, bring the text index up to it, and report."""
    rejected: dict[str, int] = {}
    names = Joined()
    new = patterns = None
    if not dry_run:
        names = join(store, importer.aliases)
        drain(store)
        with store.read() as read:
            failed = failures(read)
        importer.skipped.update({f"by Tacit's own extractors: {why}": n for why, n in failed.items()})
    importer.skipped.update(REGISTRY.end_run())
    if not dry_run:
        if not later:
            rejected, new = _review(store)
        catch_up(store, build=True)
        with store.read() as read:
            patterns = learned(read)
    return replace(
        _stored(importer, redact),
        joined=names.joined,
        parted=names.parted,
        rejected=rejected,
        new_patterns=new,
        patterns=patterns,
        seconds=round(time.monotonic() - started, 3),
        changed=importer.changed or names != Joined(),
        dry_run=dry_run,
    )


def _stored(importer: Importer, redact: Redactor) -> ImportReport:
    """What an importer counted."""
    counts = importer.counts
    return ImportReport(
        read=counts["read"],
        sessions=counts["sessions"],
        episodes=counts["episodes"],
        steps=counts["steps"],
        errors=counts["errors"],
        subagent_steps=counts["subagent_steps"],
        subagent_errors=counts["subagent_errors"],
        rejected_calls=counts["rejected"],
        cancelled_calls=counts["cancelled"],
        interrupted_calls=counts["interrupted"],
        redacted=dict(sorted(redact.counts.items())),
        skipped={reason: count for reason, count in sorted(importer.skipped.items()) if count},
        left_out=dict(sorted(importer.left_out.first.items())),
        cut=dict(sorted(importer.cut.items())),
        drift=dict(sorted(importer.drift.items())),
    )


def _review(store: Store) -> tuple[dict[str, int], int]:
    """Review; how many candidates more than before were rejected, by reason, and how many rows are new."""
    with store.read() as read:
        if not review_due(read):
            return {}, 0
        before = last_review(read)
    from tacit.core.learn.review import review

    done = review(store)
    if done is None:
        return {}, 0
    known = {} if before is None else before.rejected
    more = {reason: count - known.get(reason, 0) for reason, count in sorted(done.state.rejected.items())}
    return {reason: count for reason, count in more.items() if count > 0}, done.new


def _found(given: Given, options: Options, registry: Registry) -> tuple[list[Found], list[StoreAt]]:
    """The transcripts and the stores of notes under what was named.

    Raises:
        NothingUsable: there are none.
    """
    readers = registry.readers if options.agent is None else registry.only(options.agent).readers
    home = options.home or Path.home()
    environ = {} if options.home else os.environ
    found = [_named(one, given) for one in find_sources(given.paths or None, readers, home, environ)]
    stores = note_stores(given, options, found)
    if options.notes:
        return [], stores
    if given.paths and not stores and not any(one.source for one in found):
        raise _nothing(given, found)
    return without_notes(found, stores), stores


def _named(found: Found, given: Given) -> Found:
    """What was found, with the name it is remembered by."""
    name = given.name_of(found.path) if found.source is not None else ""
    return replace(found, source=replace(found.source, name=name)) if found.source and name else found


def _nothing(given: Given, skipped: Sequence[Found]) -> NothingUsable:
    names = ", ".join(given.told(path) for path in given.paths[:3])
    reasons = sorted({*(one.reason for one in skipped), *given.skipped} - {NO_TRANSCRIPT})
    why = f": {', '.join(reasons)}" if reasons else ""
    return NothingUsable(
        f"There is no transcript to import in {names}{why}.",
        _NEXT.get(reasons[0], _NAME_SOME) if len(reasons) == 1 else _NAME_SOME,
    )

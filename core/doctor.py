"""The doctor: is every record whole, and does every count and index equal the records?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, cast

from msgspec import Struct

from tacit.core.chores import WORDS, owed
from tacit.core.errors import StoreDamaged
from tacit.core.holding import copies_of, counted, episodes_of
from tacit.core.learn.candidates import events_of
from tacit.core.learn.review import drift
from tacit.core.learn.waiting import failures, waiting
from tacit.core.live.heads import stray_chunks
from tacit.core.room import concerns
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, EPISODES, NOTES, PATTERNS, PENDING, SCHEMA, SESSIONS
from tacit.core.tellings import stray_steps
from tacit.core.tombstones import buried_alive, is_buried
from tacit.store import sound
from tacit.store.guard import absent, is_store
from tacit.store.quarantine import kept
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.store import Store
from tacit.store.verify import Step, structure, unheard, verify

if TYPE_CHECKING:
    from tacit.core.config import Config

Level = Literal["ok", "warning", "damage"]


class Finding(Struct, frozen=True):
    """One thing the doctor looked at. ``count`` is how many records it is about."""

    level: Level
    what: str
    count: int
    hint: str = ""


_PAGES = "`memory backup restore` brings back a copy; without one, import into a fresh store (--store DIR)."
_CHORE_HINTS = {"compaction": "Close what has the store open; `memory compact` then does it."}
MENDS = "`memory doctor --repair` mends it."
_FAILED = "A mistake in Tacit: please report it. They are kept, and `memory learn` tries them again."
_TEXT_HINT = "`memory doctor --repair` builds it anew."
_VECTORS_HINT = "`memory doctor --repair` drops what is wrong; it is made anew where a model is ready."


def examine_file(path: str) -> Iterator[Finding]:
    """What is wrong with the files of a store, its pages above all; nothing when they are sound.

    They are not mapped, so nothing in them can end this process. Do this before opening a store that
    may be damaged.

    Raises:
        StoreError: there is no store, or it may not be read, or a newer Tacit made it.
    """
    try:
        if not is_store(path):
            raise absent(path)
        for problem in sound.survey(path):
            yield Finding("damage", f"data.mdb: {problem}", 1, _PAGES)
    except StoreDamaged as error:
        yield examine_open(error)


def examine_open(error: StoreDamaged) -> Finding:
    """What it means that a store could not be opened."""
    return Finding("damage", error.message, 1, _PAGES)


def examine(store: Store, step: Step | None = None, *, quota: int | None = None) -> Iterator[Finding]:
    """Everything found, the good news included, on one snapshot; safe while others write.

    ``step`` is told how many records were looked at so far; ``quota`` is in bytes.

    The snapshot also keeps writers from using pages again while they are looked at in the file.
    """
    with store.read() as read:
        problems = structure(store.path)
        for problem in problems:
            yield Finding("damage", f"data.mdb: {problem}", 1, _PAGES)
        if problems:
            return
        yield from examine_records(read, step or unheard)
        yield from unfinished(read)
        yield from _unlearned(read)
        yield from _aside(read)
    yield from _text(store)
    yield from _vectors(store)
    for concern in concerns(store, quota):
        yield Finding("warning", concern.what, 1, concern.hint)


def told_of_provider(config: Config) -> Iterator[Finding]:
    """What a person must know of who turns text into vectors: that texts leave, or why none can."""
    from tacit.core.embedding.choice import unready, warning

    if said := warning(config):
        yield Finding("warning", said.rstrip("."), 1, "embedding.provider in the configuration says so.")
    if config.provider and (why := unready(config)):
        yield Finding("warning", f"embedding.provider is {config.provider}, and cannot be asked", 1, why)


def examine_records(read: Read, step: Step = unheard) -> Iterator[Finding]:
    """Every record, index and counter, and whether what was counted is what the records say."""
    differences = list(verify(read, SCHEMA, step))
    for difference in differences:
        yield Finding("damage", f"{difference.table}: {difference.what}", difference.count, MENDS)
    if differences:
        return
    tables: tuple[Table[Any], ...] = (SESSIONS, EPISODES, PATTERNS, NOTES)
    for table in tables:
        number = sum(1 for _ in read.keys(table))
        if number or table is not NOTES:
            yield Finding("ok", f"{table.name}: records, indexes and counters agree", number)
    yield sessions_agree(read)
    evidence = evidence_agrees(read)
    yield evidence
    if evidence.level == "ok":
        yield patterns_agree(read)
    yield from strays(read)


def strays(read: Read) -> Iterator[Finding]:
    """What nobody sees or nobody can delete."""
    if number := sum(1 for _ in stray_steps(read)):
        yield Finding("damage", "steps that no episode tells", number, MENDS)
    if number := sum(1 for _ in stray_chunks(read)):
        yield Finding("damage", "steps of live episodes that are not open", number, MENDS)
    if number := len(buried_alive(read)):
        what = "sessions, episodes and notes that are there and count as deleted"
        yield Finding("damage", what, number, MENDS)


def _aside(read: Read) -> Iterator[Finding]:
    """What was damaged and lies in the quarantine."""
    names = Counter(name for name, _, _ in kept(read.kv))
    if names:
        what = ", ".join(f"{count} of {name}" for name, count in sorted(names.items()))
        hint = "`memory import` brings back what the transcripts tell, `memory trash purge` then drops these."
        yield Finding("warning", f"damaged records that were set aside: {what}", names.total(), hint)


def _text(store: Store) -> Iterator[Finding]:
    from tacit.core.texts import check_text

    for found in check_text(store):
        hint = "" if found.level == "ok" else _TEXT_HINT
        yield Finding(cast(Level, found.level), found.what, found.count, hint)


def _vectors(store: Store) -> Iterator[Finding]:
    from tacit.core.embedding.check import check

    for found in check(store):
        hint = "" if found.level == "ok" else _VECTORS_HINT
        yield Finding(cast(Level, found.level), found.what, found.count, hint)


def unfinished(read: Read) -> Iterator[Finding]:
    """Where something that was forgotten may still be found; whoever writes next goes on there."""
    for chore in owed(read):
        hint = _CHORE_HINTS.get(chore, "`memory doctor --repair` goes on with it.")
        yield Finding("warning", f"forgotten, but perhaps still in {WORDS[chore]}", 1, hint)


def _unlearned(read: Read) -> Iterator[Finding]:
    """What is stored and not yet learned from, which is no damage."""
    failed = failures(read)
    for why, count in failed.items():
        yield Finding("warning", f"episodes that could not be learned from: {why}", count, _FAILED)
    if number := waiting(read) - sum(failed.values()):
        yield Finding("ok", "episodes that wait to be learned from", number, "`memory learn` does that.")


def sessions_agree(read: Read) -> Finding:
    """Whether every session counts what its episodes do."""
    wrong = number = 0
    for _, session in read.records(SESSIONS):
        number += 1
        copies = sum(not is_buried(read, copy.id) for copy in copies_of(read, session.id))
        wrong += counted(session, episodes_of(read, session.id), copies) != session
    if wrong:
        return Finding("damage", "sessions whose counts differ from their episodes", wrong, MENDS)
    return Finding("ok", "sessions: counts equal the sums over their episodes", number)


def evidence_agrees(read: Read) -> Finding:
    """Whether tallies and event rows are what the held episodes contributed, and none is left out.

    One that waits to be learned from may still lack its contribution.
    """
    sums: dict[int, list[int]] = {}
    lacking = {key for key, episode in read.records(EPISODES) if episode.unworthy is None}
    lacking.difference_update(read.keys(PENDING))
    wrong = 0
    for key, contribution in read.records(CONTRIBUTIONS):
        lacking.discard(key)
        wrong += next(read.keys(EPISODES, key, key + b"\0"), None) is None
        for share in contribution.shares:
            row = sums.setdefault(share.owner, [0] * CANDIDATES.fields)
            for place, count in enumerate(share.counts):
                row[place] += count
    stored = dict(read.tallies(CANDIDATES))
    wrong += len(lacking)
    owners = sums.keys() | stored.keys()
    wrong += sum(1 for owner in owners if tuple(sums.get(owner, ())) != stored.get(owner))
    wrong += sum(1 for owner, counts in stored.items() if len(events_of(read, owner)) != counts[0])
    if wrong:
        return Finding(
            "damage", "candidates whose counts differ from what episodes contributed", wrong, MENDS
        )
    return Finding("ok", "candidates: counts and events equal what the episodes contributed", len(stored))


def patterns_agree(read: Read) -> Finding:
    """Whether the patterns are those that the evidence, which is sound, makes."""
    wrong = drift(read)
    if wrong:
        return Finding("damage", "patterns that differ from what the evidence makes", wrong, MENDS)
    number = sum(1 for _ in read.keys(PATTERNS))
    if wrong is None:
        return Finding("ok", "patterns: the next import makes them anew from the evidence", number)
    return Finding("ok", "patterns: they are what the evidence makes", number)

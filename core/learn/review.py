"""The second stage of learning: counts become patterns.

The review is a pure function of the tallies, the event rows, the stored episodes and the tombstones:
which candidates have support, which sequences are generic, which a longer one explains, which stand
behind one head as a family, and in what order the heads are listed. It writes only records that
differ from what it finds. A verdict needs the test of the learning stage to come; until then every
pattern that could have one is ``unproven``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from tacit.core.errors import Corrupt
from tacit.core.ids import content_key
from tacit.core.learn.candidates import Candidate, events_of, supported
from tacit.core.learn.closed import Places, Spans, explained_by, held_by_exact
from tacit.core.learn.families import group_families
from tacit.core.learn.state import ReviewState, keep_review, review_due, revision
from tacit.core.learn.statistics import wilson
from tacit.core.learn.titles import is_generic, parts_of, specificity, title_of
from tacit.core.model import KINDS, Pattern
from tacit.core.tables import PATTERNS, key_of
from tacit.core.tombstones import Role, tombstones
from tacit.store.keys import descending, f64, u32
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_BATCH = 5_000
_TRIES = 3


class _Overtaken(Exception):
    """Evidence or tombstones changed since the review read them, so it must not be written."""


class ReviewResult(Struct, frozen=True):
    """What a review did; ``new`` counts rows of the list that were in none before."""

    state: ReviewState
    new: int
    written: int
    removed: int


def review(store: Store) -> ReviewResult | None:
    """Turn counts into patterns; ``None`` when nothing changed since the last time.

    What another process changes meanwhile would make this review put deleted patterns back, so it
    begins anew then. When that happens again and again it leaves the review to those others, who
    each end with one. Evidence that is damaged is derived anew first.
    """
    mended = False
    for _ in range(_TRIES):
        try:
            return _review(store)
        except _Overtaken:
            continue
        except (Corrupt, LookupError):
            if mended:
                raise
            mended = True
            store.write(rederived, large=True)
    return None


def review_within(write: Write) -> ReviewResult:
    """Turn counts into patterns in a transaction that others wait for, where the old ones must go with it."""
    try:
        changed, removed, new, state = _weigh(write)
    except (Corrupt, LookupError):
        rederived(write)
        changed, removed, new, state = _weigh(write)
    _put_all(changed, state.revision, write)
    for key in removed:
        write.delete(PATTERNS, key)
    keep_review(write, state)
    return ReviewResult(state, new, len(changed), len(removed))


def rederived(write: Write) -> None:
    """Derive the evidence anew, and the counts of the sessions with it."""
    from tacit.core.healing import recount_all
    from tacit.core.learn.rederive import rederive

    write.note("rederive", "contributions", ())
    rederive(write)
    recount_all(write)


def _review(store: Store) -> ReviewResult | None:
    with store.read() as read:
        if not review_due(read):
            return None
        changed, removed, new, state = _weigh(read)
    _store(store, changed, removed, state)
    return ReviewResult(state, new, len(changed), len(removed))


def _weigh(read: Read) -> tuple[list[Pattern], list[bytes], int, ReviewState]:
    """Patterns to write, keys to remove, how many rows of the list are new, and the state to leave."""
    rejected: Counter[str] = Counter()
    wanted = {pattern.id: pattern for pattern in _derive(read, rejected)}
    changed, removed, new = _compare(read, wanted)
    listed = sum(1 for pattern in wanted.values() if pattern.head is None)
    reasons = {why: count for why, count in sorted(rejected.items()) if count}
    candidates = sum(rejected.values()) + len(wanted)
    state = ReviewState(revision(read), candidates, reasons, listed, len(wanted) - listed)
    return changed, removed, new, state


def _store(store: Store, changed: list[Pattern], removed: list[bytes], state: ReviewState) -> None:
    """Write what differs in batches; the state last, so that a review cut short is due again."""
    for start in range(0, len(changed), _BATCH):
        store.write(partial(_put_all, changed[start : start + _BATCH], state.revision), large=True)

    def finish(write: Write) -> None:
        _check(write, state.revision)
        write.delete_many(PATTERNS, removed)
        keep_review(write, state)

    store.write(finish, large=True)


def _check(write: Write, seen: int) -> None:
    if revision(write) != seen:
        raise _Overtaken


def _put_all(patterns: list[Pattern], seen: int, write: Write) -> None:
    _check(write, seen)
    write.put_many(PATTERNS, ((key_of(pattern.id), pattern) for pattern in patterns))


def _compare(read: Read, wanted: dict[str, Pattern]) -> tuple[list[Pattern], list[bytes], int]:
    """Patterns to write, keys to remove, and how many rows of the list are new."""
    kept = set()
    removed = []
    changed = []
    new = 0
    for key, stored in read.records(PATTERNS):
        pattern = wanted.get(stored.id)
        if pattern is None:
            removed.append(key)
            continue
        kept.add(stored.id)
        if pattern != stored:
            changed.append(pattern)
            new += pattern.head is None and stored.head is not None
    for id_, pattern in wanted.items():
        if id_ not in kept:
            changed.append(pattern)
            new += pattern.head is None
    return changed, removed, new


def _derive(read: Read, rejected: Counter[str]) -> Iterator[Pattern]:
    """Every pattern that should stand in the store, heads and variants."""
    specific = []
    for candidate in supported(read, rejected):
        if candidate.kind == "tool_sequence" and is_generic(candidate.key):
            rejected["generic"] += 1
        else:
            specific.append(candidate)
    explained = explained_by(specific, lambda candidate: _spans(read, candidate))
    rejected["explained by a longer one"] += len(explained)
    single = held_by_exact(specific, lambda candidate: _places(read, candidate))
    rejected["all uses are one exact error"] += len(single)
    explained |= single
    shorter: dict[str, list[str]] = {}
    for place, longer in explained.items():
        shorter.setdefault(specific[longer].id, []).append(specific[place].id)
    open_ones = [candidate for place, candidate in enumerate(specific) if place not in explained]
    roles = dict(tombstones(read, "patterns"))
    for kind in KINDS:
        of_kind = [candidate for candidate in open_ones if candidate.kind == kind]
        yield from _families(of_kind, roles, shorter, rejected)


def _families(
    candidates: list[Candidate],
    roles: dict[str, Role],
    shorter: dict[str, list[str]],
    rejected: Counter[str],
) -> Iterator[Pattern]:
    """Heads and variants of one kind; what a person deleted, and what would join it, stays hidden."""
    standing = [one for one in candidates if roles.get(one.id) in (None, "head")]
    rejected["deleted"] += len(candidates) - len(standing)
    standing.sort(key=lambda one: (one.id not in roles, -specificity(one.kind, one.key), -one.uses, one.key))
    for family in group_families([parts_of(one.kind, one.key) for one in standing]):
        head = standing[family.head]
        if head.id in roles:
            rejected["deleted"] += 1 + len(family.members)
            continue
        variants = tuple(standing[place].id for place in family.members)
        yield _pattern(head, None, variants, shorter)
        for place in family.members:
            yield _pattern(standing[place], head.id, (), shorter)


def _spans(read: Read, candidate: Candidate) -> Spans:
    return {event[0]: (event[3], event[4]) for event in events_of(read, candidate.owner)}


def _places(read: Read, candidate: Candidate) -> Places:
    return frozenset((event[0], event[3]) for event in events_of(read, candidate.owner))


def _pattern(
    candidate: Candidate, head: str | None, variants: tuple[str, ...], shorter: dict[str, list[str]]
) -> Pattern:
    uses, judged, successes, failures, partial, _ = candidate.counts
    low, high = wilson(successes, judged) if judged else (None, None)
    return Pattern(
        id=candidate.id,
        kind=candidate.kind,
        title=title_of(candidate.kind, candidate.key),
        key=candidate.key,
        uses=uses,
        judged=judged,
        successes=successes,
        failures=failures,
        partial=partial,
        episodes=candidate.episodes,
        sessions=candidate.sessions,
        first_used=candidate.first,
        last_used=candidate.last,
        learned_at=candidate.learned,
        rank=_rank(candidate, low, high),
        verdict=None if candidate.kind in ("error_recovery", "heuristic") else "unproven",
        rate=successes / judged if judged else None,
        low=low,
        high=high,
        projects=len(candidate.projects),
        project_names=candidate.projects,
        files=candidate.files,
        variants=len(variants),
        variant_ids=variants,
        explained=tuple(sorted(shorter.get(candidate.id, ()))),
        head=head,
        weeks=candidate.weeks,
    )


def _rank(candidate: Candidate, low: float | None, high: float | None) -> bytes:
    """The place in the list as bytes, best first.

    Recoveries by what they resolved, then project facts by how far their interval keeps from one
    half, then routines by support and specificity; ties by the content of the key. A proven verdict
    will stand before all of them.
    """
    _, judged, successes, *_ = candidate.counts
    tie = content_key("rank", *candidate.key).to_bytes(8, "big")
    if candidate.kind == "error_recovery":
        return b"\x01" + descending(u32(successes)) + descending(f64(low or 0.0)) + tie
    if candidate.kind == "heuristic":
        clear = -1.0 if low is None or high is None else max(low - 0.5, 0.5 - high)
        return b"\x02" + descending(f64(clear)) + descending(u32(judged)) + tie
    special = specificity(candidate.kind, candidate.key)
    return b"\x03" + descending(u32(candidate.episodes)) + descending(f64(float(special))) + tie

"""The second stage of learning: counts become patterns.

The review is a pure function of the tallies, the event rows, the stored episodes and the tombstones:
which candidates have support, which a longer one explains, which help or harm with proof, which stand
behind one head as a family, in what order the heads are listed, and how their claims held. It writes
only records that differ from what it finds. A generic sequence is a pattern only while it helps or
harms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from tacit.core.errors import Corrupt
from tacit.core.learn.borrowed import with_shared
from tacit.core.learn.calibration import Calibration, Forecast, calibrate, forecasts
from tacit.core.learn.candidates import Candidate, supported
from tacit.core.learn.closed import closed
from tacit.core.learn.decided import Rulings, as_ruled, buried, joined, rulings
from tacit.core.learn.families import group_families
from tacit.core.learn.listed import pattern_of
from tacit.core.learn.near import nearest
from tacit.core.learn.promotion import promoted
from tacit.core.learn.proof import Contender, proven
from tacit.core.learn.state import RULES, ReviewState, keep_review, review_due, revision
from tacit.core.learn.titles import is_generic, parts_of, specificity, weight
from tacit.core.loop.applications import with_offers
from tacit.core.model import KINDS, Kind, Pattern, Verdict
from tacit.core.projects import other_names
from tacit.core.tables import PATTERNS, key_of
from tacit.core.tombstones import Role
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


def drift(read: Read) -> int | None:
    """How many stored patterns differ from what a review would leave; ``None`` while one is due.

    Raises:
        Corrupt, LookupError: the evidence is damaged.
    """
    if review_due(read):
        return None
    changed, removed, _, _ = _weigh(read)
    return len(changed) + len(removed)


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
    scale, found = supported(read, rejected)
    candidates = promoted(read, scale, found, rejected)
    own = {pattern.id: pattern for pattern in _derive(read, candidates, rejected)}
    wanted, offered = with_offers(read, with_shared(read, own, (*found, *candidates)))
    changed, removed, new = _compare(read, wanted)
    heads = {pattern.id for pattern in own.values() if pattern.head is None}
    archived = sum(pattern.archived for pattern in own.values())
    lacking, near = nearest(read)
    state = ReviewState(
        revision=revision(read),
        candidates=sum(rejected.values()) + len(own),
        rejected={why: count for why, count in sorted(rejected.items()) if count},
        listed=len(heads) - archived,
        variants=len(own) - len(heads),
        archived=archived,
        rules=RULES,
        calibration=_calibration(candidates, heads),
        lacking=lacking,
        near=near,
        offered=offered,
    )
    return changed, removed, new, state


def _calibration(candidates: Sequence[Candidate], heads: set[str]) -> Calibration:
    """How the claims of all that leads a family held, also of what was put away."""

    def made() -> Iterator[tuple[Kind, str, Forecast]]:
        for one in candidates:
            if one.id in heads:
                for home, forecast in zip(one.homes, forecasts(one.ends, one.support), strict=True):
                    if forecast is not None:
                        yield one.kind, home, forecast

    return calibrate(made())


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
            new += _is_learned(pattern) and not _is_learned(stored)
    for id_, pattern in wanted.items():
        if id_ not in kept:
            changed.append(pattern)
            new += _is_learned(pattern)
    return changed, removed, new


def _is_learned(pattern: Pattern) -> bool:
    """Whether it is a row that evidence of this memory made."""
    return pattern.listed and not pattern.borrowed


def _derive(read: Read, candidates: Sequence[Candidate], rejected: Counter[str]) -> Iterator[Pattern]:
    """Every pattern that should stand in the store, heads and variants."""
    explained = closed(read, candidates, rejected)
    shorter: dict[str, list[str]] = {}
    for place, longer in explained.items():
        if not _is_generic(candidates[place]):
            shorter.setdefault(candidates[longer].id, []).append(candidates[place].id)
    open_ones = [candidate for place, candidate in enumerate(candidates) if place not in explained]
    verdicts = _verdicts(open_ones)
    standing = [one for one in open_ones if one.id in verdicts or not _is_generic(one)]
    rejected["generic"] += len(open_ones) - len(standing)
    names = other_names(read)
    roles = buried(read, standing, names)
    rules = rulings(read, standing, names)
    for kind in KINDS:
        of_kind = [candidate for candidate in standing if candidate.kind == kind]
        yield from _families(of_kind, roles, verdicts, shorter, rejected=rejected, rules=rules)


def _is_generic(candidate: Candidate) -> bool:
    return is_generic(candidate.kind, candidate.key)


def _verdicts(candidates: Sequence[Candidate]) -> dict[str, Verdict]:
    """What helps or harms with proof, the strongest proof first.

    Nothing is claimed that what a person is shown beside it (successes against expected) contradicts.
    """
    able = [one for one in candidates if one.test is not None]
    tested = [
        Contender(
            one.kind,
            parts_of(one.kind, one.key),
            one.test,
            one.outcomes,
            (-_special(one), -one.uses, one.key),
        )
        for one in able
        if one.test is not None
    ]
    found: dict[str, Verdict] = {}
    for place in proven(tested):
        one, helps = able[place], tested[place].test.helps
        if one.expected is not None and helps == (one.counts[2] > one.expected):
            found[one.id] = "helps" if helps else "harms"
    return found


def _special(candidate: Candidate) -> int:
    return specificity(candidate.kind, candidate.key)


def _families(
    candidates: list[Candidate],
    roles: dict[str, Role],
    verdicts: dict[str, Verdict],
    shorter: dict[str, list[str]],
    *,
    rejected: Counter[str],
    rules: Rulings,
) -> Iterator[Pattern]:
    """Heads and variants of one kind; what a person deleted, and what would join it, stays hidden.

    Proof leads, then what says most. Only what leads a row has a verdict.
    """
    standing = [one for one in candidates if roles.get(one.id) in (None, "head")]
    rejected["deleted"] += len(candidates) - len(standing)
    strength = {id_: place for place, id_ in enumerate(verdicts)}
    last = len(strength)

    def order(one: Candidate) -> tuple[object, ...]:
        says_most = -_special(one), -weight(one.kind, one.key, one.uses), one.uses, one.key
        return one.id not in roles, strength.get(one.id, last), *says_most

    standing.sort(key=order)
    families = group_families([parts_of(one.kind, one.key) for one in standing])
    for family in joined(families, [one.id for one in standing], rules, verdicts, roles):
        head = standing[family.head]
        if head.id in roles:
            rejected["deleted"] += 1 + len(family.members)
            continue
        members = [standing[place] for place in family.members]
        variants = tuple(one.id for one in members)
        leading = pattern_of(head, verdicts.get(head.id, "unproven"), variants, shorter.get(head.id, ()))
        yield as_ruled(leading, max(one.last for one in (head, *members)), rules)
        for one in members:
            behind = pattern_of(one, "unproven", (), shorter.get(one.id, ()), head.id)
            yield as_ruled(behind, one.last, rules)

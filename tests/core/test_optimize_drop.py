"""What is dropped: below its expectation, faded, and too seldom to ever be proven anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from population import DAY, PLANTED, filled, harmed, population, review_again

from tacit import Memory
from tacit.core.ids import parse_id
from tacit.core.learn.events import events_of
from tacit.core.learn.notes import Notes
from tacit.core.learn.significance import LEAST_USES, LEVEL, Stratum, compare
from tacit.core.learn.strata import counted
from tacit.core.model import Pattern
from tacit.core.optimize_drop import is_weak
from tacit.core.tables import owner_of

EPISODES = 300


@pytest.fixture(scope="module")
def faded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Generated episodes, 91 days after the last of them."""
    folder = tmp_path_factory.mktemp("generated") / "store"
    told = population(3, EPISODES, harmed, PLANTED)
    with filled(told, folder) as store:
        review_again(store)
    last = max(one.episode.ended for one in told)
    with Memory.open(folder, clock=lambda: last + 91 * DAY) as memory:
        yield memory


def smallest_p(memory: Memory, pattern: Pattern) -> float:
    """The smallest p that its episodes allow, 1 where they are too few to be tested."""
    with memory._store.read() as read:
        notes = Notes(read, ())
        episodes = {event[0] for event in events_of(read, owner_of(pattern.kind, parse_id(pattern.id)))}
        held = [notes[one] for one in episodes]
        uses = [(one.stratum, one.success) for one in held if one.stratum is not None]
        return 1.0 if len(uses) < LEAST_USES else compare(
            [Stratum(*row) for row in counted(uses, notes.strata)]
        ).least  # fmt: skip


def test_only_what_can_never_be_proven_anything_is_dropped(faded: Memory):
    dropped = {one.drop[0].id for one in faded.optimize(["drop"])}
    below = [one for one in faded.patterns() if one.judged and is_weak(one, faded.clock() - 90 * DAY)]
    assert 0 < len(dropped) < len(below)
    for row in below:
        behind = [row, *(faded.get(one) for one in row.variant_ids)]
        never = all(smallest_p(faded, one) > LEVEL for one in behind)
        fades = all(is_weak(one, faded.clock() - 90 * DAY) for one in behind)
        assert (row.id in dropped) is (never and fades), row.title


def test_what_helps_or_harms_is_never_dropped_or_archived(faded: Memory):
    proven = {one.id for one in faded.patterns() if one.verdict in {"helps", "harms"}}
    assert proven
    assert not proven & {thing.id for one in faded.optimize() for thing in one.drop}


def row(**changes: object) -> Pattern:
    pattern = Pattern(
        id="p-000000000000",
        kind="tool_sequence",
        title="edit → make",
        key=("edit", "make"),
        uses=4,
        judged=4,
        successes=1,
        failures=3,
        partial=0,
        episodes=4,
        sessions=2,
        first_used=0,
        last_used=10,
        learned_at=0,
        verdict="unproven",
        expected=2.0,
    )
    return replace(pattern, **changes)


@pytest.mark.parametrize(
    ("changes", "weak"),
    [
        ({}, True),
        ({"last_used": 20}, False),
        ({"successes": 2}, False),
        ({"successes": 2, "expected": 2.04}, False),
        ({"successes": 2, "expected": 2.06}, True),
        ({"expected": None}, False),
        ({"judged": 0, "expected": None}, True),
        ({"verdict": "harms"}, False),
        ({"kind": "custom"}, False),
        ({"kind": "error_recovery", "verdict": None}, False),
        ({"kind": "heuristic", "verdict": None}, False),
    ],
)
def test_what_counts_as_weak(changes: dict[str, object], weak: bool):
    assert is_weak(row(**changes), 20) is weak

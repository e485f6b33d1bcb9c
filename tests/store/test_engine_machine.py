"""LMDB and the model of it, driven side by side: whatever happens, they hold the same."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_helper import SPACES, Change, Helper, filling, open_engine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from memory_engine import MemoryEngine

from tacit.store.engine import Transaction
from tacit.store.errors import StoreFull

Pair = tuple[Transaction, Transaction]
"""A transaction of LMDB and the model's."""

Content = dict[str, list[tuple[bytes, bytes]]]

spaces = st.sampled_from(SPACES)
keys = st.sampled_from([b"", b"\0", b"a", b"a\0", b"b", b"\xff", b"k" * 200]) | st.binary(max_size=3)
sizes = st.sampled_from([0, 1, 30, 1_500, 2_100, 5_000, 60_000])
changes = st.lists(st.tuples(spaces, keys, st.none() | sizes), min_size=1, max_size=6)
helper = Helper()


def content(kv: Transaction) -> Content:
    return {space: list(kv.scan(space)) for space in SPACES}


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.engine = open_engine(self.folder)
        self.model = MemoryEngine(SPACES)
        self.writing: Pair | None = None
        self.parts: list[Pair] = []
        self.snapshots: list[tuple[Transaction, Content]] = []

    @rule(space=spaces, key=keys, size=sizes)
    def put(self, space: str, key: bytes, size: int) -> None:
        self.both(lambda kv: kv.put(space, key, filling(key, size)))

    @rule(space=spaces, key=keys)
    def delete(self, space: str, key: bytes) -> None:
        self.both(lambda kv: kv.delete(space, key))

    @rule(space=spaces, low=keys, high=keys, reverse=st.booleans(), size=st.none() | sizes)
    def rewrite_what_is_scanned(
        self, space: str, low: bytes, high: bytes, reverse: bool, size: int | None
    ) -> None:
        """Each key that a scan meets is deleted, or moved ahead of the scan and behind it."""

        def job(kv: Transaction) -> list[bytes]:
            seen = []
            for key, _ in kv.scan(space, low, high, reverse=reverse):
                seen.append(key)
                if size is None:
                    kv.delete(space, key)
                elif len(seen) < 5:
                    kv.put(space, key[:3] + b"\1", filling(key, min(size, 5_000)))
            return seen

        self.both(job)

    @precondition(lambda self: self.writing is not None and len(self.parts) < 3)
    @rule()
    def begin_a_part(self) -> None:
        kv, model = self.inmost()
        self.parts.append((kv.child(), model.child()))

    @precondition(lambda self: self.parts)
    @rule()
    def commit_a_part(self) -> None:
        for kv in self.parts.pop():
            kv.commit()

    @precondition(lambda self: self.parts)
    @rule()
    def abort_a_part(self) -> None:
        for kv in self.parts.pop():
            kv.abort()

    @precondition(lambda self: self.writing is not None and not self.parts)
    @rule()
    def commit(self) -> None:
        self.end(lambda kv: kv.commit())

    @precondition(lambda self: self.writing is not None)
    @rule()
    def abort(self) -> None:
        self.end(lambda kv: kv.abort())

    @precondition(lambda self: len(self.snapshots) < 3)
    @rule()
    def take_a_snapshot(self) -> None:
        model = self.model.begin()
        self.snapshots.append((self.engine.begin(), content(model)))

    @precondition(lambda self: self.snapshots)
    @rule()
    def drop_a_snapshot(self) -> None:
        kv, wanted = self.snapshots.pop(0)
        assert content(kv) == wanted
        kv.abort()

    @rule()
    def reopen(self) -> None:
        """What was not committed is gone, as after a crash of this process."""
        self.let_go()
        self.engine.close()
        self.engine = open_engine(self.folder)

    @precondition(lambda self: self.writing is None)
    @rule(some=changes)
    def another_process_commits(self, some: list[tuple[str, bytes, int | None]]) -> None:
        if helper.change(self.folder, told(some)) == "done":
            kv = self.model.begin(write=True)
            for space, key, value in told(some):
                if value is None:
                    kv.delete(space, key)
                else:
                    kv.put(space, key, value)
            kv.commit()

    @precondition(lambda self: self.writing is None)
    @rule(some=changes)
    def another_process_is_killed_before_it_commits(self, some: list[tuple[str, bytes, int | None]]) -> None:
        helper.change(self.folder, told(some), crash=True)

    @invariant()
    def they_hold_the_same(self) -> None:
        pair = self.inmost() if self.writing else (self.engine.begin(), self.model.begin())
        wanted = content(pair[1])
        assert content(pair[0]) == wanted
        for space in SPACES:
            assert list(pair[0].scan(space, reverse=True)) == wanted[space][::-1]
        if self.writing is None:
            pair[0].abort()

    @invariant()
    def snapshots_stay_as_they_were(self) -> None:
        assert all(content(kv) == wanted for kv, wanted in self.snapshots)

    def both(self, job: Callable[[Transaction], object]) -> None:
        """Do it in the inmost write transaction of each; where LMDB is full, neither has that one."""
        if self.writing is None:
            self.writing = (self.engine.begin(write=True), self.model.begin(write=True))
        pair = self.inmost()
        try:
            found = job(pair[0])
        except StoreFull:
            if self.parts:
                self.abort_a_part()
            else:
                self.end(lambda kv: kv.abort())
            return
        assert found == job(pair[1])

    def inmost(self) -> Pair:
        """The part that was begun last and lives, or the whole."""
        assert self.writing is not None
        return self.parts[-1] if self.parts else self.writing

    def end(self, how: Callable[[Transaction], None]) -> None:
        assert self.writing is not None
        self.parts.clear()
        (kv, model), self.writing = self.writing, None
        try:
            how(kv)
        except StoreFull:
            model.abort()
        else:
            how(model)
        finally:
            kv.abort()

    def let_go(self) -> None:
        if self.writing is not None:
            self.end(lambda kv: kv.abort())
        while self.snapshots:
            self.snapshots.pop()[0].abort()

    def teardown(self) -> None:
        self.let_go()
        self.engine.close()
        shutil.rmtree(self.folder)


def told(some: list[tuple[str, bytes, int | None]]) -> list[Change]:
    return [(space, key, None if size is None else filling(key, size)) for space, key, size in some]


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    helper.end()


def test_lmdb_and_the_model_hold_the_same_whatever_happens() -> None:
    quick = settings(
        max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Machine, settings=quick)

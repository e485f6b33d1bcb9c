"""Importing, telling, marking, deleting and undoing in any order comes to what is left of all that."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from offered_stories import Clock
from told_beside import AGENT, during, is_sound, known, resumed, save, session

from tacit import Memory

ONE = session()
TWO = resumed(ONE)
LATER = TWO.at + 86_400_000

STEPS = st.one_of(
    st.tuples(st.just("grow"), st.integers(1, 3), st.just("")),
    st.tuples(st.just("resume"), st.integers(1, 4), st.just("")),
    st.tuples(st.just("tell"), st.integers(0, 3), st.sampled_from(("success", "partial", "failure"))),
    st.tuples(st.just("tell"), st.integers(0, 3), st.sampled_from(("success", "abstained"))),
    st.tuples(st.just("mark"), st.integers(0, 9), st.sampled_from(("success", "failure"))),
    st.tuples(st.just("delete"), st.integers(0, 9), st.sampled_from(("episode", "session"))),
    st.tuples(st.just("undo"), st.just(0), st.just("")),
)

Step = tuple[str, int, str]


class Deeds:
    """What was done to a memory: words, which nobody takes back, and steps of undo, of which some stand."""

    def __init__(self, memory: Memory, clock: Clock, folder: Path) -> None:
        self.memory, self.clock, self.folder = memory, clock, folder
        self.words: list[tuple[str, int, str]] = []
        self.standing: list[tuple[str, str, str]] = []
        self._moments = count()

    def do(self, step: Step) -> None:
        deed, which, how = step
        self.clock.at = LATER
        if deed in {"grow", "resume"}:
            self.memory.import_paths([save(ONE if deed == "grow" else TWO, self.folder, which)])
        elif deed == "tell":
            one = TWO if which == 3 else ONE
            self.tell(one.native, during(one, which) + next(self._moments), how)
        elif deed == "undo":
            if self.memory.undo() is not None:
                self.standing.pop()
        else:
            things: Any = self.memory.sessions() if how == "session" else self.memory.episodes()
            if things:
                self.stand((deed, sorted(one.id for one in things)[which % len(things)], how))

    def tell(self, native: str, at: int, label: str) -> None:
        self.words.append((native, at, label))
        self.clock.at = at
        self.memory.tell_outcome(native, AGENT, label, f"at {at}")  # type: ignore[arg-type]

    def stand(self, step: tuple[str, str, str]) -> None:
        deed, public, how = step
        self.clock.at = LATER
        if deed == "delete":
            self.memory.delete([public])
        elif not self.memory.mark(public, how).step:
            return
        self.standing.append(step)

    def finish(self) -> dict[str, Any]:
        """What is known once both sessions were read to their ends."""
        self.clock.at = LATER
        self.memory.import_paths([save(ONE, self.folder, 3), save(TWO, self.folder, 4)])
        assert is_sound(self.memory)
        return known(self.memory)


@given(st.lists(STEPS, min_size=3, max_size=9))
@settings(max_examples=12, deadline=None)
def test_any_order_comes_to_what_is_left_of_it(steps: list[Step]):
    with TemporaryDirectory() as folder:
        place = Path(folder)
        clock = Clock()
        with (
            Memory.open(place / "store", clock=clock) as memory,
            Memory.open(place / "other", clock=clock) as other,
        ):
            memory.background = other.background = False
            done = Deeds(memory, clock, place / "in")
            for step in steps:
                done.do(step)
            again = Deeds(other, clock, place / "again")
            again.finish()
            for deed in done.standing:
                again.stand(deed)
            for word in reversed(done.words):
                again.tell(*word)
            assert done.finish() == again.finish()

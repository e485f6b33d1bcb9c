"""Whatever is given, told, said and deleted in whatever order: what stands is what all of it makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offered_stories import AGENT, DAY, LATER, SECOND, Clock, Told, fixing, give, is_sound, opened, searching

from tacit import Memory
from tacit.core.loop.records import FEEDBACK
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS

DEEDS = ("give", "ask", "import", "grow", "drop", "forget task", "say", "mark", "undo", "agent says")
UNDONE = ("drop", "forget task", "say", "mark")
_DEED = st.tuples(st.sampled_from(DEEDS), st.integers(0, 2))


def stored(memory: Memory) -> dict[str, Pattern]:
    with memory._store.read() as read:
        return {one.id: one for _, one in read.records(PATTERNS)}


class Story:
    """One store, the transcripts of three sessions beside it, and what can be done with them."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.folder = folder
        self.memory = opened(folder, self.clock)
        self.id = next(one.id for one in self.memory.patterns("kind:recovery") if one.key[2] == "read")
        self.told = [fixing("a"), fixing("b", LATER + DAY, reads=False), searching("c", LATER + 2 * DAY)]

    def do(self, deed: str, number: int) -> None:
        """A deed; one that cannot be done now is left out."""
        told = self.told[number]
        deeds: dict[str, Callable[[], object]] = {
            "give": lambda: self._give(told),
            "ask": lambda: self._ask(told),
            "import": lambda: self._import(told),
            "grow": lambda: self._grow(told, number),
            "drop": lambda: self.memory.delete([told.session]) if self._known(told) else None,
            "forget task": lambda: self._delete_task(told),
            "say": lambda: self._say(FEEDBACK[number], told, "person"),
            "agent says": lambda: self._say(FEEDBACK[number], told, "mcp"),
            "mark": lambda: self._mark(told, number),
            "undo": self.memory.undo,
        }
        self.clock.at = max(self.clock.at, told.one.at) + SECOND
        deeds[deed]()

    def _give(self, told: Told) -> None:
        now = self.clock.at
        if self.id in stored(self.memory):
            give(self.memory, self.clock, told.after[0], told)
        self.clock.at = now

    def _ask(self, told: Told) -> None:
        now, self.clock.at = self.clock.at, told.after[0]
        self.memory.offer([self.id], door="mcp", how="search_patterns", project="work/app")
        self.clock.at = now

    def _import(self, told: Told) -> None:
        self.memory.import_paths([told.one.save(self.folder / "in")])

    def _grow(self, told: Told, number: int) -> None:
        told.one.prompt(f"and now fix the other parser too, number {number} of {len(told.one.lines)}")
        told.one.read("src/other.py")
        told.one.edit("src/other.py")
        told.one.tests_pass()
        self._import(told)

    def _known(self, told: Told) -> bool:
        return any(one.id == told.session for one in self.memory.sessions())

    def _delete_task(self, told: Told) -> None:
        if self._known(told) and (tasks := self.memory.episodes_of(told.session)):
            self.memory.delete([tasks[0].id])

    def _mark(self, told: Told, number: int) -> None:
        if self._known(told) and (tasks := self.memory.episodes_of(told.session)):
            self.memory.mark(tasks[-1].id, ("success", "failure", "unknown")[number])

    def _say(self, word: str, told: Told, door: str) -> None:
        if self.id in stored(self.memory):
            session = told.one.native
            self.memory.feedback(self.id, word, door=door, agent=AGENT, session=session)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.lists(_DEED, min_size=1, max_size=9))
def test_the_patterns_are_always_what_is_stored_makes(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]]
):
    story = Story(tmp_path_factory.mktemp("story"))
    with story.memory as memory:
        for deed, number in deeds:
            story.do(deed, number)
            if memory.review_due():
                assert deed in {"agent says", "give", "ask"}
                memory.review()
            assert is_sound(memory)
        before = stored(memory)
        memory.rebuild()
        assert stored(memory) == before


@settings(max_examples=15, deadline=None)
@given(
    st.lists(_DEED, max_size=4), st.sampled_from(("drop", "forget task", "say", "mark")), st.integers(0, 2)
)
def test_a_deed_and_its_undo_are_nothing(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]], deed: str, number: int
):
    story = Story(tmp_path_factory.mktemp("story"))
    with story.memory as memory:
        for one in [("give", number), ("import", number), *deeds]:
            story.do(*cast(tuple[str, int], one))
        memory.review()
        before, steps = stored(memory), len(memory.undo_list())
        story.do(deed, number)
        if len(memory.undo_list()) > steps:
            memory.undo()
        assert stored(memory) == before
        assert is_sound(memory)

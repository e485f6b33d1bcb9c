"""Agents, a person and other memories do as they like in any order: all numbers stay what they should be."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from offered_stories import (
    AGENT,
    DAY,
    LATER,
    REFUSED,
    SECOND,
    Clock,
    Told,
    fixing,
    is_sound,
    opened,
    searching,
)
from transcript import START, Transcript, habits

from tacit import Memory
from tacit.core.errors import NotFound, Usage
from tacit.core.loop.records import FEEDBACK
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS

WHICH = st.integers(0, 2)
WORDS = st.sampled_from(FEEDBACK)
HOWS = st.sampled_from(("prompt", "tool-result", "session-start"))


def stored(memory: Memory) -> dict[str, Pattern]:
    """Every stored pattern."""
    with memory._store.read() as read:
        return {one.id: one for _, one in read.records(PATTERNS)}


def counted(memory: Memory) -> dict[str, tuple[Any, ...]]:
    """What is known of every row by evidence of this memory and by what was given."""
    return {
        one.id: (one.uses, one.judged, one.successes, one.offered, one.rank, one.borrowed)
        for one in stored(memory).values()
    }


class Loop(RuleBasedStateMachine):
    """One memory, three transcripts that grow, one that resumes the first, and a file of another memory."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.place = Path(self.folder.name)
        self.clock = Clock()
        self.memory = opened(self.place, self.clock)
        self.memory.background = False
        self.told = [fixing("a"), fixing("b", LATER + DAY, reads=False), searching("c", LATER + 2 * DAY)]
        self.id = next(one.id for one in self.memory.patterns("kind:recovery") if one.key[2] == "read")
        self.patterns = [one.id for one in self.memory.patterns()]
        self.shared = self._shared_by_another()
        self.live: list[str] = []
        for which, told in enumerate(self.told):
            self.memory.offer(
                [self.id],
                door="hook",
                how="tool-result",
                agent=AGENT,
                session=told.one.native,
                at=told.after[0],
            )
            if which:
                self.bring(which)

    def _shared_by_another(self) -> bytes:
        habits(self.place / "theirs", 5)
        for number in range(4):
            self._theirs(number).save(self.place / "theirs")
        with Memory.open(self.place / "other", clock=self.clock) as other:
            other.import_path(self.place / "theirs")
            return other.share(name="other", with_project=True).content

    def _theirs(self, number: int) -> Transcript:
        """A session of what only the other memory knows."""
        one = Transcript(f"theirs {number}", start=START + (20 + number) * DAY)
        one.prompt(f"build the page, case {number}")
        one.bash("npm run build", "Error: Cannot find module 'vite'", error=True)
        one.bash("npm ci", "added 12 packages")
        one.bash("npm run build", "built in 2.1s")
        one.edit("src/page.js")
        one.bash("npm test", "Tests: 3 passed, 3 total")
        return one

    def teardown(self) -> None:
        if not hasattr(self, "memory"):
            return
        try:
            self._comes_back_the_same()
            before = stored(self.memory)
            self.memory.rebuild()
            assert stored(self.memory) == before
        finally:
            self.memory.close()
            self.folder.cleanup()

    def _comes_back_the_same(self) -> None:
        """Learned anew from an export, in a store of its own, all numbers are the same."""
        self._settle()
        self.memory.export(self.place / "tree")
        with Memory.open(self.place / "fresh", clock=self.clock) as fresh:
            fresh.background = False
            fresh.import_path(self.place / "tree")
            fresh.learn_pending()
            fresh.review()
            assert counted(fresh) == counted(self.memory)

    @rule(
        which=WHICH,
        how=HOWS,
        pattern=st.integers(0, 99),
        off=st.sampled_from((0, 0, -30, 5, 60, 90)),
        named=st.booleans(),
    )
    def give(self, which: int, how: str, pattern: int, off: int, named: bool) -> None:
        told = self.told[which]
        id_ = self.id if pattern < 50 else self.patterns[pattern % len(self.patterns)]
        self.memory.offer(
            [id_],
            door="hook" if named else "mcp",
            how=how if named else "search_patterns",
            agent=AGENT,
            session=told.one.native if named else "",
            project="" if named else "work/app",
            at=told.after[0] + off * SECOND,
        )

    @rule(which=WHICH, said=WORDS, door=st.sampled_from(("person", "mcp")), named=st.booleans())
    def say(self, which: int, said: Any, door: Any, named: bool) -> None:
        self._later(which)
        session = self.told[which].one.native if named else ""
        with suppress(NotFound):
            self.memory.feedback(self.id, said, door=door, agent=AGENT, session=session)

    @rule(which=WHICH, label=st.sampled_from(("success", "failure", "partial")), off=st.integers(0, 200))
    def tell(self, which: int, label: Any, off: int) -> None:
        now = self.clock.at
        self.clock.at = self.told[which].after[0] + off * SECOND
        with suppress(NotFound):
            self.memory.tell_outcome(self.told[which].one.native, AGENT, label)
        self.clock.at = now

    @rule(which=WHICH)
    def bring(self, which: int) -> None:
        self._later(which)
        self.memory.import_paths([self.told[which].one.save(self.place / "in")])

    @rule(which=WHICH, good=st.booleans(), pause=st.integers(0, 3))
    def grow(self, which: int, good: bool, pause: int) -> None:
        one = self.told[which].one
        one.at += pause * 40 * SECOND
        one.prompt(f"and now fix the other parser too, number {which} of {len(one.lines)}")
        one.edit("src/other.py", refused=REFUSED)
        if good:
            one.read("src/other.py")
        one.edit("src/other.py")
        one.tests_pass() if good else one.tests_fail()
        self.bring(which)

    @rule()
    def resume(self) -> None:
        """A session that tells all of the first one again, and a task more."""
        origin, again = self.told[0].one, fixing("resumes").one
        again.lines = [{**line, "sessionId": again.native} for line in origin.lines]
        again.parent, again.at = origin.parent, origin.at
        again.prompt("and one thing more, in the printer")
        again.edit("src/printer.py")
        again.tests_pass()
        self.clock.at = max(self.clock.at, again.at) + SECOND
        self.memory.import_paths([again.save(self.place / "in")])

    @rule(which=WHICH, ends=st.booleans())
    def report_live(self, which: int, ends: bool) -> None:
        told: Told = self.told[which]
        now, self.clock.at = self.clock.at, told.after[0]
        with suppress(NotFound, Usage):
            live = self.memory.start_episode(
                "fix the parser", directory=told.one.cwd, agent=AGENT, session=told.one.native
            )
            live.log("Edit", {"file_path": f"{told.one.cwd}/src/parser.py"}, "changed")
            self.memory.flush()
            self.memory.offer([self.id], door="mcp", how="recall_error", agent=AGENT, episode=live.id)
            self.clock.at += 5 * SECOND
            live.complete("partial") if ends else self.live.append(live.id)
        self.clock.at = max(now, self.clock.at)

    @precondition(lambda self: self.live)
    @rule()
    def end_live(self) -> None:
        with suppress(NotFound, Usage):
            self.memory.complete_episode(self.live.pop(), "success")

    @rule(which=WHICH, label=st.sampled_from(("success", "failure", "unknown")))
    def mark(self, which: int, label: str) -> None:
        if tasks := self._tasks(which):
            self.memory.mark(tasks[-1], label)

    @rule(which=WHICH, what=st.sampled_from(("session", "first", "last", "pattern")))
    def delete(self, which: int, what: str) -> None:
        tasks = self._tasks(which)
        if what == "pattern":
            with suppress(NotFound):
                self.memory.delete([self.id])
        elif tasks:
            chosen = {"session": self.told[which].session, "first": tasks[0], "last": tasks[-1]}
            with suppress(NotFound):
                self.memory.delete([chosen[what]])

    @rule()
    def undo(self) -> None:
        self.memory.undo()

    @precondition(lambda self: self.memory.undo_list())
    @rule(which=WHICH)
    def forget(self, which: int) -> None:
        with suppress(NotFound):
            self.memory.forget(sessions=[self.told[which].session])

    @rule()
    def take_in(self) -> None:
        own = {id_: one for id_, one in stored(self.memory).items() if not one.borrowed}
        self.memory.import_shared(io.BytesIO(self.shared))
        self._settle()
        after = stored(self.memory)
        told = ("elsewhere",)
        for id_, one in own.items():
            changed = [
                name for name in Pattern.__struct_fields__ if getattr(one, name) != getattr(after[id_], name)
            ]
            assert changed in ([], list(told)), changed

    @rule()
    def take_out(self) -> None:
        with suppress(NotFound):
            self.memory.unshare("other")
            assert not any(one.elsewhere for one in stored(self.memory).values())

    @rule(purge=st.booleans())
    def tidy(self, purge: bool) -> None:
        self.memory.purge_trash() if purge else self.memory.rebuild()

    @invariant()
    def nothing_drifts(self) -> None:
        if hasattr(self, "memory"):
            self._settle()
            assert is_sound(self.memory)

    @invariant()
    def no_number_is_more_than_what_it_is_of(self) -> None:
        if not hasattr(self, "memory"):
            return
        episodes = len(self.memory.episodes())
        for one in stored(self.memory).values():
            offered = one.offered
            if offered is None:
                continue
            assert offered.known >= offered.applied >= offered.judged >= offered.successes >= 0
            words = len({(o.session, o.said // DAY) for o in self.memory.offers(one.id) if o.feedback})
            assert 0 < offered.known <= episodes + words

    def _settle(self) -> None:
        self.memory.learn_pending()
        self.memory.review()

    def _later(self, which: int) -> None:
        self.clock.at = max(self.clock.at, self.told[which].one.at) + SECOND

    def _tasks(self, which: int) -> list[str]:
        with suppress(NotFound):
            return [one.id for one in self.memory.episodes_of(self.told[which].session)]
        return []


Loop.TestCase.settings = settings(max_examples=6, stateful_step_count=14, deadline=None)
TestLoop = Loop.TestCase

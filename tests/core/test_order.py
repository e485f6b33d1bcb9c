"""Whatever is done to a memory in whatever order: what stands is what would have been done to a fresh one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from ledger import Ledger, Tellers
from order_stories import DAY, STORIES, tellers
from transcript import START, habit

from tacit import Memory
from tacit.core.errors import NotFound, NothingUsable
from tacit.core.model import Episode

EXAMPLES = int(os.environ.get("ORDER_EXAMPLES", "25"))
STEPS = int(os.environ.get("ORDER_STEPS", "12"))
NOW = START + 300 * DAY
"""Long enough after for upkeep to propose something."""
FIRST_LINES = 17
"""So many lines of each file are there when it begins, enough for patterns."""


NAMES = sorted(STORIES)
SOME = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)
PLACE = st.integers(0, 11)
ACTOR = st.sampled_from(("user", "user", "agent"))


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return [finding for finding in memory.doctor() if finding.level != "ok"] == []


def recorded(memory: Memory, number: int, ending: str | None) -> Episode:
    """An episode that a program records live; those of one number are the same in every store."""
    memory.new_id = lambda: f"live-episode-{number}"  # type: ignore[method-assign]
    live = memory.start_episode("fix the parser", project="work/live", session=f"live{number}")
    for file in ("src/parser.py", "src/reader.py"):
        live.log("Edit", {"file_path": file})
    live.log("Bash", {"command": "pytest -q"}, "3 passed in 0.1s")
    return live.abandon() if ending == "abandoned" else live.complete(ending)


class Doings(RuleBasedStateMachine):
    """One store, on which a person and an agent do what can be done; the ledger writes it down."""

    @initialize(order=st.permutations(NAMES))
    def begin(self, order: list[str]) -> None:
        self.folder = Path(mkdtemp(prefix="order-"))
        (self.folder / "in").mkdir()
        self.told = dict.fromkeys(NAMES, 0)
        self.lives: dict[str, tuple[str, str | None]] = {}
        self.ledger = Ledger()
        self.memory = Memory.open(self.folder / "store", clock=lambda: NOW)
        for name in order:
            self.grow(name, FIRST_LINES)
        self.memory.import_paths([self.folder / "in" / name for name in order])

    @contextmanager
    def by(self, actor: str) -> Iterator[Memory]:
        """The store as somebody opens it."""
        if actor == "user":
            yield self.memory
            return
        with Memory.open(self.folder / "store", actor=actor, clock=lambda: NOW) as memory:
            yield memory

    def tellers(self) -> Tellers:
        """Which sessions tell which episode by now."""
        live = {episode: frozenset((session,)) for episode, (session, _) in self.lives.items()}
        return live | tellers(self.told)

    def grow(self, name: str, lines: int) -> None:
        """Let a file have some lines more."""
        self.told[name] = min(len(STORIES[name]), self.told[name] + lines)
        (self.folder / "in" / name).write_text("".join(STORIES[name][: self.told[name]]))

    @rule(
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True), lines=st.integers(1, 9)
    )
    def tell_more(self, names: list[str], lines: int) -> None:
        for name in names:
            self.grow(name, lines)
        self.memory.import_paths([self.folder / "in" / name for name in names])

    @rule(names=SOME)
    def import_again(self, names: list[str]) -> None:
        for name in names:
            (self.folder / "in" / name).touch()
        with self.by("agent") as memory:
            memory.import_paths([self.folder / "in" / name for name in names])

    @rule(name=st.sampled_from(NAMES), lines=st.integers(2, 30))
    def import_older(self, name: str, lines: int) -> None:
        """A copy of the file as it was some time ago, from another folder."""
        (self.folder / "old").mkdir(exist_ok=True)
        lines = min(lines, self.told[name])
        (self.folder / "old" / name).write_text("".join(STORIES[name][:lines]))
        with suppress(NothingUsable):
            self.memory.import_paths([self.folder / "old" / name])

    @rule(place=PLACE, label=st.sampled_from(("success", "failure", "partial", "unknown", None)), actor=ACTOR)
    def mark(self, place: int, label: str | None, actor: str) -> None:
        found = self.memory.episodes()
        if found:
            one = found[place % len(found)].id
            with self.by(actor) as memory:
                done = memory.mark(one, label) if label else memory.unmark(one)
            self.ledger.marked(done.step, actor, one, label)

    @rule(
        place=PLACE,
        table=st.sampled_from(("patterns", "sessions", "episodes", "patterns")),
        single=st.booleans(),
        actor=ACTOR,
    )
    def delete(self, place: int, table: str, single: bool, actor: str) -> None:
        found = getattr(self.memory, table)()
        if found:
            one = found[place % len(found)]
            with self.by(actor) as memory:
                receipt = memory.delete([one.id], single=single)
            self.ledger.deleted(receipt.step, actor, one, single=single)

    @rule(place=PLACE, pinned=st.booleans(), actor=ACTOR)
    def pin(self, place: int, pinned: bool, actor: str) -> None:
        found = self.memory.patterns()
        if found:
            one = found[place % len(found)].id
            with self.by(actor) as memory:
                receipt = memory.pin([one]) if pinned else memory.unpin([one])
            self.ledger.pinned(receipt.step, actor, one, pinned=pinned)

    @rule(place=PLACE, many=st.integers(1, 3))
    def optimize(self, place: int, many: int) -> None:
        found = self.memory.optimize()[place % 4 :][:many]
        receipt = self.memory.apply(found)
        assert receipt.left_out == ()
        self.ledger.applied(receipt.step, "user", found)

    @rule(actor=ACTOR, turn=st.sampled_from((1, -1)))
    def merge(self, actor: str, turn: int) -> None:
        found = sorted(project.name for project in self.memory.projects())[::turn]
        if len(found) > 1:
            with self.by(actor) as memory:
                done = memory.merge_projects(*found[:2])
            self.ledger.merged(done.step, actor, done.source, done.target)

    @rule(ending=st.sampled_from(("success", "failure", None, "abandoned")))
    def live(self, ending: str | None) -> None:
        done = recorded(self.memory, len(self.lives), ending)
        self.lives[done.id] = (done.session, ending)

    @rule(rebuild=st.booleans())
    def learn(self, rebuild: bool) -> None:
        self.memory.learn(rebuild=rebuild)
        assert self.memory.waiting() == 0

    @rule(actor=ACTOR)
    def undo(self, actor: str) -> None:
        with self.by(actor) as memory:
            receipt = memory.undo()
        assert (receipt and receipt.step) == self.ledger.undone(actor)

    @rule(place=PLACE)
    def forget(self, place: int) -> None:
        found = self.memory.sessions()
        if len(found) > 3:
            one = found[place % len(found)].id
            self.memory.forget(sessions=[one])
            self.ledger.forget(one, self.tellers())

    @rule()
    def purge(self) -> None:
        self.memory.purge_trash()
        self.ledger.purge(self.tellers())

    def teardown(self) -> None:
        try:
            self.compare("end")
            while (receipt := self.memory.undo()) is not None:
                assert receipt.step == self.ledger.undone("user")
            assert self.ledger.undone("user") is None
            self.compare("undone")
        finally:
            self.memory.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def record(self, memory: Memory) -> None:
        """Record anew what programs recorded, as far as its session may come back."""
        for number, (_, ending) in enumerate(self.lives.values()):
            with suppress(NotFound):
                recorded(memory, number, ending)

    def compare(self, name: str) -> None:
        """The store against a fresh one to which only what stands was done."""
        folder = self.folder / name
        self.memory.import_paths([self.folder / "in"])
        self.memory.learn()
        assert is_sound(self.memory)
        with Memory.open(folder / "store", clock=lambda: NOW) as fresh:
            self.ledger.replay(fresh, sorted((self.folder / "in").iterdir()), self.record)
            assert is_sound(fresh)
            assert exported(self.memory, folder / "a") == exported(fresh, folder / "b")


TestDoings = Doings.TestCase
TestDoings.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a store for each try: shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)


def test_what_was_said_of_a_task_is_no_step_any_more_once_the_trash_with_it_was_emptied(memory: Memory):
    first, other = memory.episodes()[:2]
    memory.mark(other.id, "partial")
    memory.mark(first.id, "failure")
    memory.delete([first.session])
    memory.purge_trash()
    assert [step.marked for step in memory.undo_list()] == [(other.id,)]
    assert memory.undo() is not None
    assert memory.mark_of(other.id) is None


def test_an_older_copy_of_a_file_does_not_shorten_what_was_deleted(tmp_path: Path):
    whole = habit("h0")
    path = whole.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([path])
        before = exported(memory, tmp_path / "a")
        memory.delete([memory.episodes()[0].id])
        del whole.lines[5:]
        memory.import_paths([whole.save(tmp_path / "old")])
        memory.undo()
        assert exported(memory, tmp_path / "a") == before
        assert is_sound(memory)

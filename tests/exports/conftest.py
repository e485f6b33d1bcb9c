"""A small memory of hand-made records that exports like the real one."""

import runpy
from pathlib import Path

import pytest
from msgspec.structs import replace

from tacit.core.config import load
from tacit.core.decisions import Decided
from tacit.core.ids import episode_id, pattern_id, session_id
from tacit.core.model import Action, Episode, Evidence, Outcome, Pattern, Session, Signature, Step
from tacit.core.places import Places
from tacit.memory import Memory

NOW = 1_780_000_000_000
HOUR = 3_600_000
START = 1_770_203_455_000


def make_step(n, **changes):
    step = Step(
        n=n,
        call=f"toolu_{n}",
        tool="Bash",
        kind="shell",
        parameters='{"command":"pytest -q"}',
        observation="12 passed",
        status="ok",
        at=START + n * 1000,
        actions=(Action("pytest", "ok", "test"),),
        seconds=1.5,
    )
    return replace(step, **changes)


def make_episode(session, n, **changes):
    episode = Episode(
        id=episode_id(session.agent, f"{session.native}-{n}"),
        session=session.id,
        native=f"{session.native}-{n}",
        project=session.project,
        agent=session.agent,
        prompt=f"task {n}",
        started=session.started + n * HOUR,
        ended=session.started + n * HOUR + 60_000,
        outcome=Outcome("success", 1.0, "test", (Evidence("test", "success", "12 passed", 2),)),
        steps=2,
    )
    return replace(episode, **changes)


def make_session(native, **changes):
    session = Session(
        id=session_id("claude-code", native),
        native=native,
        agent="claude-code",
        project="shop",
        title=f"Session {native}",
        directory="/home/someone/shop",
        started=START,
        ended=START + HOUR,
        episodes=2,
        steps=4,
        outcomes=(("success", 2),),
    )
    return replace(session, **changes)


def make_pattern(*key, kind="tool_sequence", **changes):
    pattern = Pattern(
        id=pattern_id(kind, key),
        kind=kind,
        title=" → ".join(key),
        key=key,
        uses=4,
        judged=3,
        successes=2,
        failures=1,
        partial=0,
        episodes=4,
        sessions=2,
        first_used=START,
        last_used=START + HOUR,
        learned_at=START + HOUR,
        verdict="unproven",
        rate=2 / 3,
        low=0.2,
        high=0.9,
        projects=1,
        files=("a.py",),
    )
    return replace(pattern, **changes)


golden = runpy.run_path(str(Path(__file__).parent / "make_golden.py"))


class HandMade:
    """Answers an export as a memory does. ``fail_after`` breaks it after so many episodes."""

    def __init__(self):
        self.sessions = [make_session("one"), make_session("two", started=START + 48 * HOUR)]
        self.patterns = [
            make_pattern("edit *.py", "pytest"),
            make_pattern("edit refused", "read", kind="error_recovery", verdict=None, pinned=True),
        ]
        self.stones = [("p-zzzzzzzzzzzz", "head"), ("p-000000000000", "with")]
        self.marks = {}
        self.notes = []
        self.offers = []
        self.outcomes = []
        self.fail_after = None
        self.shared = ()
        self.error_step = make_step(
            2, status="error", error=Signature("AssertionError", "test"), observation="[REDACTED:token:0f3a]"
        )

    def export_sessions(self):
        return iter(self.sessions)

    def export_patterns(self):
        return iter(self.patterns)

    def export_episodes(self, session):
        for n in range(2):
            if self.fail_after is not None:
                if not self.fail_after:
                    raise RuntimeError("simulated")
                self.fail_after -= 1
            yield make_episode(session, n), iter([make_step(1), self.error_step])

    def stats_json(self):
        return {"schema": 1, "patterns": len(self.patterns), "sessions": len(self.sessions)}

    def mark_of(self, episode_id):
        return self.marks.get(episode_id)

    def export_notes(self):
        return iter(self.notes)

    def export_offers(self):
        return iter(self.offers)

    def export_outcomes(self):
        return iter(self.outcomes)

    def tombstones(self):
        return iter(self.stones)

    def export_shared(self):
        return self.shared

    def decided(self):
        return {one.id: Decided(pinned=True) for one in self.patterns if one.pinned}

    def aliases(self):
        return {"src/old": "src/app"}


@pytest.fixture
def open_memory(tmp_path):
    """Open a store by name, with no configuration of this machine."""
    opened = []

    def start(name):
        config = load(Places({"TACIT_HOME": str(tmp_path / "home")}))
        memory = Memory.open(tmp_path / name, config=config, clock=lambda: NOW)
        opened.append(memory)
        return memory

    yield start
    for memory in opened:
        memory.close()


@pytest.fixture
def told(tmp_path):
    """The transcripts of the golden story."""
    folder = tmp_path / "told"
    folder.mkdir()
    for native, (where, begun, tasks) in golden["STORY"].items():
        (folder / f"{native}.jsonl").write_text(golden["transcript"](native, where, begun, tasks))
    return folder


@pytest.fixture
def memory():
    return HandMade()


@pytest.fixture(scope="session")
def made():
    """The makers of single records, by name."""

    class Made:
        step = staticmethod(make_step)
        episode = staticmethod(make_episode)
        session = staticmethod(make_session)
        pattern = staticmethod(make_pattern)

    return Made


@pytest.fixture
def content():
    """Every file under a directory with its bytes, by relative name."""

    def read(directory):
        return {
            str(path.relative_to(directory)): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }

    return read

"""The watcher looks into the usual places of all agents, which come into being while it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from opencode_running import OpenCode
from told import START, Told, story, writer
from watcher import Watching
from written_opencode import talk_of

from tacit import Memory
from tacit.core.errors import StoreError

DAY = 86_400_000


@pytest.fixture
def home(watching: Watching) -> Path:
    """The home of the person, in which there is nothing yet."""
    home = watching.folder
    shared = str(home / ".local" / "share")
    watching.environ = {"HOME": str(home), "XDG_DATA_HOME": shared, "CODEX_HOME": str(home / ".codex")}
    watching.start("--")
    return home


@pytest.fixture
def known(watching: Watching) -> Callable[[], Counter[str]]:
    """How many sessions of each agent the store has."""

    def count() -> Counter[str]:
        try:
            with Memory.open(watching.store, readonly=True, create=False) as memory:
                return Counter(one.agent for one in memory.sessions())
        except StoreError:
            return Counter()

    return count


def told(number: int) -> Told:
    return story(f"{number:08x}-0000-4000-8000-00000000000a", start=START + number * DAY)


def test_every_agent_is_learned_from_wherever_it_begins_to_write(
    watching: Watching, home: Path, known
) -> None:
    codex = writer("codex")(told(1), home)
    for agent in ("gemini", "copilot", "cursor", "goose"):
        writer(agent)(told(1), home)
    first = {"codex": 1, "gemini": 1, "copilot": 1, "cursor": 1, "goose": 1}
    watching.until(lambda: known() == first)
    writer("codex")(told(2), home)
    archived = home / ".codex" / "archived_sessions" / codex.name
    archived.parent.mkdir()
    codex.rename(archived)
    writer("codex")(told(3), home).rename(archived.with_name("rollout-2026-01-08T10-00-00-three.jsonl"))
    writer("goose")(told(2), home)
    watching.until(lambda: known() == first | {"codex": 3, "goose": 2})


def test_what_is_in_the_log_of_a_database_alone_is_seen(watching: Watching, home: Path, known) -> None:
    path = home / ".local" / "share" / "opencode" / "opencode.db"
    with OpenCode(path) as agent:
        for number in (1, 2, 3):
            agent.say(number)
            before = path.stat().st_mtime_ns
            watching.until(lambda number=number: known() == {"opencode": number})
            assert path.stat().st_mtime_ns == before
        agent.checkpoint()
        agent.say(4)
        watching.until(lambda: known() == {"opencode": 4})
    assert "passed over" not in watching.said


def test_a_session_of_many_files_is_not_read_once_for_each(watching: Watching, known) -> None:
    talk = talk_of(told(1))
    talk.save(watching.folder)
    watching.start()
    watching.until(lambda: known() == {"opencode": 1})
    for number in range(300):
        talk.shell(f"make {number}", "fine")
    talk.save(watching.folder)
    watching.until(lambda: watching.steps() == 307 and not watching.children())
    talk.shell("make last", "fine")
    last = {message: talk.messages[message] for message in list(talk.messages)[-1:]}
    talk.messages, talk.parts = last, dict(list(talk.parts.items())[-1:])
    head = (watching.folder / "session").rglob("*.json")
    before = [one.read_bytes() for one in head]
    talk.save(watching.folder)
    watching.until(lambda: watching.steps() == 308)
    assert [one.read_bytes() for one in (watching.folder / "session").rglob("*.json")] == before
    assert watching.state.notes is not None
    assert watching.state.notes.imports < 10

"""A session as it is leafed through: its steps without results, and which of them taught something."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import asdict

from tacit.core.ids import format_id, parse_id
from tacit.core.learn.events import uses_of
from tacit.core.model import SOURCES, Action, Episode, Pattern, Signature, Source, Status, Step, Tool
from tacit.core.tables import CONTRIBUTIONS, EPISODES, STEPS, body_of, key_of, step_key
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.schema import Table

Learned = Mapping[str, Mapping[int, tuple[str, ...]]]
"""Of each episode the numbers of the steps that listed patterns rest on, and the ids of those patterns."""


class _Outlined(Struct, frozen=True):
    """A stored step of which parameters and result, which can be megabytes, are not even decoded."""

    n: int
    call: str
    tool: str
    kind: Tool
    status: Status
    at: int
    actions: tuple[Action, ...] = ()
    target: str | None = None
    error: Signature | None = None
    seconds: float | None = None
    agent: str | None = None
    parent: int | None = None
    left: bool = False
    cut: bool = False


_WIDE = frozenset(("file_group", "context"))
_OUTLINES: Table[_Outlined] = Table(STEPS.name, _Outlined, logged=False)


def outline(read: Read, episode: Episode) -> tuple[Step, ...]:
    """The steps of an episode, with empty parameters and results."""
    body = body_of(episode.id, episode.session)
    found = read.records(_OUTLINES, step_key(body, 1), u64(body + 1))
    return tuple(Step(parameters="", observation="", **asdict(step)) for _, step in found)


def learned_steps(read: Read, session_id: str, episodes: tuple[str, ...]) -> Learned:
    """The steps of a session's episodes that listed patterns rest on.

    A group of files and a context span most of a task, so of them only the first and the last step count;
    anything else rests on all its steps.
    """
    from tacit.core.evidence import listed_by

    patterns: dict[str, Pattern] = {}
    for episode_id in episodes:
        for pattern in listed_by(read, read.get(CONTRIBUTIONS, key_of(episode_id))):
            patterns[pattern.id] = pattern
    session, wanted = parse_id(session_id), {parse_id(one) for one in episodes}
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for pattern in patterns.values():
        for episode, holder, _, first, last, _, _ in uses_of(read, pattern):
            if holder == session and episode in wanted:
                steps = found.setdefault(format_id("e", episode), {})
                for n in {first, last} if pattern.kind in _WIDE else range(first, last + 1):
                    if pattern.id not in steps.get(n, ()):
                        steps[n] = (*steps.get(n, ()), pattern.id)
    return found


def judged_by(read: Read, session_id: str) -> Source | None:
    """The strongest source that an episode of a session was judged by; ``None`` where none was."""
    found = (read.get(EPISODES, key) for _, key in read.scan(EPISODES, "session", key_of(session_id)))
    sources = {episode.outcome.source for episode in found if episode is not None}
    return next((source for source in SOURCES if source in sources), None)

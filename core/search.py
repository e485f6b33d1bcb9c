"""Search by words over everything that is stored: a plain scan, to be run in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.holding import read_steps
from tacit.core.listing import Page
from tacit.core.model import Episode, Step
from tacit.core.query import Plan, text_matches
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS
from tacit.store.reading import Read

_EXCERPT = 160


class Hit(Struct, frozen=True):
    """One thing that holds all the words.

    ``id`` is that of a pattern, session or episode; ``step`` the number of the step in the episode
    for a hit inside one. ``excerpt`` is one line around the first word found.
    """

    id: str
    type: Literal["pattern", "session", "episode", "step"]
    title: str
    excerpt: str
    at: int
    step: int | None = None


def search(read: Read, plan: Plan, limit: int | None) -> Page[Hit]:
    """Patterns in the order of their list, then sessions and episodes, newest first.

    Raises:
        Usage: there is no word to look for.
    """
    if not plan.has_text:
        raise Usage("There is nothing to search for.", 'For example: memory search "cargo check".')
    hits: list[Hit] = []
    total = 0
    for hit in _hits(read, plan):
        total += 1
        if limit is None or len(hits) < limit:
            hits.append(hit)
    return Page(total, len(hits) < total, tuple(hits))


def _hits(read: Read, plan: Plan) -> Iterator[Hit]:
    for _, key in read.scan(PATTERNS, "rank"):
        pattern = read.get(PATTERNS, key)
        if pattern is not None:
            text = "\n".join((pattern.title, *pattern.files))
            if text_matches(plan, text):
                yield Hit(pattern.id, "pattern", pattern.title, excerpt(plan, text), pattern.last_used)
    for _, key in read.scan(SESSIONS, "recent"):
        session = read.get(SESSIONS, key)
        if session is not None and text_matches(plan, session.title):
            yield Hit(session.id, "session", session.title, excerpt(plan, session.title), session.started)
    for _, key in read.scan(EPISODES, "recent"):
        episode = read.get(EPISODES, key)
        if episode is not None:
            yield from _in_episode(read, plan, episode)


def _in_episode(read: Read, plan: Plan, episode: Episode) -> Iterator[Hit]:
    title = episode.prompt.strip().split("\n", 1)[0]
    if text_matches(plan, episode.prompt):
        yield Hit(episode.id, "episode", title, excerpt(plan, episode.prompt), episode.ended)
    for step in read_steps(read, episode):
        text = step_text(step)
        if text_matches(plan, text):
            yield Hit(episode.id, "step", title, excerpt(plan, text), step.at, step.n)


def step_text(step: Step) -> str:
    """What of a step is searched: what was asked of the tool, and what it said."""
    return f"{step.parameters}\n{step.observation}"


def excerpt(plan: Plan, text: str) -> str:
    """One line of the text around the first word or phrase found in it."""
    folded = text.casefold()
    wanted = [word.casefold() for word in (*plan.words, *plan.phrases)]
    at = min((found for word in wanted if (found := folded.find(word)) >= 0), default=0)
    start = max(text.rfind("\n", 0, at) + 1, at - _EXCERPT // 3)
    line = text[start : start + _EXCERPT].split("\n", 1)[0].strip()
    return f"…{line}" if start and text[start - 1] != "\n" else line

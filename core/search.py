"""Search by words over everything that is stored.

The text index names what may fit and each is looked at; without it everything is, so it belongs into a
worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.holding import read_steps
from tacit.core.listing import Page, Route, members
from tacit.core.model import Episode, Step
from tacit.core.project_query import meant
from tacit.core.query import Plan, project_matches, text_matches
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, STEPS, body_of, key_of, step_key
from tacit.core.words import pattern_words, step_words
from tacit.store.reading import Read
from tacit.store.schema import Table

if TYPE_CHECKING:
    from tacit.core.texts import Glass
    from tacit.store.text_look import Found

R = TypeVar("R")

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


def search(read: Read, plan: Plan, limit: int | None, through: Glass | None = None) -> Page[Hit]:
    """Patterns in the order of their list, then sessions and episodes, newest first.

    Args:
        read: the snapshot.
        plan: the words and quoted texts, and the project they are looked for in, if any.
        limit: at most so many hits; they are counted all the same.
        through: the text index for this plan, made before the snapshot.

    Raises:
        Usage: there is no word to look for.
    """
    if not plan.has_text:
        raise Usage("There is nothing to search for.", 'For example: memory search "cargo check".')
    plan = meant(read, plan)
    hits: list[Hit] = []
    total = 0
    for hit in _hits(read, plan, through):
        total += 1
        if limit is None or len(hits) < limit:
            hits.append(hit)
    return Page(total, len(hits) < total, tuple(hits))


def _hits(read: Read, plan: Plan, through: Glass | None) -> Iterator[Hit]:
    for pattern in _each(read, PATTERNS, "rank", _among(read, PATTERNS, through)):
        text = pattern_words(pattern)
        if _is_at_home(plan, *pattern.project_names) and text_matches(plan, text):
            yield Hit(pattern.id, "pattern", pattern.title, excerpt(plan, text), pattern.last_used)
    for session in _each(read, SESSIONS, "recent", _among(read, SESSIONS, through)):
        if _is_at_home(plan, session.project) and text_matches(plan, session.title):
            yield Hit(session.id, "session", session.title, excerpt(plan, session.title), session.started)
    found = _among(read, EPISODES, through)
    for episode in _each(read, EPISODES, "recent", found):
        if _is_at_home(plan, episode.project):
            numbers = None if found is None else found[key_of(episode.id)]
            yield from _in_episode(read, plan, episode, numbers)


def _is_at_home(plan: Plan, *projects: str) -> bool:
    return plan.project is None or any(project_matches(plan.project, name) for name in projects)


def _among(read: Read, table: Table[R], through: Glass | None) -> Found | None:
    return None if through is None else through.among(read, table)


def _each(read: Read, table: Table[R], index: str, among: Found | None) -> Iterator[R]:
    """The records of a table in the order of an index, or those of them that may fit."""
    for _, _, record in members(read, Route(table, index, b"", None, None, among)):
        yield record


def _in_episode(read: Read, plan: Plan, episode: Episode, numbers: set[int] | None) -> Iterator[Hit]:
    """The hits in an episode; ``numbers`` are the texts that may fit, 0 its own, else that of a step."""
    title = episode.prompt.strip().split("\n", 1)[0]
    if text_matches(plan, episode.prompt):
        yield Hit(episode.id, "episode", title, excerpt(plan, episode.prompt), episode.ended)
    for step in read_steps(read, episode) if numbers is None else _steps(read, episode, numbers):
        text = step_words(step)
        if text_matches(plan, text):
            yield Hit(episode.id, "step", title, excerpt(plan, text), step.at, step.n)


def _steps(read: Read, episode: Episode, numbers: set[int]) -> Iterator[Step]:
    body = body_of(episode.id, episode.session)
    for number in sorted(numbers - {0}):
        step = read.get(STEPS, step_key(body, number))
        if step is not None:
            yield step


def excerpt(plan: Plan, text: str) -> str:
    """One line of the text around the first word or phrase found in it."""
    folded = text.casefold()
    wanted = [word.casefold() for word in (*plan.words, *plan.phrases)]
    at = min((found for word in wanted if (found := folded.find(word)) >= 0), default=0)
    if len(folded) != len(text):
        at = _unfolded(text, at)
    start = max(text.rfind("\n", 0, at) + 1, at - _EXCERPT // 3)
    line = text[start : start + _EXCERPT].split("\n", 1)[0].strip()
    return f"…{line}" if start and text[start - 1] != "\n" else line


def _unfolded(text: str, at: int) -> int:
    """The place in a text of what stands at ``at`` once its case is folded, which lengthens some letters."""
    passed = 0
    for place, letter in enumerate(text):
        passed += len(letter.casefold())
        if passed > at:
            return place
    return 0

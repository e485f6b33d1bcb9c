"""The episodes whose task was like one that is asked about, and which of them were the same task."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.limits import PROMPT_BYTES, Excerpt, clip
from tacit.core.model import Episode, Label
from tacit.core.recall.homes import projects_meant
from tacit.core.recall.leads import asked_key
from tacit.core.recall.likeness import shared
from tacit.core.redaction import Redactor
from tacit.core.tables import EPISODES

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.core.recall.ranked import Scored, Type
    from tacit.store.reading import Read
    from tacit.store.store import Store

SAME_WORDS = 0.85
"""The share of words (Dice) from which two requests are the same task told again."""

SAME_MEANING = 0.93
"""The cosine from which they are."""

ALIKE_WORDS = 0.3
"""The share of words below which two tasks are not alike, unless they mean the like."""

ALIKE_MEANING = 0.4
"""The cosine below which they do not.

With all-MiniLM-L6-v2 nine in ten pairs of tasks of one repository, and all that have nothing to do with it
(at most 0.2), lie below; the same told in other words comes to 0.4 and more.
"""

MOST = 20
"""So many tasks are compared with."""

_LOOKED_AT = 60
_EPISODES: tuple[Type, ...] = ("episode",)
_REPEATS = 200


class Alike(Struct, frozen=True):
    """An episode with a like task. ``likeness`` is 0 to 1, ``same`` whether it was the very task."""

    episode: str
    session: str
    project: str
    title: str
    label: Label
    at: int
    likeness: float
    same: bool


class Asked(Struct, frozen=True):
    """A task that is asked about, redacted; ``projects`` are where it is, ``None`` for anywhere."""

    text: str
    projects: frozenset[str] | None


def asked(store: Store, config: Config, task: str, project: str | None) -> Asked:
    """The task as prompts are stored, so that it can be compared with them.

    Raises:
        Usage: there is no text.
    """
    text, _ = clip(Excerpt(task), PROMPT_BYTES, Redactor(store.secret, config.redact_allow))
    if not text.strip():
        raise Usage("There is no task to look for.", 'Say what is to be done, as "fix the failing test".')
    with store.read() as read:
        return Asked(text, projects_meant(read, project))


def meanings_like(store: Store, config: Config, task: Asked) -> tuple[dict[bytes, float | None], str]:
    """The episodes that may be like a task, by key, with the cosine where there is one; and why none has."""
    from tacit.core.recall.hybrid import ranked

    def at_home(read: Read, hit: Scored) -> bool:
        if task.projects is None:
            return True
        episode = read.get(EPISODES, hit.key)
        return episode is not None and episode.project in task.projects

    found = ranked(store, config, task.text, types=_EPISODES, limit=_LOOKED_AT, accept=at_home)
    return {hit.key: hit.meaning for hit in found.hits}, found.note


def tasks_like(read: Read, task: Asked, meanings: Mapping[bytes, float | None]) -> tuple[Alike, ...]:
    """The episodes whose tasks are most like this one.

    The same task comes before what is only alike, then the most alike, then the newest.
    """
    found: list[Alike] = []
    for key in dict.fromkeys([*_repeated(read, task), *meanings]):
        episode = read.get(EPISODES, key)
        one = None if episode is None else _compared(task, episode, meanings.get(key))
        if one is not None and (task.projects is None or one.project in task.projects):
            found.append(one)
    found.sort(key=lambda one: (not one.same, -one.likeness, -one.at, one.episode))
    return tuple(found[:MOST])


def _repeated(read: Read, task: Asked) -> list[bytes]:
    """The episodes that were asked for in the same words, the newest first, within bounds."""
    scans = (read.scan(EPISODES, "asked", part) for part in asked_key(task.text))
    return [key for scan in scans for _, key in islice(scan, _REPEATS)]


def _compared(task: Asked, episode: Episode, meaning: float | None) -> Alike | None:
    """How like the task of an episode is; ``None`` where it is not."""
    words = shared(task.text, episode.prompt)
    repeated = asked_key(task.text) == asked_key(episode.prompt) != []
    same = repeated or words >= SAME_WORDS or (meaning or 0.0) >= SAME_MEANING
    words = max(words, shared(task.text, episode.title))  # what follows is often pasted material
    if not same and words < ALIKE_WORDS and (meaning or 0.0) < ALIKE_MEANING:
        return None
    return Alike(
        episode=episode.id,
        session=episode.session,
        project=episode.project,
        title=episode.title,
        label=episode.outcome.label,
        at=episode.ended,
        likeness=1.0 if repeated else min(1.0, max(words, meaning or 0.0)),
        same=same,
    )

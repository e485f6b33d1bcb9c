"""Errors that read like one that is asked about: other signatures that share most of its words or meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.recall.likeness import shared, words_of
from tacit.core.tables import EPISODES, STEPS, body_of, step_key

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.core.recall.ranked import Scored, Type
    from tacit.core.recall.signing import Signed
    from tacit.store.reading import Read
    from tacit.store.store import Store

SHARED = 0.6
"""The share of words below which two errors are not alike, unless they mean the same.

At one half “command not found” would be like “file not found”.
"""

MEANT = 0.5
"""The cosine from which two errors mean the same, provided they share :data:`SHARED_THEN` of their words.

With all-MiniLM-L6-v2 other errors of one repository come to 0.2 to 0.49, the same told otherwise to 0.5 on.
"""

SHARED_THEN = 0.25

LEAST_WORDS = 2
"""An error of fewer words says too little to be like another."""

_LOOKED_AT = 150
"""So many of the best hits are looked at; what fits an error best are steps that ended with the like."""

_STEPS: tuple[Type, ...] = ("step",)
_LINES = 3


def like_errors(store: Store, config: Config, asked: Signed) -> tuple[list[tuple[str, float]], str]:
    """(signature, likeness) of errors that read alike, the most alike first, and why none, where so."""
    from tacit.core.recall.hybrid import ranked

    line = asked.lines[0]
    if len(words_of(line)) < LEAST_WORDS:
        return [], ""
    found = ranked(store, config, _plain(line), types=_STEPS, limit=_LOOKED_AT)
    alike: dict[str, float] = {}
    with store.read() as read:
        for hit in found.hits:
            other = _error(read, hit)
            likeness = _likeness(line, other, hit.meaning) if other and other not in asked.lines else 0.0
            if likeness:
                alike[other] = max(likeness, alike.get(other, 0.0))
    best = sorted(alike.items(), key=lambda one: (-one[1], one[0]))
    return best[:_LINES], found.note


def _likeness(line: str, other: str, meaning: float | None) -> float:
    """How much two errors read alike; 0 where they are not alike."""
    words = shared(line, other)
    if words >= SHARED:
        return words
    return meaning if meaning is not None and meaning >= MEANT and words >= SHARED_THEN else 0.0


def _error(read: Read, hit: Scored) -> str:
    """The signature of the error that a step ended with, empty where it ended with none."""
    episode = read.get(EPISODES, hit.key)
    if episode is None or hit.step is None:
        return ""
    step = read.get(STEPS, step_key(body_of(episode.id, episode.session), hit.step))
    return "" if step is None or step.error is None else step.error.line


def _plain(line: str) -> str:
    """The words of a signature, as one looks for them."""
    return " ".join(sorted(words_of(line)))

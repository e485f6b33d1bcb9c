"""What a search gives back: hits with a line of their text each, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tacit.core.elsewhere import origin
from tacit.core.excerpts import Excerpts
from tacit.core.listing import Page
from tacit.core.model import Episode, Pattern, Session, Step
from tacit.core.notes.form import TRUST
from tacit.core.notes.records import Note
from tacit.core.recall.ranked import Mode, Ranked, Type
from tacit.core.recall.spots import TABLE_OF
from tacit.core.tables import STEPS, body_of, step_key
from tacit.core.things import Thing
from tacit.core.words import episode_words, note_words, pattern_words, session_words, step_words
from tacit.store.reading import Read

_ALIKE = 72
"""Letters that two lines have in common when they read the same."""


class Hit(Struct, frozen=True):
    """One thing that was found.

    ``id`` is that of a pattern, session, episode or note; ``step`` the number of the step in the episode
    for a hit inside one. ``excerpt`` is one line around the first word found. ``score`` sorts the answer, but
    that what only other memories told comes last; it is the sum of ``parts``, and compares within one answer
    only. ``words`` is its BM25 score and ``meaning`` its cosine, ``None`` where that did not find it.
    ``origin`` says who told of a pattern that only other memories speak for (``from alice``), and ``at`` is
    when then; of a note it is its source, and ``trust`` is ``low``. Both are empty of anything else.
    """

    id: str
    type: Type
    title: str
    excerpt: str
    at: int
    step: int | None = None
    score: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
    words: float | None = None
    meaning: float | None = None
    origin: str = ""
    trust: str = ""


class Found(Page[Hit], frozen=True):
    """The best hits. ``mode`` is how they were found; ``note`` says why not better, where so.

    ``query`` is the plan as text, ``waiting`` counts records that have no vectors yet, ``rows`` what was
    read of the store.
    """

    mode: Mode = "lexical"
    query: str = ""
    waiting: int = 0
    rows: int = 0


def hits_of(read: Read, found: Ranked, excerpts: Excerpts) -> Iterator[Hit]:
    """The hits as they are told, those left out that are gone."""
    for one in found.hits:
        record = read.get(TABLE_OF[one.type], one.key)
        if record is None:
            continue
        step = step_of(read, record, one.step) if one.step is not None else None
        if step is None and one.step is not None:
            continue
        title, text, at = _shown(record, step)
        excerpt = excerpts.of(text)
        score = (one.score, one.parts, one.words, one.meaning)
        yield Hit(one.id, one.type, title, excerpt, at, one.step, *score, *_worth(record))


def once(hits: Iterator[Hit]) -> Iterator[Hit]:
    """The hits but those that begin to read like a better one of the same episode.

    A plan that is told again with one more item done differs behind that, as a rule.
    """
    seen: set[tuple[str, str]] = set()
    for hit in hits:
        reads = hit.id, "".join(letter for letter in hit.excerpt if not letter.isdigit())[:_ALIKE]
        if reads not in seen:
            seen.add(reads)
            yield hit


def step_of(read: Read, episode: Episode, number: int) -> Step | None:
    """A step of an episode by its number."""
    return read.get(STEPS, step_key(body_of(episode.id, episode.session), number))


def _worth(record: Thing) -> tuple[str, str]:
    """Who told it, where that was not seen here, and the trust in it."""
    if isinstance(record, Note):
        return record.source, TRUST
    return (origin(record) if isinstance(record, Pattern) and record.borrowed else ""), ""


def _shown(record: Thing, step: Step | None) -> tuple[str, str, int]:
    """Title, text and time of a hit."""
    if isinstance(record, Note):
        return record.title, note_words(record), record.dated
    if isinstance(record, Pattern):
        at = max(one.at for one in record.elsewhere) if record.borrowed else record.last_used
        return record.title, pattern_words(record), at
    if isinstance(record, Session):
        return record.title, session_words(record), record.started
    title = record.prompt.strip().split("\n", 1)[0]
    if step is not None:
        return title, step_words(step), step.at
    return title, episode_words(record), record.ended

"""What of each thing is searched: the text that words and quoted texts are looked for in."""

from __future__ import annotations

from tacit.core.model import Episode, Pattern, Session, Step
from tacit.core.notes.records import Note


def pattern_words(pattern: Pattern) -> str:
    """Its title and the files it is about."""
    return "\n".join((pattern.title, *pattern.files))


def session_words(session: Session) -> str:
    """Its title and where it took place."""
    return f"{session.title}\n{session.directory}"


def episode_words(episode: Episode) -> str:
    """What the person asked for, and the files that were written."""
    return "\n".join((episode.prompt, *episode.files))


def note_words(note: Note) -> str:
    """Its title, its tags, what it says and what it is related to."""
    return "\n".join((note.title, " ".join(note.tags), note.text, *note.links))


def step_words(step: Step) -> str:
    """What was asked of the tool, and what it said."""
    return f"{step.parameters}\n{step.observation}"


def step_bytes(step: Step) -> int:
    """How large the texts of a step are, in bytes of UTF-8 as they were told."""
    return len(step.parameters.encode("utf-8", "replace")) + len(step.observation.encode("utf-8", "replace"))

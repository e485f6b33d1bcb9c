"""What a program says of an episode, checked and redacted: at its start, of a step, at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from tacit.core import limits
from tacit.core.errors import Usage
from tacit.core.ids import episode_id, session_id
from tacit.core.jsonform import without_hash
from tacit.core.learn.paths import project_of, short_name
from tacit.core.live import checks
from tacit.core.live.buffer import Logged
from tacit.core.live.closing import Ending
from tacit.core.live.notes import noted, redacted
from tacit.core.live.records import LIVE, Open
from tacit.core.model import TaskType
from tacit.core.redaction import Redactor

NAME_BYTES = 1_000
"""The most that the name of a project, a directory or a URL has."""


class Asked(Struct, frozen=True):
    """An episode to begin, redacted. ``told`` is its project, ``session`` the program's own id, if any."""

    task: str
    context: str
    task_type: TaskType | None
    told: str
    directory: str
    repository: str | None
    agent: str
    session: str | None
    size: int


def asked(
    redact: Redactor,
    task: str,
    context: Any,
    task_type: str | None,
    *,
    project: str | None,
    directory: str | None,
    repository: str | None,
    agent: str,
    session: str | None,
) -> Asked:
    """What is asked for.

    Raises:
        Usage: the task is empty, a word is none of the choices, or something is too large.
    """
    checks.task_of(task)
    said = checks.worded(context, limits.PROMPT_BYTES, "context")
    place = _named(redact, directory, "directory")
    url = _named(redact, repository, "repository")
    return Asked(
        task=redacted(redact, task),
        context=redacted(redact, said),
        task_type=checks.task_type_of(task_type),
        told=short_name(_named(redact, project, "project")) or project_of(place, url or None),
        directory=place,
        repository=url or None,
        agent=_clean(redact, checks.name_of(agent, "agent")),
        session=None if session is None else _clean(redact, checks.name_of(session, "session")),
        size=limits.size(task) + limits.size(said),
    )


def head_of_new(asked: Asked, session: str, key: str, at: int) -> Open:
    """The head of a new episode, under an id of its own, in a session."""
    native = f"{LIVE}{session}"
    own = f"{native}#{key}"
    return Open(
        id=episode_id(asked.agent, own),
        native=own,
        session=session_id(asked.agent, native),
        session_native=native,
        agent=asked.agent,
        told=asked.told,
        directory=asked.directory,
        task=asked.task,
        started=at,
        active=at,
        context=asked.context,
        task_type=asked.task_type,
        repository=asked.repository,
        bytes=asked.size,
    )


def logged(
    tool: str, parameters: Mapping[str, Any] | None, observation: Any, status: str, seconds: float | None
) -> Logged:
    """A step that may be taken.

    Raises:
        Usage: something is too large, or no such word.
    """
    text = checks.worded(observation, limits.OBSERVATION_BYTES, "observation")
    raw = checks.parameters_of(parameters)
    return Logged(
        checks.tool_of(tool),
        raw,
        text,
        checks.status_of(status),
        None if seconds is None else checks.seconds_of(seconds),
        len(raw) + limits.size(text),
    )


def completed(redact: Redactor, outcome: str | None, note: str, at: int) -> Ending:
    """How an episode is completed.

    Raises:
        Usage: the outcome is no such word, or there is a note without one.
    """
    label = checks.outcome_of(outcome)
    said = noted(redact, note)
    if label is None and said:
        raise Usage("A note says why an outcome was given, and there is none.", "Give an outcome with it.")
    return Ending(label, f"labelled {label}: {said}" if said else "", at)


def abandoned(redact: Redactor, reason: str, at: int) -> Ending:
    """How an episode is abandoned.

    Raises:
        Usage: the reason is too large.
    """
    said = noted(redact, reason, "reason")
    return Ending("abstained", f"abandoned: {said}" if said else "abandoned", at)


def _named(redact: Redactor, text: str | None, what: str) -> str:
    return "" if text is None else _clean(redact, checks.within(text, NAME_BYTES, what).strip())


def _clean(redact: Redactor, text: str) -> str:
    """Without secrets and their hashes: it becomes part of ids and patterns."""
    return without_hash(redact(checks.whole(text)))

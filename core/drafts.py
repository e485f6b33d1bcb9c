"""What readers make of a transcript: sessions, episodes and steps before they are judged and understood.

As in :mod:`tacit.core.model`, every struct is frozen and text has been redacted.
"""

from __future__ import annotations

from msgspec import Struct

from tacit.core.model import Label, Status


class StepDraft(Struct, frozen=True):
    """One tool call with its result as a reader saw it: redacted, cut to the limits, not yet understood.

    ``n`` counts from 1 within the episode in the order the calls were made. ``agent`` is the id of
    the sub-agent that made the call and ``parent`` the ``n`` of the step that started it. ``left``
    marks a step on a branch the person rewound away from. ``parameters`` is JSON text.
    """

    n: int
    call: str
    tool: str
    parameters: str
    observation: str
    status: Status
    at: int
    seconds: float | None = None
    agent: str | None = None
    parent: int | None = None
    left: bool = False
    cut: bool = False


class EpisodeDraft(Struct, frozen=True):
    """One task as a reader saw it: a typed prompt and every call until the next.

    ``native`` is the agent's id of the opening prompt. ``followups`` are prompts that only
    acknowledge or urge on; ``next_prompt`` is the typed prompt that opened the following episode.
    ``interrupted`` says that an interruption was the last thing in it, ``answered`` that a conversation
    went on after the last call and the person spoke in it. ``label`` is an explicit
    outcome that came with the data, if any, ``said`` why, and ``context`` and ``task_type`` what whoever
    opened the task said of it. Of the ``cut_steps`` that are not kept, ``middle`` holds what counting and
    judging needs, with their texts cut short.
    """

    native: str
    prompt: str
    started: int
    ended: int
    steps: tuple[StepDraft, ...]
    followups: tuple[str, ...] = ()
    next_prompt: str | None = None
    interrupted: bool = False
    tokens: int = 0
    cut_steps: int = 0
    label: Label | None = None
    middle: tuple[StepDraft, ...] = ()
    context: str = ""
    task_type: str = ""
    said: str = ""
    answered: bool = False


class SessionDraft(Struct, frozen=True):
    """The head of one transcript: all but its episodes."""

    agent: str
    native: str
    title: str
    directory: str
    started: int
    ended: int
    repository: str | None = None
    branch: str | None = None
    model: str | None = None
    version: str | None = None

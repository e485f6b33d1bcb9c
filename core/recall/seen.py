"""The very steps that were taken, so that an answer can be followed rather than believed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tacit.core.holding import read_steps
from tacit.core.ids import format_id
from tacit.core.learn.events import SUCCESS, Event
from tacit.core.model import Label, Step
from tacit.core.recall.homes import Homes
from tacit.core.tables import LABELS
from tacit.store.reading import Read

MOST_STEPS = 10
"""So many steps of one occurrence are told, from the error on."""


class Taken(Struct, frozen=True):
    """A step that was taken: its number, its actions and, of a file tool, the file."""

    n: int
    actions: tuple[str, ...]
    target: str | None


class Seen(Struct, frozen=True):
    """One time that something happened: ``steps`` are those of its run from ``first`` on.

    ``result`` is whether the error was left behind; ``error`` the exact signature that began it and
    ``family`` its class, both empty where the step is not stored.
    """

    episode: str
    session: str
    project: str
    at: int
    result: Label
    first: int
    last: int
    error: str
    family: str
    steps: tuple[Taken, ...]


def seen_of(read: Read, homes: Homes, events: Sequence[Event], most: int) -> tuple[Seen, ...]:
    """The most telling events: those that went well first, the newest first."""
    ordered = sorted(events, key=lambda one: (one[5] != SUCCESS, -one[2], one[0], one[3]))
    return tuple(_seen(read, homes, event) for event in ordered[:most])


def _seen(read: Read, homes: Homes, event: Event) -> Seen:
    key, session, at, first, last, result, _ = event
    episode = homes.episode(key)
    steps: list[Step] = []
    if episode is not None:
        steps = read_steps(read, episode, first, last - first + 1)
        steps = [step for step in steps if step.n <= last and step.agent == steps[0].agent and not step.left]
    error = steps[0].error if steps else None
    return Seen(
        episode=format_id("e", key),
        session=format_id("s", session),
        project=homes.project(key),
        at=at,
        result=LABELS[result],
        first=first,
        last=last,
        error="" if error is None else error.line,
        family="" if error is None else error.family,
        steps=tuple(
            Taken(step.n, tuple(action.label for action in step.actions), step.target)
            for step in steps[:MOST_STEPS]
        ),
    )

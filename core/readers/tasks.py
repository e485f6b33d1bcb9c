"""What a conversation keeps of one task until it is asked for as an episode."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.model import Label, Status


class Answer(Struct, frozen=True):
    """What a call gave back; ``seconds`` is how long it took where its agent says so."""

    text: Excerpt = Excerpt("")
    status: Status = "ok"
    seconds: float | None = None


class Said(Struct, frozen=True):
    """What a person said."""

    text: Excerpt
    native: str
    at: int


class Made(Struct):
    """A call; ``answer`` is asked for what it gave back when it is wanted.

    ``told`` and ``answered`` are the times of both as the file has them, 0 where it has none. ``left``: the
    person went back behind it.
    """

    key: str
    tool: str
    parameters: Raw
    at: int
    told: int
    agent: str | None
    parent: str | None
    answer: Callable[[], Answer] | None = None
    answered: int = 0
    left: bool = False


class Task(Struct):
    """What belongs to one prompt; ``asked`` is ``None`` of what was done before any."""

    asked: Said | None
    followups: list[Said] = []
    calls: list[Made] = []
    interrupted: bool = False
    tokens: int = 0
    latest: int = 0
    label: Label | None = None
    left: bool = False


def in_order(calls: list[Made]) -> list[Made]:
    """The calls of the agent itself, then those of its sub-agents by the call that started them."""
    own = [made for made in calls if made.agent is None]
    places = {made.key: place for place, made in enumerate(own)}
    others = [made for made in calls if made.agent is not None]
    others.sort(key=lambda made: places.get(made.parent or "", len(own)))
    return own + others

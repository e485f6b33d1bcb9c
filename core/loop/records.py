"""What passes between the memory and an agent at work, and between memories, as it lies in the store."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from tacit.core.model import Kind, Label, Verdict

Door = Literal["mcp", "http", "hook", "library", "person"]
"""Through which an agent or a person came."""

DOORS: tuple[Door, ...] = get_args(Door)

Feedback = Literal["helped", "hindered", "no-effect"]
"""What somebody said of a pattern that was given."""

FEEDBACK: tuple[Feedback, ...] = get_args(Feedback)

OWN = "feedback"
"""What :attr:`Offer.how` is of a pattern of which somebody spoke though nobody had given it."""


class Offer(Struct, frozen=True, omit_defaults=True):
    """A pattern was given to an agent, or a person said of one how it served.

    ``at`` is when, in milliseconds, ``how`` the tool or hook that gave it: ``search_patterns``, ``prompt``.
    ``session`` and ``episode`` are public ids, empty where nobody knows; the session may not be stored
    yet. ``project`` is the name of where the agent worked, empty where nobody knows. ``said`` is when
    ``feedback`` was given, 0 without one; ``person`` is whether a person gave it.
    """

    pattern: str
    at: int
    door: Door
    how: str
    agent: str = ""
    project: str = ""
    session: str = ""
    episode: str = ""
    feedback: Feedback | None = None
    said: int = 0
    person: bool = False

    @property
    def given(self) -> bool:
        """Whether the pattern was given; else somebody only spoke of it."""
        return self.how != OWN


class ToldOutcome(Struct, frozen=True, array_like=True):
    """An agent said how the task ended that its session was at, at a time: an explicit label.

    ``live`` is the id of the episode it was told of while that was recorded live, empty without one. With
    ``label`` ``None`` nobody said anything: there only was such an episode, which a transcript tells now.
    """

    session: str
    at: int
    label: Label | None
    note: str = ""
    live: str = ""


class Contact(Struct, frozen=True, array_like=True):
    """When an agent last came through a door, in milliseconds, and what it said it is."""

    at: int
    what: str = ""


class Shared(Struct, frozen=True, omit_defaults=True):
    """A pattern as somebody else's memory told it, without any of its evidence.

    ``source`` is how whoever shared it calls it, ``shared_at`` when they did, ``taken_at`` when it came here.
    The numbers are what was counted there. They count in no rate here.
    """

    id: str
    kind: Kind
    key: tuple[str, ...]
    source: str
    shared_at: int
    taken_at: int
    uses: int
    judged: int
    successes: int
    failures: int
    partial: int
    episodes: int
    sessions: int
    projects: int
    first_used: int
    last_used: int
    verdict: Verdict | None = None

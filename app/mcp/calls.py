"""One call of a tool while it is being answered, and what it is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from tacit.app.mcp.held import Held
    from tacit.memory import Memory

A = TypeVar("A")
Json = dict[str, Any]


class Answer(Struct, frozen=True):
    """What a tool gives back, and the ids of the patterns that are given with it."""

    value: Json
    given: tuple[str, ...] = ()


class Call(Generic[A]):
    """What is asked, of which memory, by whom."""

    def __init__(self, held: Held, asked: A, agent: str, session: str = "") -> None:
        self.held = held
        self.asked = asked
        self.agent = agent
        self.session = session

    def memory(self, *, create: bool = False) -> Memory:
        """The open memory; with ``create`` it is made where there is none.

        Raises:
            StoreError: it cannot be opened.
        """
        return self.held.memory(create=create)

    @property
    def episode(self) -> str:
        """The episode that the agent is recording in this session through this server; empty for none."""
        return self.held.episode_of(self.agent, self.session)

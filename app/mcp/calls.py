"""One call of a tool while it is being answered, and what it is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from tacit.core.jsonform import Json

if TYPE_CHECKING:
    from tacit.app.mcp.open_memory import Held
    from tacit.memory import Memory

A = TypeVar("A")
_PROJECTS = 8


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

    def project(self, memory: Memory) -> str | None:
        """What counts as here: the project that is named, else the one that the client works in.

        ``None`` where the memory does not know where that is.
        """
        if named := getattr(self.asked, "project", ""):
            return str(named)
        here = memory.project_at(self.held.directory) if self.held.directory else ""
        return f"={here}" if here else None

    def note(self, memory: Memory, *notes: str) -> str:
        """What is to be said beside an answer: before all that nothing is known of the project."""
        return " ".join(filter(None, (self._unknown(memory), *notes)))

    def _unknown(self, memory: Memory) -> str:
        named = getattr(self.asked, "project", "")
        if not named or memory.project_names(named):
            return ""
        from tacit.app.mcp.bounds import shown

        near = memory.project_at(named)
        known = [near] if near else memory.project_names()[:_PROJECTS]
        word = "It may be" if near else "There are"
        more = f" {word} {', '.join(shown(one, 100) for one in known)}." if known else ""
        return f"There is no project “{shown(named, 100)}”.{more}"

    @property
    def episode(self) -> str:
        """The episode that the agent is recording in this session through this server; empty for none."""
        return self.held.episode_of(self.agent, self.session)

"""Answers calls: checks what is asked, works in a thread, bounds what is given and notes what was offered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.shared.exceptions import MCPError

from tacit.app.mcp.arguments import Refused, checked
from tacit.app.mcp.bounds import bounded, shown
from tacit.app.mcp.calls import Answer, Call
from tacit.app.mcp.limits import CALLS_AT_ONCE, CALLS_WAITING, ERROR_CHARACTERS
from tacit.app.mcp.refusals import refused
from tacit.app.mcp.schemas.outputs import NOTICE
from tacit.app.mcp.tools.table import Tool
from tacit.core.clock import system_clock
from tacit.core.jsonform import Json

if TYPE_CHECKING:
    from tacit.app.mcp.open_memory import Held
    from tacit.memory import Memory

_CONTACT = 60.0
"""Seconds between two notes that an agent came."""

NOTHING = "Nothing is known yet: there is no memory. A person makes one with `memory import`."


class Answering:
    """Answers the calls of one server."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._limiter = anyio.CapacityLimiter(CALLS_AT_ONCE)
        self._came: dict[str, float] = {}

    async def call(self, tool: Tool, arguments: Json | None, agent: str, version: str) -> Json:
        """The result of a tool; an error that the caller can act on is a result too."""
        return await self._worked(tool.name, lambda: self._tool(tool, arguments, agent, version), _error)

    async def plain(self, what: str, ask: Callable[..., Json], *arguments: Any) -> Json:
        """The answer of a resource or a prompt.

        Raises:
            MCPError: there is none.
        """
        return await self._worked(what, lambda: self._plain(what, ask, arguments), _raise)

    async def _worked(self, what: str, work: Callable[[], Json], full: Callable[[str], Json]) -> Json:
        """What ``work`` gives, done in a thread that is left behind when the call is cancelled."""
        slot = _Slot(self._held)
        if not slot.taken:
            refused(what, "TooMany")
            return full(f"More than {CALLS_WAITING} calls at once (limit CALLS_WAITING). Wait for an answer.")
        began = False

        def run() -> Json:
            nonlocal began
            began = True
            try:
                return work()
            finally:
                slot.free()

        try:
            return await anyio.to_thread.run_sync(run, abandon_on_cancel=True, limiter=self._limiter)
        finally:
            if not began:
                slot.free()

    def _tool(self, tool: Tool, arguments: Json | None, agent: str, version: str) -> Json:
        try:
            result = self._answer(tool, arguments, agent)
        except Exception as error:
            result = _error(_words(error, tool.name))
        self._held.counted.call(tool.name, failed=bool(result.get("isError")))
        self._note_contact(agent, version)
        return result

    def _answer(self, tool: Tool, arguments: Json | None, agent: str) -> Json:
        asked = checked(tool, arguments)
        call = Call(self._held, asked, agent, getattr(asked, "session", ""))
        try:
            answer = tool.function()(call)
        except Exception as error:
            if tool.empty is None or not _missing(error):
                raise
            answer = Answer({"note": NOTHING, **tool.empty})
        offer(tool.name, call, answer.given)
        return _result(told(answer.value, quotes=tool.quotes))

    def _plain(self, what: str, ask: Callable[..., Json], arguments: tuple[Any, ...]) -> Json:
        try:
            return ask(self._held, *arguments)
        except MCPError:
            refused(what, "NotFound")
            raise
        except Exception as error:
            if what == "resources" and _missing(error):
                return {"resources": []}
            raise MCPError(types.INTERNAL_ERROR, _words(error, what)) from None

    def _note_contact(self, agent: str, version: str) -> None:
        now = time.monotonic()
        if self._held.opened() is not None and now - self._came.get(agent, -_CONTACT) >= _CONTACT:
            self._came[agent] = now
            door = self._held.door
            self._held.aside.add("contact", lambda memory: memory.contact(agent, door, version))


def told(value: Json, *, quotes: bool) -> Json:
    """An answer as it leaves: bounded and, where it quotes, named as data."""
    return bounded({**value, "data_notice": NOTICE} if quotes else value)


def offer(how: str, call: Call[Any], given: tuple[str, ...]) -> None:
    """Let it be recorded that patterns were given, without waiting for that."""
    if not given:
        return
    who: dict[str, Any] = {
        "door": call.held.door,
        "how": how,
        "agent": call.agent,
        "session": call.session,
        "episode": call.episode,
        "at": system_clock(),  # what the agent does from now on comes after it, however late this is written
    }

    def note(memory: Memory) -> None:
        project = (call.project(memory) or "").removeprefix("=")
        memory.offer(given, project=memory.project_named(project) if project else "", **who)

    call.held.aside.add("offer", note)


class _Slot:
    """A place among the calls that are worked on or wait; it is freed once."""

    def __init__(self, held: Held) -> None:
        self._counted = held.counted
        self._lock = threading.Lock()
        self.taken = self._counted.enter(CALLS_WAITING)

    def free(self) -> None:
        """Let another call have it."""
        with self._lock:
            taken, self.taken = self.taken, False
        if taken:
            self._counted.leave()


def _result(value: Json) -> Json:
    """An answer as the protocol has it: structured, and the same as text."""
    from tacit.core.jsonform import encode

    text = encode(value).decode()
    return {"content": [{"type": "text", "text": text}], "structuredContent": value, "isError": False}


def _error(text: str) -> Json:
    return {"content": [{"type": "text", "text": shown(text, ERROR_CHARACTERS)}], "isError": True}


def _raise(text: str) -> Json:
    raise MCPError(types.INVALID_REQUEST, text)


def _missing(error: Exception) -> bool:
    from tacit.core.errors import StoreMissing

    return isinstance(error, StoreMissing)


def _words(error: Exception, tool: str) -> str:
    """What a caller is told of an error; the log gets its kind."""
    from tacit.core.errors import NotFound, TacitError
    from tacit.core.view import LISTS

    if isinstance(error, Refused):
        refused(tool, "Usage")
        return str(error)
    if isinstance(error, TacitError):
        refused(tool, type(error).__name__)
        near = error.nearest if isinstance(error, NotFound) else ()
        more = f"Nearest: {', '.join(near)}." if near and near[0] not in error.hint else ""
        return " ".join(filter(None, (error.message, error.hint.replace(LISTS, "query_memory lists"), more)))
    from tacit.app.commands.logfile import note_error

    note_error(error, ["mcp"])
    kind = type(error).__name__
    return f"Something unforeseen went wrong ({kind}). This is a fault of Tacit; its log has more."

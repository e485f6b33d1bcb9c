"""The items of a Codex transcript told to a conversation: prompts, calls, and what calls gave back."""

from __future__ import annotations

import re
from functools import partial

from msgspec import Raw, Struct

from tacit.core.readers.base import ReadTally
from tacit.core.readers.codex import calls
from tacit.core.readers.codex.prompts import Place, Prompts
from tacit.core.readers.codex.records import ITEMS_SAYING_NOTHING, UUID, Item, read, turns
from tacit.core.readers.codex.results import Result, session_of
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.loose import text_of as text

_CALLS = frozenset(
    (
        "function_call",
        "custom_tool_call",
        "local_shell_call",
        "web_search_call",
        "tool_search_call",
        "image_generation_call",
    )
)
_OUTPUTS = frozenset(
    (
        "function_call_output",
        "custom_tool_call_output",
        "local_shell_call_output",
        "tool_search_output",
        "mcp_tool_call_output",
    )
)
_AT_ONCE = ("web_search_call", "image_generation_call")
"""Calls that the model's own service answers: what comes back is not written down."""

_STARTED = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|/root(?:/[\w-]+)+")
_STARTERS = ("spawn_agent",)
_ANSWERED = 4_096


class Known(Struct):
    """What all files of a session know together: its calls, and which of them started which sub-agent."""

    results: dict[str, Result] = {}
    steps: dict[str, int] = {}
    starters: dict[str, str] = {}


class Items:
    """Tells the items of one file; the files of sub-agents tell calls alone.

    Args:
        known: what the session's other files told; nothing for the session's own file.
    """

    def __init__(self, conversation: Conversation, tally: ReadTally, known: Known | None = None) -> None:
        self._conversation = conversation
        self._tally = tally
        self._is_main = known is None
        self.known = known or Known()
        self._mine: set[str] = set()
        self._starters: set[str] = set()
        self._running: dict[int, str] = {}
        self._polls: dict[str, str] = {}
        self._prompts = Prompts(conversation)
        self._agent: str | None = None
        self._parent: str | None = None
        self._snapshots: list[int] = []
        self._turn = ""
        self._folder = ""
        self._enveloped = False
        self.directory = ""

    def _item(self, item: Item, at: int) -> None:
        if item.type == "message":
            self._message(item, at)
        elif item.type in _CALLS:
            self._call(item, at)
        elif item.type in _OUTPUTS:
            self._output(item, at)
        elif item.type == "ghost_snapshot":
            self._snapshots.append(self._conversation.prompts)
        elif item.type not in ITEMS_SAYING_NOTHING:
            self._tally.drifted("unknown item", item.type)

    def _message(self, item: Item, at: int) -> None:
        role = text(item.role)
        if role == "user":
            turn = read(item.internal_chat_message_metadata_passthrough, turns) or read(item.metadata, turns)
            self._prompt(item.content, "item", text(turn.turn_id) if turn else "", at)
        elif role == "assistant":
            self._went_on(at)
        elif not role:
            self._tally.drifted("missing field", "message.role")

    def _prompt(self, content: Raw, place: Place, turn: str, at: int) -> None:
        if not self._is_main:
            return
        self._prompts.said(content, place, self._own(turn), at, enveloped=self._enveloped)
        self.directory = self.directory or self._prompts.folder
        self._folder = self._folder or self.directory

    def _rewound(self, prompts: int) -> None:
        """The person went back: Codex drops so many of the latest prompts with all that followed them."""
        if self._is_main:
            self._conversation.rewound(prompts)
            stand = self._conversation.prompts
            self._snapshots = [one for one in self._snapshots if one <= stand]

    def _undone(self) -> None:
        """The files are as the latest snapshot has them, with which a turn begins; what was said stands."""
        if self._is_main and self._snapshots:
            self._conversation.undone(self._conversation.prompts - self._snapshots.pop() + 1)

    def _own(self, turn: str = "") -> str:
        """The id of a turn, if no other session has it: older ones count from 1."""
        turn = turn or self._turn
        return turn if UUID.fullmatch(turn) else ""

    def _went_on(self, at: int) -> None:
        if self._is_main:
            self._conversation.said(at=at)

    def _call(self, item: Item, at: int) -> None:
        made = calls.steps_of(item, self._folder)
        if not made:
            self._tally.drifted("missing field", f"{item.type}.name")
            return
        key = text(item.call_id) or text(item.id) or f"call-{len(self.known.results) + 1}"
        session = calls.polled(item)
        self._made(key, made, at, polls=session is not None)
        if session is not None:
            self._polls[key] = self._running.get(session, "")
        if item.type in _AT_ONCE and key in self._mine:
            self.known.results[key].end(good=text(item.status) != "failed")
            self._answered(key, at)

    def _made(self, key: str, made: list[calls.Made], at: int, *, polls: bool = False) -> None:
        """Tell the steps of a call, unless they were told."""
        if key in self.known.results:
            return
        self._mine.add(key)
        paths = tuple(one.path for one in made)
        self.known.results[key] = Result(at, paths if len(paths) > 1 else (), polls=polls)
        self.known.steps[key] = len(made)
        for place, one in enumerate(made):
            if one.tool.rpartition(".")[2] in _STARTERS:
                self._starters.add(key)
            self._conversation.call(
                _step(key, place), one.tool, one.parameters, at=at, agent=self._agent, parent=self._parent
            )

    def _answered(self, key: str, at: int) -> None:
        result = self.known.results[key]
        for place in range(self.known.steps[key]):
            self._conversation.answer(_step(key, place), partial(result.answer, place), at=at)

    def _output(self, item: Item, at: int) -> None:
        key = text(item.call_id) or text(item.id)
        if key not in self.known.results:
            self._tally.skip("result without its call")
        if key not in self._mine:
            return
        self.known.results[key].add(item.output)
        self._answered(key, at)
        began = self.known.results.get(self._polls.get(key, ""))
        running = session_of(item.output)
        if began is not None:
            began.goes_on(item.output, at)
        elif running is not None:
            self._running[running] = key
        self._starts(key, item.output)

    def _starts(self, key: str, output: Raw) -> None:
        """Learn which sub-agent a call started from what it gave back."""
        if key in self._starters:
            for started in _STARTED.findall(bytes(memoryview(output)[:_ANSWERED])):
                self.known.starters.setdefault(started.decode(), key)


def _step(key: str, place: int) -> str:
    """The key of a step of a call; of a patch of many files each has its own."""
    return f"{key}#{place + 1}" if place else key

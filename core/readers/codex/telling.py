"""The lines of a Codex transcript told to a conversation: heads, items and events, as the file has them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Raw

from tacit.core.readers.base import ReadTally
from tacit.core.readers.codex import calls
from tacit.core.readers.codex.items import Items, Known
from tacit.core.readers.codex.records import (
    COMPLETED_SAYING_NOTHING,
    EVENTS_SAYING_NOTHING,
    RECORDS_SAYING_NOTHING,
    Event,
    Line,
    Meta,
    TokenInfo,
    Turn,
    events,
    fresh_tokens,
    ids,
    integer,
    items,
    metas,
    objects,
    read,
    token_infos,
    turns,
)
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.loose import text_of as text
from tacit.core.readers.times import moment

_NOT_CALLED = ("user_shell", "userShell", "unified_exec_interaction", "unifiedExecInteraction")
"""Where commands come from that are no calls of their own: the person, or a call that only looks at one."""


class Telling(Items):
    """Tells what stands in one file."""

    def __init__(self, conversation: Conversation, tally: ReadTally, known: Known | None = None) -> None:
        super().__init__(conversation, tally, known)
        self._spent = 0
        self._began = 0
        self.meta: Meta | None = None
        self.model = ""
        self.title = ""

    def of_agent(self) -> Telling:
        """Who tells the file of a sub-agent of this session."""
        return Telling(self._conversation, self._tally, self.known)

    def take(self, line: Line) -> None:
        """Look at one line; one without a time happened when the session began."""
        at = moment(text(line.timestamp)) or self._began
        if line.payload:
            self._enveloped = True
            self._record(line, at)
        elif line.type:
            self._item(line, at)
        elif line.id and self.meta is None:
            self._head(Meta(line.id, line.timestamp, line.cwd, git=line.git))
        elif not line.record_type:
            self._tally.drifted("unknown record type")

    def _record(self, line: Line, at: int) -> None:
        if line.type == "response_item":
            item = read(line.payload, items)
            self._tally.skip("unexpected fields") if item is None else self._item(item, at)
        elif line.type == "event_msg":
            event = read(line.payload, events)
            self._tally.skip("unexpected fields") if event is None else self._event(event, at)
        elif line.type == "session_meta":
            meta = read(line.payload, metas)
            self._tally.skip("unexpected fields") if meta is None else self._head(meta)
        elif line.type == "turn_context":
            self._context(read(line.payload, turns) or Turn())
        elif line.type not in RECORDS_SAYING_NOTHING:
            self._tally.drifted("unknown record type", line.type)

    def _head(self, meta: Meta) -> None:
        """The first says whose file it is; those behind it of what it was forked from."""
        if not text(meta.id):
            self._tally.drifted("missing field", "session_meta.id")
        self._prompts.session = text(meta.id) or self._prompts.session
        if self.meta is not None:
            return
        self.meta = meta
        self.directory = self._folder = text(meta.cwd)
        self._began = moment(text(meta.timestamp))
        if not self._is_main:
            self._agent = text(meta.id) or "unknown"
            starters = self.known.starters
            self._parent = starters.get(self._agent) or starters.get(text(meta.agent_path))

    def _context(self, turn: Turn) -> None:
        self._folder = text(turn.cwd) or self._folder
        self.directory = self.directory or self._folder
        self.model = self.model or text(turn.model)
        self._turn = text(turn.turn_id) or self._turn

    def _event(self, event: Event, at: int) -> None:
        if event.type == "user_message":
            self._prompt(event.message, "event", "", at)
        elif event.type == "agent_message":
            self._went_on(at)
        elif event.type in {"task_started", "turn_started"}:
            self._turn = text(event.turn_id)
        elif event.type in {"task_complete", "turn_complete"}:
            self._turn = ""
        elif event.type == "item_completed":
            item = read(event.item, events)
            self._tally.skip("unexpected fields") if item is None else self._completed(item, event, at)
        elif event.type == "thread_name_updated":
            self.title = text(event.thread_name) or self.title
        elif event.type == "collab_agent_spawn_end":
            self._started([text(event.new_thread_id)], text(event.call_id))
        elif event.type == "sub_agent_activity":
            self._started([text(event.agent_thread_id)], text(event.event_id))
        elif event.type == "dynamic_tool_call_response":
            self._ended(event, at, lambda _: [], good=bytes(event.success) != b"false")
        elif self._ends(event, at) or self._of_person(event, at):
            pass
        elif event.type not in EVENTS_SAYING_NOTHING:
            self._tally.drifted("unknown event", event.type)

    def _of_person(self, event: Event, at: int) -> bool:
        """What only the session's own file tells of, if the event is such a thing."""
        if event.type == "token_count":
            self._count(read(event.info, token_infos))
        elif event.type == "turn_aborted":
            self._turn = ""
            if self._is_main and text(event.reason) in {"interrupted", ""}:
                self._conversation.interruption(at=at)
        elif event.type == "thread_rolled_back":
            self._rewound(integer(event.num_turns) or 0)
        elif event.type == "undo_completed":
            if bytes(event.success) == b"true":
                self._undone()
        elif event.type == "entered_review_mode":
            if self._is_main:
                self._prompts.review(event.user_facing_hint, self._own(), at)
        else:
            return False
        return True

    def _completed(self, item: Event, event: Event, at: int) -> None:
        if item.type == "UserMessage":
            self._prompt(item.content, "completed", text(event.turn_id), at)
        elif item.type == "CollabAgentToolCall":
            self._started(read(item.receiver_thread_ids or item.receiverThreadIds, ids) or [], text(item.id))
        elif not self._ends(item, at) and item.type not in COMPLETED_SAYING_NOTHING:
            self._tally.drifted("unknown item", item.type)

    def _ends(self, event: Event, at: int) -> bool:
        """Whether this says how a call ended: an event, or an item that is complete."""
        if event.type in {"exec_command_end", "CommandExecution"}:
            if text(event.source) not in _NOT_CALLED:
                code = integer(event.exit_code or event.exitCode)
                output = event.aggregated_output or event.aggregatedOutput
                self._ended(event, at, calls.nested_command, code=code, output=output)
        elif event.type in {"patch_apply_end", "FileChange"}:
            good = bytes(event.success) == b"true" if event.success else text(event.status) == "completed"
            self._ended(
                event, at, calls.nested_patch, good=good, output=event.stderr if not good else event.stdout
            )
        elif event.type in {"mcp_tool_call_end", "McpToolCall"}:
            self._server_ended(event, at)
        else:
            return False
        return True

    def _server_ended(self, event: Event, at: int) -> None:
        """A call of another server's tool ended: with ``Ok`` or ``Err`` around, or without."""
        fields = read(event.result, objects) or {}
        output = fields.get("Err") or fields.get("Ok") or event.result or event.error
        inside = read(output, objects) or {}
        good = "Err" not in fields and bytes(inside.get("isError", Raw())) != b"true"
        good = good and text(event.status) != "failed"
        self._ended(event, at, calls.nested_call, good=good, output=output)

    def _ended(
        self,
        event: Event,
        at: int,
        nested: Callable[[Event], list[calls.Made]],
        *,
        code: int | None = None,
        good: bool | None = None,
        output: Raw | None = None,
    ) -> None:
        """Join what an event says to its call, or tell the call where the event alone knows of it."""
        key = text(event.call_id) or text(event.id)
        if key and key not in self.known.results:
            made = nested(event)
            if made:
                self._made(key, made, at)
        if key not in self._mine:
            return
        result = self.known.results[key]
        result.end(code, good=good, duration=event.duration)
        result.other(output or Raw())
        self._answered(key, at)

    def _started(self, agents: list[str], call: str) -> None:
        """Learn which call started sub-agents."""
        if call in self.known.results:
            for agent in agents:
                self.known.starters.setdefault(agent, call)

    def _count(self, info: TokenInfo | None) -> None:
        """The same count may be told more than once: what was spent since is the difference."""
        if info is None or not self._is_main:
            return
        total, last = fresh_tokens(info.total_token_usage), fresh_tokens(info.last_token_usage)
        if total is None or total < self._spent:
            self._conversation.spent(last or 0)
        else:
            self._conversation.spent(total - self._spent)
        self._spent = self._spent if total is None else total

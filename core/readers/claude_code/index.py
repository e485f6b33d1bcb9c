"""The first pass over a transcript: a compact row for every record, and where each call and result lies.

Nothing of a record's text is kept. Ids become 64-bit numbers, rows are arrays: 100 MB of transcript
take a few megabytes here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from enum import IntEnum
from functools import cached_property

from msgspec import Raw

from tacit.core.readers import prompts
from tacit.core.readers.claude_code.records import Block, Line, Message, blocks_of, progress_of, tool_result
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.times import moment, placed

NONE = -1
_AGENT_TOOLS = ("Task", "Agent")
PICTURE = "[image]"


class Kind(IntEnum):
    """What a row is to the tree of the conversation."""

    OTHER = 0
    PROMPT = 1
    """A typed prompt that opens an episode."""
    FOLLOWUP = 2
    """A typed prompt that only urges on."""
    ASSISTANT = 3
    RESULT = 4
    INTERRUPTION = 5
    AGENT = 6
    """A record of a sub-agent: not of this conversation."""
    COMMAND = 7
    """A slash command."""


SPOKEN = frozenset({Kind.PROMPT, Kind.FOLLOWUP, Kind.COMMAND, Kind.ASSISTANT, Kind.RESULT})
"""Rows that make up the conversation; all others are looked through."""


class Rows:
    """One row a record, column by column."""

    def __init__(self) -> None:
        self.file = array("H")
        self.offset = array("q")
        self.length = array("q")
        self.kind = array("b")
        self.uuid = array("q")
        self.parent = array("q")
        self.node = array("q")
        self.at = array("q")

    def __len__(self) -> int:
        return len(self.kind)

    def add(self, file: int, offset: int, length: int, line: Line) -> int:
        """A row for a record; its kind and node are set by who looks closer."""
        self.file.append(file)
        self.offset.append(offset)
        self.length.append(length)
        self.kind.append(Kind.OTHER)
        self.uuid.append(number(line.uuid))
        self.parent.append(number(line.parent))
        self.node.append(0)
        self.at.append(moment(line.timestamp))
        return len(self.kind) - 1


class Calls:
    """One entry a tool call: the row and block it stands in, those of its result, and who made it."""

    def __init__(self) -> None:
        self.row = array("q")
        self.block = array("i")
        self.result_row = array("q")
        self.result_block = array("i")
        self.agent = array("i")
        self.by_id: dict[int, int] = {}
        self.starters: set[int] = set()

    def __len__(self) -> int:
        return len(self.row)

    def add(self, row: int, block: int, agent: int, found: Block) -> None:
        """A call, unless this call was seen before: resumed sessions copy them."""
        key = number(found.id) or hash((row, block))
        if key in self.by_id:
            return
        call = len(self.row)
        self.by_id[key] = call
        self.row.append(row)
        self.block.append(block)
        self.result_row.append(NONE)
        self.result_block.append(0)
        self.agent.append(agent)
        if found.name in _AGENT_TOOLS:
            self.starters.add(call)

    def end(self, row: int, block: int, found: Block) -> int:
        """The call that this result ends, or ``NONE``; the first result of a call stands."""
        call = self.by_id.get(number(found.tool_use_id), NONE)
        if call != NONE and self.result_row[call] == NONE:
            self.result_row[call] = row
            self.result_block[call] = block
        return call


class Agents:
    """The sub-agents of a session and the calls that started them."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.parents: dict[int, int] = {}
        self._numbers: dict[str, int] = {}

    def number(self, agent: str) -> int:
        """The sub-agent's number, from 0."""
        if agent not in self._numbers:
            self._numbers[agent] = len(self.ids)
            self.ids.append(agent)
        return self._numbers[agent]

    def started(self, agent: str, call: int) -> None:
        """Note that ``call`` started the sub-agent; the first word stands."""
        if call != NONE:
            self.parents.setdefault(self.number(agent), call)


class Index:
    """Rows, calls and sub-agents of one session, from all of its files."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.calls = Calls()
        self.agents = Agents()
        self.row_of: dict[int, int] = {}
        self.tokens: dict[int, int] = {}
        self._last_starter = NONE

    @cached_property
    def times(self) -> array[int]:
        """When each row happened, also those that do not say so; ask when all rows are in."""
        return placed(self.rows.at)

    def add(self, file: int, offset: int, length: int, line: Line) -> int:
        """Take one record in; the row it got, or ``NONE`` for a copy of an earlier one."""
        uuid = number(line.uuid)
        if uuid and uuid in self.row_of:
            return NONE
        row = self.rows.add(file, offset, length, line)
        if uuid:
            self.row_of[uuid] = row
        if file or line.sidechain:
            self._sidechain(row, line)
        elif line.type == "assistant" and line.message is not None:
            self._assistant(row, line.message)
        elif line.type == "user" and line.message is not None:
            self._user(row, line, line.message)
        elif line.type == "progress":
            self._progress(row, line)
        return row

    def _assistant(self, row: int, message: Message) -> None:
        self.rows.kind[row] = Kind.ASSISTANT
        node = number(message.id) or number_of_row(row)
        self.rows.node[row] = node
        if message.usage is not None:
            self.tokens[node] = max(self.tokens.get(node, 0), message.usage.fresh)
        self._calls(row, message, NONE)
        if self.calls.starters and len(self.calls) - 1 in self.calls.starters:
            self._last_starter = len(self.calls) - 1

    def _user(self, row: int, line: Line, message: Message) -> None:
        call = self._results(row, message)
        if call is not None:
            self.rows.kind[row] = Kind.RESULT
            owner = self.rows.node[self.calls.row[call]] if call != NONE else 0
            self.rows.node[row] = owner or number_of_row(row)
            return
        self.rows.kind[row] = kind_of_prompt(line, message)
        if self.rows.kind[row] in SPOKEN:
            self.rows.node[row] = number_of_row(row)

    def _progress(self, row: int, line: Line) -> None:
        progress = progress_of(line.data)
        if progress is None or progress.message is None or progress.message.message is None:
            return
        agent = progress.agentId or "unknown"
        self.agents.started(agent, self.calls.by_id.get(number(line.parentToolUseID), NONE))
        self._calls(row, progress.message.message, self.agents.number(agent))
        self._results(row, progress.message.message)

    def _sidechain(self, row: int, line: Line) -> None:
        """A sub-agent's own record, in its own file or, as old versions did, in the main one."""
        self.rows.kind[row] = Kind.AGENT
        if line.message is None:
            return
        agent = line.agentId or self._nameless(line)
        self.rows.node[row] = self.agents.number(agent) + 1
        self._calls(row, line.message, self.agents.number(agent))
        self._results(row, line.message)

    def _nameless(self, line: Line) -> str:
        """A name for a sub-agent without an id: that of the record its run began with."""
        above = self.row_of.get(number(line.parent), NONE)
        if above != NONE and self.rows.kind[above] == Kind.AGENT and self.rows.node[above]:
            return self.agents.ids[self.rows.node[above] - 1]
        name = (line.uuid or "unknown")[:8]
        self.agents.started(name, self._last_starter)
        return name

    def _calls(self, row: int, message: Message, agent: int) -> None:
        for number_, block in enumerate(blocks_of(message.content)):
            if block.type == "tool_use":
                self.calls.add(row, number_, agent, block)

    def _results(self, row: int, message: Message) -> int | None:
        """The call whose result stands here, ``NONE`` for an unknown one, nothing without any result."""
        ended = None
        for number_, block in enumerate(blocks_of(message.content)):
            if block.type == "tool_result":
                call = self.calls.end(row, number_, block)
                ended = call if ended is None else ended
        return ended

    def starter_results(self) -> Iterator[tuple[int, int]]:
        """Calls that start sub-agents and the rows of their results, which name the sub-agent."""
        for call in sorted(self.calls.starters):
            if self.calls.result_row[call] != NONE:
                yield call, self.calls.result_row[call]

    def name_starter(self, call: int, raw: Raw) -> None:
        """Learn from a starter's ``toolUseResult`` which sub-agent it started."""
        agent = tool_result(raw).agentId
        if agent:
            self.agents.started(agent, call)


def kind_of_prompt(line: Line, message: Message) -> Kind:
    """What a user's record without any result is."""
    text = prompt_text(message)
    if prompts.is_interruption(text):
        return Kind.INTERRUPTION
    if line.isMeta or line.isCompactSummary or b"task-notification" in bytes(line.origin):
        return Kind.OTHER
    command = prompts.slash_command(text)
    if command is not None:
        return Kind.COMMAND if command else Kind.OTHER
    if prompts.is_injected(text):
        return Kind.OTHER
    return Kind.FOLLOWUP if prompts.only_urges(text) else Kind.PROMPT


def prompt_text(message: Message) -> str:
    """The typed words of a prompt as far as they are needed to tell its kind."""
    raw = memoryview(message.content)
    if raw and raw[0] == ord('"'):
        return prompts.typed_part(read_string(raw).head)
    parts = [_block_text(block) for block in blocks_of(message.content)]
    return "\n".join(part for part in parts if part)


def _block_text(block: Block) -> str:
    if block.type == "image":
        return PICTURE
    raw = memoryview(block.text)
    return prompts.typed_part(read_string(raw).head) if raw and raw[0] == ord('"') else ""


def number(text: str | None) -> int:
    """A 64-bit number for an id, 0 for none. Equal ids have equal numbers within one process."""
    return hash(text) if text else 0


def number_of_row(row: int) -> int:
    """The node of a record that shares its node with no other."""
    return hash(("row", row))

"""The second pass: the calls of one episode, decoded, paired with their results, redacted and cut."""

from __future__ import annotations

import re
from hashlib import blake2b

import msgspec
from msgspec import Raw

from tacit.core import limits
from tacit.core.drafts import StepDraft
from tacit.core.jsonform import without_hash
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.base import ReadTally
from tacit.core.readers.claude_code.index import NONE, PICTURE, Index
from tacit.core.readers.claude_code.records import (
    Block,
    CallLine,
    ToolResult,
    blocks_of,
    call_lines,
    progress_of,
    tool_result,
)
from tacit.core.readers.jsontext import read_string, without_lone_surrogates
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.parameters import clip_parameters
from tacit.core.readers.times import believed
from tacit.core.redaction import Redactor

_REJECTED = (
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action right now",
    "User rejected",
    "Claude requested permissions",
)
_CANCELLED = ("Sibling tool call errored", "Cancelled: parallel tool call")
_INTERRUPTED = "[Request interrupted"
_WRAPPED = "<tool_use_error>"
_PLAIN = re.compile(
    r"toolu_[0-9A-Za-z]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z]{1,12}|a[0-9a-f]{7}"
)
"""Names and ids as they usually are, which no secret looks like."""


class StepReader:
    """Reads calls of one session; holds one decoded line of calls and one of results at a time."""

    def __init__(self, files: list[MappedFile], index: Index, redact: Redactor, tally: ReadTally) -> None:
        self._files = files
        self._index = index
        self._redact = redact
        self._tally = tally
        self._lines: dict[bool, tuple[int, CallLine, list[Block]]] = {}
        self._limit = limits.PARAMETER_BYTES

    def line(self, row: int, result: bool = False) -> tuple[CallLine, list[Block]]:
        """A row's record and the blocks of its message."""
        kept = self._lines.get(result)
        if kept is not None and kept[0] == row:
            return kept[1], kept[2]
        line = _decode(self._raw(row))
        message = line.message
        if message is None:
            progress = progress_of(line.data)
            message = progress.message.message if progress and progress.message else None
        blocks = blocks_of(message.content) if message else []
        self._lines[result] = (row, line, blocks)
        return line, blocks

    def identity(self, row: int) -> str:
        """The uuid of a record, or a hash of it where it has none."""
        named = self.line(row)[0].uuid
        return (
            self._named(named) if named else f"record-{blake2b(self._raw(row), digest_size=16).hexdigest()}"
        )

    def _named(self, text: str) -> str:
        """A name or an id without secrets, and without their hashes: it may become part of keys."""
        return text if _PLAIN.fullmatch(text) else without_hash(self._redact.silent()(text))

    def _raw(self, row: int) -> memoryview:
        rows = self._index.rows
        offset = rows.offset[row]
        return self._files[rows.file[row]].view[offset : offset + rows.length[row]]

    def step(self, call: int, n: int, parent: int | None, left: bool, room: int) -> StepDraft:
        """One call as a step. ``room`` is how many bytes its texts may take altogether."""
        calls, rows = self._index.calls, self._index.rows
        row, result_row = calls.row[call], calls.result_row[call]
        _, blocks = self.line(row)
        block = _at(blocks, calls.block[call])
        observation, status, seconds, cut = self._result(call)
        parameters, shortened = clip_parameters(block.input, self._limit, self._redact)
        self._tally.shorten("parameters", shortened)
        if limits.size(parameters) + limits.size(observation) > room:
            parameters, _ = clip_parameters(block.input, room // 2, self._redact.silent())
            observation, _ = limits.clip(Excerpt(observation), room // 2, self._redact.silent())
            shortened = True
            self._tally.shorten("episode")
        at = rows.at[row]
        if seconds is None and result_row != NONE and at and rows.at[result_row] >= at:
            seconds = believed(rows.at[result_row] - at)
        agent = calls.agent[call]
        return StepDraft(
            n=n,
            call=self._named(block.id) if block.id else f"{rows.file[row]}:{row}:{calls.block[call]}",
            tool=self._named(block.name or ""),
            parameters=parameters,
            observation=observation,
            status=status,
            at=self._index.times[row],
            seconds=seconds,
            agent=None if agent == NONE else self._named(self._index.agents.ids[agent]),
            parent=parent,
            left=left,
            cut=cut or shortened,
        )

    def brief(self, call: int, n: int, parent: int | None, left: bool, limit: int) -> StepDraft:
        """A call whose step is not kept, its texts within ``limit`` bytes each, uncounted in the tally."""
        other = StepReader(self._files, self._index, self._redact.silent(), ReadTally())
        other._lines = self._lines
        other._limit = limit
        return other.step(call, n, parent, left, 2 * limit)

    def _result(self, call: int) -> tuple[str, Status, float | None, bool]:
        """Text, status, seconds (where the tool told them) and whether the text was cut."""
        calls = self._index.calls
        row = calls.result_row[call]
        if row == NONE:
            return "", "unfinished", None, False
        line, blocks = self.line(row, result=True)
        block = _at(blocks, calls.result_block[call])
        excerpt = excerpt_of(block.content)
        text, cut = limits.clip(excerpt, min(self._limit, limits.OBSERVATION_BYTES), self._redact)
        self._tally.shorten("observation", cut)
        alone = sum(other.type == "tool_result" for other in blocks) == 1
        said = tool_result(line.toolUseResult) if alone else ToolResult()
        status = status_of(excerpt.head, bool(block.is_error), bool(said.interrupted))
        return text, status, believed(said.totalDurationMs), cut


def status_of(text: str, is_error: bool, interrupted: bool) -> Status:
    """How a call ended, by its result's mark and first words."""
    if not is_error:
        return "interrupted" if interrupted else "ok"
    words = text.lstrip().removeprefix(_WRAPPED).lstrip()
    if words.startswith(_REJECTED):
        return "rejected"
    if words.startswith(_CANCELLED):
        return "cancelled"
    if words.startswith(_INTERRUPTED) or interrupted:
        return "interrupted"
    return "error"


def excerpt_of(content: Raw) -> Excerpt:
    """The text of a result or a prompt: a string, or blocks of text and pictures."""
    raw = memoryview(content)
    if raw and raw[0] == ord('"'):
        return read_string(raw)
    return limits.joined(_block_excerpt(block) for block in blocks_of(content))


def _block_excerpt(block: Block) -> Excerpt:
    if block.type == "text" and memoryview(block.text):
        return read_string(memoryview(block.text))
    return Excerpt(PICTURE if block.type == "image" else f"[{block.type}]")


def _decode(raw: memoryview) -> CallLine:
    """A record that the first pass could read."""
    try:
        return call_lines.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return call_lines.decode(without_lone_surrogates(bytes(raw)))


def _at(blocks: list[Block], place: int) -> Block:
    return blocks[place] if place < len(blocks) else Block()

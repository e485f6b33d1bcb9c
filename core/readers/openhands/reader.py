"""The reader of OpenHands: conversations as folders of events, or as the list of events it exports.

Versions 0.20 to 0.62 have a file ``events/N.json`` for each event, or a JSON array (``save_trajectory_path``;
the export of the page has it under ``trajectory``): :mod:`tacit.core.readers.openhands.older`. What is built
on the agent SDK, as the command line from 1.0 on, has a folder for each conversation with ``base_state.json``
and ``events/event-NNNNN-ID.json``: :mod:`tacit.core.readers.openhands.newer`. That is read off
``conversation/state.py``, ``event_store.py`` and ``persistence_const.py`` of OpenHands/software-agent-sdk and
``openhands_cli/locations.py`` of OpenHands/OpenHands-CLI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Raw

from tacit.core.drafts import SessionDraft
from tacit.core.readers import usual
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.loose import Fields, fields_of, items_of, text_of
from tacit.core.readers.mapped import MappedFile, opened
from tacit.core.readers.openhands.newer import NewerTelling
from tacit.core.readers.openhands.older import OlderTelling
from tacit.core.readers.records import value, whole
from tacit.core.redaction import Redactor

_BOM = rb"(?:\xef\xbb\xbf)?\s*"
_WRITTEN = rb'\s*,\s*"timestamp"\s*:\s*"\d{4}-[^"]{6,30}"\s*,\s*"source"\s*:\s*"(?:user|agent|environment)"'
_EVENT = rb'\{\s*"id"\s*:\s*\d{1,9}' + _WRITTEN
_ALONE = re.compile(_BOM + _EVENT)
_LISTED = re.compile(_BOM + rb'(?:\{\s*"trajectory"\s*:\s*)?\[\s*' + _EVENT)
_KIND = re.compile(rb'"(?:action|observation)"\s*:\s*"\w+"')
_NUMBERED = re.compile(r"\d{1,9}\.json")
_FIRST = "0.json"

_NEWER = re.compile(_BOM + rb'\{\s*"id"\s*:\s*"[0-9a-fA-F-]{8,64}"' + _WRITTEN)
_SIGN = re.compile(rb'"(?:llm_message|tool_name|system_prompt)"\s*:|"kind"\s*:\s*"[A-Z]\w{3,60}"')
_STATE = re.compile(_BOM + rb'\{\s*"id"\s*:\s*"([0-9a-fA-F-]{36})"\s*,\s*"agent"\s*:\s*\{')
_LLM = re.compile(rb'"llm"\s*:\s*\{')
_BASE = "base_state.json"
_NAMED = re.compile(r"event-(\d{5,9})-[0-9a-fA-F-]{8,64}\.json")
_SUBAGENTS = "subagents"
_NO_MODEL = "acp-managed"
_DEEPEST = 8
"""Sub-agents within each other that are looked into."""

_events = msgspec.json.Decoder(Raw)


class OpenHandsReader(FileReader):
    """Reads the conversations of OpenHands."""

    name = "openhands"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether it is an event, begins like a list of them, or is the state of a conversation."""
        if _STATE.match(head) is not None:
            return _LLM.search(head) is not None
        if _NEWER.match(head) is not None:
            return _SIGN.search(head) is not None
        begins = _ALONE.match(head) or _LISTED.match(head)
        return begins is not None and _KIND.search(head) is not None

    roots = staticmethod(usual.openhands)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """An event belongs to the first one, or to the state of its conversation; so do sub-agents."""
        if _NEWER.match(head) is not None:
            return _outermost(path.parent.parent) / _BASE
        if _STATE.match(head) is not None:
            main = _outermost(path.parent) / _BASE
            return None if main == path else main
        if _ALONE.match(head) is None or path.name == _FIRST or not _NUMBERED.fullmatch(path.name):
            return None
        return path.with_name(_FIRST)

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The events of a conversation in their order, those of its sub-agents last."""
        if path.name == _BASE:
            return tuple(_stored(path.parent, _DEEPEST))
        if path.name != _FIRST:
            return ()
        found = [one for one in path.parent.iterdir() if _NUMBERED.fullmatch(one.name)]
        return tuple(sorted((one for one in found if one != path), key=lambda one: int(one.stem)))

    def read(self, source: Source, redact: Redactor) -> Transcript:
        """The conversation; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        state = _STATE.match(file.view[:200])
        telling: NewerTelling | OlderTelling
        if state is not None:
            content = value(file.view[file.start :], _events, tally)
            telling = NewerTelling(redact, tally, _head(str(state[1], "ascii"), fields_of(content)))
            for path, event in _read(source.extra, tally):
                telling.tell(event, _agent(path, source.path.parent))
        else:
            telling = OlderTelling(redact, tally)
            for event in _all_of(file, source, tally):
                telling.tell(event)
        if telling.conversation.empty:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        return telling.transcript(source.path.stat().st_mtime_ns // 1_000_000)


def _all_of(file: MappedFile, source: Source, tally: ReadTally) -> Iterator[Raw]:
    """Every event of an older version: those of a list, or those of the files."""
    content = whole(file, source.path, _events, tally)
    fields = fields_of(content)
    if "id" not in fields:
        yield from items_of(fields.get("trajectory", content))
        return
    yield content
    for _, event in _read(source.extra, tally):
        yield event


def _read(paths: tuple[Path, ...], tally: ReadTally) -> Iterator[tuple[Path, Raw]]:
    """The events of files, of those that can be read."""
    for path, file in opened(paths, tally):
        event = value(file.view[file.start :], _events, tally)
        if event is not None:
            yield path, event


def _stored(folder: Path, deepest: int) -> Iterator[Path]:
    """The events in the folder of a conversation, then those of each of its sub-agents."""
    events = folder / "events"
    named = [(_NAMED.fullmatch(one.name), one) for one in events.iterdir()] if events.is_dir() else []
    numbered = [(int(name[1]), one) for name, one in named if name]
    yield from (one for _, one in sorted(numbered))
    below = folder / _SUBAGENTS
    if deepest and below.is_dir():
        for one in sorted(below.iterdir()):
            yield from _stored(one, deepest - 1)


def _outermost(folder: Path) -> Path:
    """The folder of the conversation that a conversation is a sub-agent of; its own where it is of none."""
    while folder.parent.name == _SUBAGENTS:
        folder = folder.parent.parent
    return folder


def _agent(path: Path, own: Path) -> str | None:
    """The sub-agent whose event lies there."""
    folder = path.parent.parent
    return None if folder == own else folder.name


def _head(native: str, state: Fields) -> SessionDraft:
    """The session as its state tells it; of one that cannot be read its id alone."""
    workspace = state.get("workspace", Raw())
    directory = text_of(fields_of(workspace).get("working_dir")) or text_of(workspace)
    model = text_of(fields_of(fields_of(state.get("agent")).get("llm")).get("model"))
    return SessionDraft(
        "openhands", native, "", directory, 0, 0, model=None if model in {"", _NO_MODEL} else model
    )

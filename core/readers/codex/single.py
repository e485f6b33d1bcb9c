"""The form of Codex CLI's first weeks, before it was written in Rust: one JSON object a file.

That is ``{session: {timestamp, id, instructions}, items: […]}`` as ``codex-cli/src/utils/storage/
save-rollout.ts`` of openai/codex wrote it (versions 0.1 of April to June 2025); the items are those of the
Responses API, as in all later forms, with what ``agent-loop.ts`` and ``handle-exec-command.ts`` put there.

The file is written anew with every item. The first releases gave it another name and another id each time,
later ones when the model is changed, so that several files hold the same conversation, each more of it. What
all of them have in common is the id of the first item that came from the model: it is the session's. Of a
conversation that was compacted the summary alone stays; it is one of its own. No item has a time, and
``timestamp`` is when the file was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tacit.core.readers.base import HEAD, ReadTally
from tacit.core.readers.codex.records import Line, lines
from tacit.core.readers.loose import items_of
from tacit.core.readers.loose import text_of as text
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import value, whole

_ID = rb'"id"\s*:\s*"[0-9a-fA-F-]{32,36}"'
_BEGINS = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"session"\s*:\s*\{\s*"timestamp"\s*:\s*"[^"]{0,40}"\s*,\s*'
    + _ID
    + rb'\s*(?:,\s*"instructions"\s*:\s*(?:"|null)|\})'
)
_OF_CODEX = ("system", "user")
"""Whose messages have ids that Codex made up, or none."""

_MADE = ("message", "reasoning", "function_call", "local_shell_call")
_LONG = 20
"""Characters of an id that no other conversation has: some providers count their calls from 0."""


class Session(Struct):
    """What a file says of itself; what it was instructed with is never looked at."""

    id: Raw = Raw()
    timestamp: Raw = Raw()


class Rollout(Struct):
    """A whole file."""

    session: Session
    items: Raw = Raw()


_rollouts = msgspec.json.Decoder(Rollout)


def is_single(head: bytes) -> bool:
    """Whether a file begins as one of this form does."""
    if _BEGINS.match(head) is None:
        return False
    return len(head) >= HEAD or b'"items"' in head


def read_single(file: MappedFile, path: Path, tally: ReadTally) -> Rollout:
    """The whole file.

    Raises:
        Unreadable: it is no such object; half written it is read again when it is whole.
    """
    return whole(file, path, _rollouts, tally)


def lines_of(rollout: Rollout, tally: ReadTally) -> Iterator[Line]:
    """Its items as the lines of all other forms are; those that are none are counted.

    The first is the header: what the conversation is known by in every file that holds it.
    """
    found = [line for raw in items_of(rollout.items) if (line := value(raw, lines, tally)) is not None]
    of_model = [line for line in found if line.type in _MADE and text(line.role) not in _OF_CODEX]
    if of_model:
        ids = (one.id for one in of_model if len(text(one.id)) >= _LONG)
        yield Line(id=next(ids, rollout.session.id))
        yield from found

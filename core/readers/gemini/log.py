"""A session file of Gemini CLI as its messages, whichever of its two shapes it has.

An older file is one JSON object that is written anew each time. Since about 0.40 it is a log of JSON Lines: a
header, messages (the same id written again replaces what stood there), ``{"$set": …}`` patches of the header
and ``{"$rewindTo": id}``. A patch may carry ``messages``: what the model is given from then on. That is no
transcript: compression puts a summary and copies under new ids there, a cancelled turn leaves it shorter. So
of such a patch only what the file does not tell otherwise is taken, and nothing is ever taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tacit.core.readers.base import HEAD, ReadTally
from tacit.core.readers.gemini.parts import typed
from tacit.core.readers.loose import FLAWS, items_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import records, whole


class Message(Struct, frozen=True):
    """One message. Nothing in it is typed, so that drift in a field costs that field alone."""

    id: Raw = Raw()
    type: Raw = Raw()
    timestamp: Raw = Raw()
    content: Raw = Raw()
    shown: Raw = msgspec.field(default=Raw(), name="displayContent")
    calls: Raw = msgspec.field(default=Raw(), name="toolCalls")
    tokens: Raw = Raw()
    model: Raw = Raw()


class Header(Struct, frozen=True):
    """What a file or a patch says of the session."""

    session: Raw = msgspec.field(default=Raw(), name="sessionId")
    hash: Raw = msgspec.field(default=Raw(), name="projectHash")
    started: Raw = msgspec.field(default=Raw(), name="startTime")
    kind: Raw = Raw()
    directories: Raw = Raw()
    summary: Raw = Raw()
    messages: Raw = Raw()


class Entry(Struct):
    """A message of a file and its id; ``backs`` are those that the person then went back to before."""

    key: str
    message: Message
    backs: list[str] = []


class _Line(Message, frozen=True):
    """A line of a log. What is none of its kinds is none: so no piece of a torn line is taken for one."""

    session: Raw = msgspec.field(default=Raw(), name="sessionId")
    hash: Raw = msgspec.field(default=Raw(), name="projectHash")
    started: Raw = msgspec.field(default=Raw(), name="startTime")
    kind: Raw = Raw()
    directories: Raw = Raw()
    summary: Raw = Raw()
    messages: Raw = Raw()
    patch: Raw = msgspec.field(default=Raw(), name="$set")
    rewind: Raw = msgspec.field(default=Raw(), name="$rewindTo")

    def __post_init__(self) -> None:
        if not (self.patch or self.rewind or self.session or (self.type and (self.id or self.content))):
            raise ValueError("neither message nor header nor patch")


_lines = msgspec.json.Decoder(_Line)
_headers = msgspec.json.Decoder(Header)
_messages = msgspec.json.Decoder(Message)


class GeminiLog:
    """The messages of one file in the order they were begun, each as it was written last.

    Raises:
        Unreadable: it is neither of the shapes.
    """

    def __init__(self, path: Path, tally: ReadTally) -> None:
        self._tally = tally
        self._entries: dict[str, Entry] = {}
        self._told: dict[bytes, str] = {}
        self.head = Header()
        self.file = MappedFile(path)
        tally.bytes += self.file.size
        if is_log(bytes(self.file.view[self.file.start :][:HEAD])):
            for line in records(self.file, _lines, tally):
                self._line(line)
        else:
            self._header(whole(self.file, path, _headers, tally))

    def entries(self) -> Iterator[Entry]:
        """The messages."""
        return iter(self._entries.values())

    @property
    def session(self) -> str:
        """The id of the session; where the file has none, that of its first message."""
        return text_of(self.head.session) or next(iter(self._entries), "")

    def _line(self, line: _Line) -> None:
        if line.rewind:
            self._rewind(text_of(line.rewind))
        elif line.patch:
            self._patch(line.patch)
        elif line.session and not line.id:
            self._header(Header(*(getattr(line, name) for name in Header.__struct_fields__)))
        else:
            self._message(Message(*(getattr(line, name) for name in Message.__struct_fields__)))

    def _patch(self, raw: Raw) -> None:
        try:
            told = _headers.decode(raw)
        except FLAWS:
            self._tally.skip("unexpected fields")
        else:
            self._header(told)

    def _header(self, told: Header) -> None:
        """Take over what is told anew, and such messages in it as are new."""
        names = Header.__struct_fields__
        self.head = Header(*(getattr(told, name) or getattr(self.head, name) for name in names))
        inside = [self._inside(raw) for raw in items_of(told.messages)]
        beside = {text_of(message.id) for message in inside if message is not None}
        for message in inside:
            if message is not None:
                self._message(message, beside)

    def _inside(self, raw: Raw) -> Message | None:
        try:
            return _messages.decode(raw)
        except FLAWS:
            self._tally.skip("unexpected fields")
            return None

    def _message(self, message: Message, beside: set[str] | None = None) -> None:
        """Take a message; ``beside`` are the ids in the patch that it stands in."""
        key = text_of(message.id)
        if not key:
            self._tally.drifted("missing field", "id")
            key = f"message-{len(self._entries) + 1}"
        known = self._entries.get(key)
        if known is not None:
            if beside is None:
                known.message = message
        elif not self._is_copy(message, key, beside):
            self._entries[key] = Entry(key, message)

    def _is_copy(self, message: Message, key: str, beside: set[str] | None) -> bool:
        """Whether a prompt of a patch was told under an id that the patch has not."""
        if text_of(message.type) != "user":
            return False
        said = typed(message.content, message.shown)
        if not said.head:
            return False
        print_of = blake2b(f"{said.skipped}\n{said.head}\n{said.tail}".encode("utf-8", "replace"))
        first = self._told.setdefault(print_of.digest(), key)
        return beside is not None and first != key and first not in beside

    def _rewind(self, key: str) -> None:
        """The person went back to before a message; after a compression its id may never have been told."""
        if key in self._entries:
            next(reversed(self._entries.values())).backs.append(key)


def is_log(head: bytes) -> bool:
    """Whether a file that begins so is a log. An object over several lines begins none but the first so."""
    first, _, rest = head.strip().partition(b"\n")
    return first.rstrip().endswith(b"}") or re.search(rb"^\{\"", rest, re.MULTILINE) is not None

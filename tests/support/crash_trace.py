"""The write calls of a process on one file, as strace tells them, and the files a power cut could leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CALLS = (
    "openat,close,lseek,write,writev,pwrite64,pwritev,pwritev2,fdatasync,fsync,ftruncate,truncate,msync,"
    "rename,renameat,renameat2"
)
BLOCK = 512
"""What a disk writes whole or not at all."""

_LINE = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Event:
    """One call that matters: ``write``, ``sync``, ``length``, ``told``, ``renamed`` or ``placed``.

    ``durable`` is a write that is on the disk when it returns; ``told`` is what went to stdout;
    ``renamed`` is when the file got another name, and ``placed`` when a folder was synced.
    """

    what: str
    offset: int = 0
    data: bytes = b""
    durable: bool = False


@dataclass
class _Trace:
    name: str
    events: list[Event] = field(default_factory=list)
    handles: dict[int, bool] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    folders: set[int] = field(default_factory=set)

    def call(self, name: str, arguments: str, result: int) -> None:
        if result < 0:
            return
        strings = [bytes.fromhex(one.replace("\\x", "")) for one in _STRING.findall(arguments)]
        if name.startswith("rename"):
            if strings[0].decode().endswith(self.name):
                self.events.append(Event("renamed"))
            return
        if name == "openat":
            self.folders.discard(result)
            if "." not in strings[0].decode().rpartition("/")[2]:
                self.folders.add(result)
            if strings[0].decode().endswith(self.name) and "O_RDONLY" not in arguments:
                self.handles[result] = "O_DSYNC" in arguments or "O_SYNC" in arguments
            return
        handle = int(arguments.partition(",")[0]) if arguments[:1].isdigit() else -1
        if name == "write" and handle == 1:
            self.events.append(Event("told", data=b"".join(strings)))
        elif name == "fsync" and handle in self.folders:
            self.events.append(Event("placed"))
        elif name == "msync" or (name == "truncate" and strings[0].decode().endswith(self.name)):
            raise ValueError(f"{name} is not understood here")
        elif handle in self.handles:
            self._on_file(name, handle, arguments, b"".join(strings)[:result], result)

    def _on_file(self, name: str, handle: int, arguments: str, data: bytes, result: int) -> None:
        if name == "close":
            del self.handles[handle]
        elif name == "lseek":
            self.places[handle] = result
        elif name in {"fdatasync", "fsync"}:
            self.events.append(Event("sync"))
        elif name == "ftruncate":
            self.events.append(Event("length", int(arguments.split(",")[1])))
        elif name in {"write", "writev"}:
            place = self.places.get(handle, 0)
            self.places[handle] = place + result
            self.events.append(Event("write", place, data, self.handles[handle]))
        else:
            place = int(arguments.split(", ")[-2 if name == "pwritev2" else -1])
            self.events.append(Event("write", place, data, self.handles[handle]))


def read_trace(trace: Path, name: str) -> list[Event]:
    """What strace wrote down (``-f -xx -s`` and large enough), of the file whose path ends so."""
    found = _Trace(name)
    open_calls: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        process = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            open_calls[process] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        whole = line
        if " resumed>" in line:
            whole = open_calls.pop(process, "") + line.split(" resumed>", 1)[1]
        match = _LINE.match(whole)
        if match:
            found.call(match[1], match[2], int(match[3]))
    return found.events


@dataclass(frozen=True)
class Image:
    """A file as a power cut could leave it, and how many lines had been told by then."""

    content: bytes
    told: int
    label: str


def images(base: bytes, events: Sequence[Event], random: Random, *, synced: bool = True) -> Iterator[Image]:
    """Files that a cut right before the end of each call could leave.

    What was written and not synced is there in blocks or not, in any mixture. With ``synced=False``
    the disk takes no notice of a sync, as a control.
    """
    disk = bytearray(base)
    loose: list[Event] = []
    told = 0
    for number, event in enumerate(events):
        if event.what == "told":
            told += event.data.count(b"\n")
            continue
        if event.what in {"write", "length"}:
            loose.append(event)
        for label, kept in (("none", 0.0), ("all", 1.0), ("half", 0.5), ("most", 0.9)):
            yield Image(_cut(disk, loose, kept, random), told, f"{number} {event.what} {label}")
        if event.what == "sync" and synced:
            _apply(disk, loose)
            loose.clear()
        elif event.durable and synced:
            _apply(disk, [loose.pop()])


def _cut(disk: bytearray, loose: Sequence[Event], kept: float, random: Random) -> bytes:
    after = bytearray(disk)
    pieces = [piece for event in loose for piece in _pieces(event)]
    _apply(after, [piece for piece in pieces if random.random() < kept])
    return bytes(after)


def _pieces(event: Event) -> Iterator[Event]:
    if event.what != "write":
        yield event
        return
    start, end = event.offset, event.offset + len(event.data)
    while start < end:
        stop = min(end, (start // BLOCK + 1) * BLOCK)
        yield Event("write", start, event.data[start - event.offset : stop - event.offset])
        start = stop


def _apply(disk: bytearray, events: Sequence[Event]) -> None:
    for event in events:
        if event.what == "length":
            del disk[event.offset :]
        end = event.offset + len(event.data)
        if end > len(disk):
            disk.extend(bytes(end - len(disk)))
        disk[event.offset : end] = event.data

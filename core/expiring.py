"""Which transcripts their agent removes soon, and whether the memory has what they tell.

Of the transcripts that the memory knows the store says when they were last written to, so few files have
to be asked for; what it does not know is found by walking the agent's folder. Which agents remove
transcripts, :mod:`tacit.core.expiry` says.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tacit.core.clock import DAY
from tacit.core.expiry import Removal, removals
from tacit.core.filenotes import FileNote, load_note, note_key
from tacit.core.tables import FILES
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read
from tacit.store.store import Store

if TYPE_CHECKING:
    from tacit.core.readers.base import Reader
    from tacit.core.redaction import Redactor

SOON = 7 * DAY
_MOST = 4_000
"""So many files of which the store knows are asked for at most, those written to last."""
_SURE = 256 * 1024
"""A transcript of so many bytes tells something; a smaller one may hold nothing that could be imported."""

_NAMES = {
    "claude-code": re.compile(r"/(?!agent-)[^/]*\.jsonl$"),
    "gemini": re.compile(r"/chats/session-[^/]*\.jsonl?$"),
}
"""How the paths of transcripts end that are no sub-agent's."""

_OPENED = 500
"""So many are opened at most; nothing was imported for a month where there are more, so they will tell."""

State = Literal["imported", "grown", "new"]


_Unknown = tuple[str, os.stat_result, Removal]


class Expiring(Struct, frozen=True):
    """A transcript that its agent may remove from ``at`` on, in milliseconds.

    ``sessions`` are the public ids of what was imported of it; ``grown``: it is not as it was then;
    ``new``: nothing was.
    """

    path: str
    at: int
    state: State
    sessions: tuple[str, ...] = ()


def known_expiring(
    read: Read, now: int, within: int = SOON, *, home: Path, environ: Mapping[str, str] = os.environ
) -> tuple[Expiring, ...]:
    """The transcripts that were imported and go within so many milliseconds, the next first.

    No folder is walked, and only files are asked for that were not written to lately when they were read.
    """
    found: list[Expiring | None] = []
    for rule in removals(home, environ):
        last = now + within - rule.kept
        due = (one for one in _notes(read, rule) if one[1].prints[0][1] // 1_000_000 <= last)
        latest = heapq.nlargest(_MOST, due, key=lambda one: one[1].prints[0][1])
        found += [_known(os.fsdecode(key), note, rule, last) for key, note in latest]
    return _sorted(read, (one for one in found if one is not None))


def expiring(
    store: Store, now: int, within: int = SOON, *, home: Path, environ: Mapping[str, str] = os.environ
) -> tuple[Expiring, ...]:
    """Every transcript in the agents' folders that goes within so many milliseconds, the next first.

    Each file is asked for once; what is not known is opened, if it is small, to see that it tells anything.
    """
    found: list[Expiring] = []
    unknown: list[_Unknown] = []
    with store.read() as read:
        for rule in removals(home, environ):
            for path, status in _walk(rule):
                if _written(status) > now + within - rule.kept:
                    continue
                raw = read.value(FILES, note_key(read, os.fsencode(path)))
                if raw is None:
                    unknown.append((path, status, rule))
                else:
                    found.append(_as_it_is(path, status, load_note(raw), rule))
        known = _sorted(read, found)
    new = (Expiring(path, _written(status) + rule.kept, "new") for path, status, rule in _worth(unknown))
    return tuple(sorted((*known, *new), key=_next))


def unread(found: Iterable[Expiring]) -> tuple[Expiring, ...]:
    """Those that tell something the memory does not have."""
    return tuple(one for one in found if one.state != "imported")


def announced(found: Iterable[Expiring], days: int = SOON // DAY) -> str:
    """``41 sessions expire within 7 days; 12 of them are not imported: `memory import```; empty for none."""
    states = [one.state for one in found]
    if not states:
        return ""
    total, missing = len(states), len(states) - states.count("imported")
    expire, span = (" expires" if total == 1 else "s expire"), ("1 day" if days == 1 else f"{days} days")
    head = f"{total:,} session{expire} within {span}"
    if not missing:
        return f"{head}; what {'it tells' if total == 1 else 'they tell'} is imported."
    one = missing == 1
    now = "" if "grown" not in states else " as it stands now" if one else " as they stand now"
    if total == 1:
        return f"{head} and is not imported{now}: `memory import`"
    if missing == total and not now:
        return f"{head}; none of them is imported: `memory import`"
    return f"{head}; {missing:,} of them {'is' if one else 'are'} not imported{now}: `memory import`"


def _notes(read: Read, rule: Removal) -> Iterator[tuple[bytes, FileNote]]:
    for key, raw in read.items(FILES, os.fsencode(rule.folder) + b"/"):
        yield key, load_note(raw)


def _known(path: str, note: FileNote, rule: Removal, last: int) -> Expiring | None:
    """What an imported transcript is now; ``None`` where it is gone or was written to since."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:
        return None
    return _as_it_is(path, status, note, rule) if _written(status) <= last else None


def _as_it_is(path: str, status: os.stat_result, note: FileNote, rule: Removal) -> Expiring:
    same = note.prints[0] == (status.st_size, status.st_mtime_ns)
    return Expiring(path, _written(status) + rule.kept, "imported" if same else "grown", note.sessions)


def _written(status: os.stat_result) -> int:
    return status.st_mtime_ns // 1_000_000


def _sorted(read: Read, found: Iterable[Expiring]) -> tuple[Expiring, ...]:
    """Without those that tell only what was deleted: nobody misses them."""
    kept = (one for one in found if not all(is_buried(read, session) for session in one.sessions))
    return tuple(sorted(kept, key=_next))


def _walk(rule: Removal, folder: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """The transcripts in the folder of an agent and in those below; not the files of sub-agents."""
    try:
        entries = sorted(os.scandir(folder or rule.folder), key=lambda entry: entry.name)
    except OSError:
        return
    is_transcript = _NAMES[rule.agent]
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "subagents":
                    yield from _walk(rule, entry.path)
            elif is_transcript.search(entry.path) and entry.is_file(follow_symlinks=False):
                yield entry.path, entry.stat(follow_symlinks=False)
        except OSError:
            continue


def _worth(unknown: Sequence[_Unknown]) -> Iterator[_Unknown]:
    """Those that an import would take something from: of a small file that is found out."""
    if not unknown:
        return
    from tacit.core.readers.registry import load_readers
    from tacit.core.redaction import Redactor

    readers = {one.name: one for one in load_readers().readers}
    redact = Redactor(b"nothing of it is kept")
    for number, one in enumerate(unknown):
        path, status, rule = one
        if number >= _OPENED or status.st_size >= _SURE or _tells(readers[rule.agent], redact, Path(path)):
            yield one


def _tells(reader: Reader, redact: Redactor, path: Path) -> bool:
    """Whether there is a task in a transcript."""
    from tacit.core.readers.base import HEAD, Source

    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not reader.recognises(path, head) or reader.main_of(path, head) is not None:
            return False
        return any(True for one in reader.read(Source(path), redact) for _ in one.episodes())
    except Exception:  # whatever is wrong with it, an import takes nothing from it
        return False


def _next(one: Expiring) -> tuple[int, str]:
    return one.at, one.path

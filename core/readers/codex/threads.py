"""Which transcript of Codex is whose sub-agent's: told by the heads of all files, each looked at once.

A sub-agent leaves a transcript of its own, beside its session's or under a later day, and may start others.
Sessions lie in a folder a day, archived ones in one folder. Only files as Codex names them are looked at.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tacit.core.readers.packed import head_of, is_packed

_HEAD = 4_096
_TREES = ("sessions", "archived_sessions")
_UNSETTLED = 50_000_000
"""Nanoseconds in which a folder may change twice without its time telling."""

_NAME = re.compile(r"rollout-.+\.jsonl(?:\.zst)?")
_ID = re.compile(rb'"payload"\s*:\s*\{[^{}]{0,500}?"id"\s*:\s*"([\w-]{1,200})"')
_PARENT = re.compile(rb'"parent_thread_id"\s*:\s*"([\w-]{1,200})"')


class Thread(Struct, frozen=True):
    """What the head of a transcript says: its own id, and that of the one which started it."""

    id: str
    parent: str = ""


def thread_of(head: bytes) -> Thread | None:
    """The thread a transcript is of; nothing where its first line does not say."""
    first = head[:_HEAD].partition(b"\n")[0]
    found, parent = _ID.search(first), _PARENT.search(first)
    if found is None:
        return None
    return Thread(found[1].decode(), parent[1].decode() if parent else "")


class _Folder(Struct):
    changed: int
    files: dict[Path, Thread | None]
    below: list[Path]


class Threads:
    """Looks for the files of a session. What was found stands while the folders stay as they are."""

    def __init__(self) -> None:
        self._trees: dict[tuple[Path, ...], _Tree] = {}

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """The transcript of the session that a sub-agent's belongs to, if this is one; it need not exist."""
        own = thread_of(head)
        if own is None or not own.parent or own.parent == own.id:
            return None
        return self._tree(path).root(own.parent) or path.with_name(f"rollout-{own.parent}.jsonl")

    def below(self, path: Path) -> tuple[Path, ...]:
        """The transcripts of all sub-agents of a session and of theirs, sorted by name."""
        if not _NAME.fullmatch(path.name):
            return ()
        tree = self._tree(path)
        own = tree.thread(path) or _thread_at(path)
        return () if own is None else tuple(sorted(tree.below(own.id), key=lambda one: (one.name, one)))

    def _tree(self, path: Path) -> _Tree:
        roots = _roots(path)
        tree = self._trees.setdefault(roots, _Tree(roots))
        tree.refresh(path.parent)
        return tree


class _Tree:
    """The transcripts under some folders."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self._roots = roots
        self._deep = roots[0].name in _TREES
        self._folders: dict[Path, _Folder] = {}
        self._threads: dict[Path, Thread] = {}
        self._paths: dict[str, Path] = {}
        self._children: dict[str, list[Path]] = {}

    def thread(self, path: Path) -> Thread | None:
        """What a transcript says of itself, if it was looked at."""
        return self._threads.get(path)

    def root(self, thread: str) -> Path | None:
        """The transcript of the session that a thread is part of, up to the one that nobody started."""
        seen = set[str]()
        path = self._paths.get(thread)
        while path is not None and thread not in seen:
            seen.add(thread)
            above = self._threads[path].parent
            if not above:
                return path
            thread, path = above, self._paths.get(above)
        return None

    def below(self, thread: str) -> Iterator[Path]:
        """The transcripts that a thread started, and those that they did."""
        waiting, seen = [thread], {thread}
        while waiting:
            for path in self._children.get(waiting.pop(), ()):
                below = self._threads[path].id
                if below not in seen:
                    seen.add(below)
                    waiting.append(below)
                    yield path

    def refresh(self, near: Path) -> None:
        """Look again at the folders that changed: those of folders, the newest of files, and one by name."""
        leaves = [path for path, folder in self._folders.items() if not folder.below]
        looked = [path for path, folder in self._folders.items() if folder.below] or list(self._roots)
        changed = [self._look(path) for path in {*looked, *self._roots, near, max(leaves, default=near)}]
        if any(changed):
            self._join()

    def _look(self, path: Path) -> bool:
        try:
            changed = path.stat().st_mtime_ns
            known = self._folders.get(path)
            if known is not None and known.changed == changed:
                return False
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError:
            return self._folders.pop(path, None) is not None
        before = known.files if known else {}
        names = [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]
        files = {one: before.get(one) or _thread_at(one) for one in names}
        below = [Path(one.path) for one in entries if self._deep and one.is_dir(follow_symlinks=False)]
        settled = None not in files.values() and time.time_ns() - changed > _UNSETTLED
        self._folders[path] = _Folder(changed if settled else -1, files, below)
        for one in below:
            self._look(one)
        return True

    def _join(self) -> None:
        """Put together what the folders have."""
        found = [one for folder in self._folders.values() for one in folder.files.items()]
        self._threads = {path: thread for path, thread in sorted(found) if thread is not None}
        self._paths, self._children = {}, {}
        for path, thread in self._threads.items():
            self._paths.setdefault(thread.id, path)
            if thread.parent and thread.parent != thread.id:
                self._children.setdefault(thread.parent, []).append(path)


def _roots(path: Path) -> tuple[Path, ...]:
    """The folders where the other transcripts of a session may lie."""
    for folder in path.parents:
        if folder.name in _TREES:
            return tuple(folder.with_name(name) for name in _TREES)
    return (path.parent,)


def _thread_at(path: Path) -> Thread | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return thread_of(head_of(head) if is_packed(head) else head)
    except OSError:
        return None

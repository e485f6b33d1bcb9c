"""What a kill would leave: a home copied around every commit of all that this process writes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tacit.store.lmdb_transaction import LmdbTransaction

_ALWAYS = {"data.mdb", "lock.mdb", "writer", "sound"}
"""What every commit touches."""

Files = dict[str, tuple[int, int]]


class Images:
    """Copies of a home, in the order of time.

    One is made after every commit, of whatever store; another one before it where a file beside the store's
    own changed since the last copy, so that what is done to files is judged with the records of both sides.

    Attributes:
        taken: the copies.
        commits: how many commits there were.
    """

    def __init__(self, home: Path, into: Path) -> None:
        self.taken: list[Path] = []
        self.commits = 0
        self._home = home
        self._into = into
        self._seen = self._files()

    def before(self) -> None:
        """A commit is about to be made."""
        if self._files() != self._seen:
            self._take()

    def after(self) -> None:
        """A commit was made."""
        self.commits += 1
        self._take()

    def _take(self) -> None:
        """Copy the home, by a process of its own: closing a file here would let go of locks on it."""
        image = self._into / f"{len(self.taken)}"
        subprocess.run(["cp", "-Rp", str(self._home), str(image)], check=True)
        for lock in image.rglob("lock.mdb"):
            lock.unlink()
        self.taken.append(image)
        self._seen = self._files()

    def _files(self) -> Files:
        found = {}
        for path in self._home.rglob("*"):
            if path.name not in _ALWAYS and path.is_file():
                state = path.stat()
                found[str(path)] = (state.st_size, state.st_mtime_ns)
        return found


@contextmanager
def imaged(home: Path, into: Path) -> Iterator[Images]:
    """Take images of a home as long as the ``with`` block lasts."""
    into.mkdir()
    images = Images(home, into)
    commit = LmdbTransaction.commit

    def imaging(transaction: LmdbTransaction) -> None:
        whole = transaction._parent is None
        if whole:
            images.before()
        commit(transaction)
        if whole:
            images.after()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LmdbTransaction, "commit", imaging)
        yield images

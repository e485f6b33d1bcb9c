"""Another process with the same engine open: it commits when told to, or is killed in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.lmdb_environment import open_environment

SPACES = ("a", "b")
MAP = 1 << 17

Change = tuple[str, bytes, bytes | None]
"""Space, key, and the new value or ``None`` for a delete."""


def open_engine(folder: Path | str) -> LmdbEngine:
    """The engine in a folder, with a map so small that it fills up."""
    env = open_environment(str(folder), readonly=False, map_sizes=(MAP,))
    return LmdbEngine(str(folder), env, SPACES, readonly=False)


class Helper:
    """Drives such a process, started when first needed and again after it was killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def change(self, folder: Path, changes: Sequence[Change], *, crash: bool = False) -> str:
        """Let it write: ``done`` or ``full``; with ``crash`` it is killed when all but the commit is done."""
        process = self._started()
        packed = [(space, key.hex(), None if value is None else len(value)) for space, key, value in changes]
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps([str(folder), packed, crash]), file=process.stdin, flush=True)
        answer = process.stdout.readline().strip()
        if crash:
            self.end()
        return answer

    def end(self) -> None:
        """Kill it, wherever it is."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            pipe = subprocess.PIPE
            command = [sys.executable, __file__]
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        return self._process


def filling(key: bytes, size: int) -> bytes:
    """The value of this size that goes under a key."""
    return (key[:1] or b".") * size


def serve() -> None:
    """Carry out what is asked for, one line each."""
    from tacit.store.errors import StoreFull

    for line in sys.stdin:
        folder, changes, crash = json.loads(line)
        engine = open_engine(folder)
        kv = engine.begin(write=True)
        try:
            for space, name, size in changes:
                key = bytes.fromhex(name)
                if size is None:
                    kv.delete(space, key)
                else:
                    kv.put(space, key, filling(key, size))
            if crash:
                print("ready", flush=True)
                sys.stdin.readline()
            kv.commit()
        except StoreFull:
            print("full", flush=True)
        else:
            print("done", flush=True)
        finally:
            kv.abort()
            engine.close()


if __name__ == "__main__":
    serve()

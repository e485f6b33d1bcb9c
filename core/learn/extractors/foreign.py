"""Plug-in extractors, kept at arm's length: a process each, a time limit, and nothing taken on trust.

A thread that hangs cannot be ended and one that crashes takes everything with it; a process can be
killed. It is started with the first episode and ended with the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from select import POLLIN, POLLOUT, poll

import msgspec

from tacit.core.jsonform import without_hash
from tacit.core.learn.extractors.runs import shadow
from tacit.core.model import Episode, Step, Use
from tacit.core.redaction import Redactor

LOAD_SECONDS = 10.0
EPISODE_SECONDS = 2.0
FAILURES = 3
"""Failures after which a plug-in is switched off for the run."""

_KEY_BYTES = 1_000_000
_USES = 1_000
_ANSWER_BYTES = 16_000_000
_MODULE = "tacit.core.learn.extractors.worker"
_ANSWER = msgspec.msgpack.Decoder(tuple[list[Use], str])


class Failed(Exception):
    """A plug-in did not answer, or not sensibly; the text says why."""


class Foreign:
    """One plug-in extractor. Never raises: what went wrong is counted in ``troubles``."""

    def __init__(self, name: str, value: str, *, seconds: float = EPISODE_SECONDS) -> None:
        self.name = name
        self.troubles: Counter[str] = Counter()
        self._value = value
        self._seconds = seconds
        self._failures = 0
        self._worker: Worker | None = None
        self._lock = threading.Lock()

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """What the plug-in says of an episode, as far as it makes sense; nothing where it fails."""
        with self._lock:
            if self._failures >= FAILURES:
                self.troubles[f"switched off after {FAILURES} failures"] += 1
                return []
            try:
                return checked(self._ask(episode, steps), episode, steps)
            except Failed as failure:
                self._failures += 1
                self.troubles[str(failure)] += 1
                return []

    def close(self) -> Counter[str]:
        """End the process, give the plug-in another chance, and say what went wrong since the last time."""
        with self._lock:
            self._end()
            self._failures = 0
            troubles, self.troubles = self.troubles, Counter()
        return troubles

    def _ask(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        if self._worker is not None and self._worker.parent != os.getpid():
            self._worker = None
        started = self._worker is None
        try:
            worker = self._worker or self._start()
            started = False
            return worker.ask(msgspec.msgpack.encode((episode, steps)), self._seconds)
        except Failed as failure:
            if started or isinstance(failure, Broken):
                self._end()
            raise

    def _start(self) -> Worker:
        self._worker = Worker()
        hello = (self.name, self._value, sys.path, self._seconds)
        self._worker.ask(msgspec.msgpack.encode(hello), LOAD_SECONDS)
        return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None


class Broken(Failed):
    """The process has to go: it hangs, is gone, or speaks no sense."""


class Worker:
    """A process and its two pipes; messages go behind their length in four bytes."""

    def __init__(self) -> None:
        self.parent = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        for pipe in (self._in, self._out):
            os.set_blocking(pipe, False)

    def ask(self, message: bytes, seconds: float) -> list[Use]:
        """Send a message and wait for the answer.

        Raises:
            Broken: there is none within so many seconds, or none that can be read.
            Failed: the plug-in raised.
        """
        until = time.monotonic() + seconds
        try:
            self._send(len(message).to_bytes(4, "big") + message, until)
            size = int.from_bytes(self._receive(4, until), "big")
            if size > _ANSWER_BYTES:
                raise Broken("it said too much")
            uses, error = _ANSWER.decode(self._receive(size, until))
        except TimeoutError:
            raise Broken(f"it took more than {seconds:g} s") from None
        except OSError:
            raise Broken("it ended") from None
        except (msgspec.DecodeError, UnicodeError):
            raise Failed("it returned no list of uses") from None
        if error:
            raise Failed(error)
        return uses

    def end(self) -> None:
        """Kill the process and take it away."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _send(self, message: bytes, until: float) -> None:
        rest = memoryview(message)
        while rest:
            _wait(self._in, POLLOUT, until)
            rest = rest[os.write(self._in, rest[:65_536]) :]

    def _receive(self, size: int, until: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            _wait(self._out, POLLIN, until)
            part = os.read(self._out, min(size - len(parts), 1 << 20))
            if not part:
                raise BrokenPipeError
            parts += part
        return bytes(parts)


def checked(uses: Sequence[Use], episode: Episode, steps: Sequence[Step]) -> list[Use]:
    """The uses as they are counted: judged by the episode's outcome where they do not hold its evidence.

    Raises:
        Failed: they make no sense.
    """
    if len(uses) > _USES:
        raise Failed(f"it returned more than {_USES:,} uses of one episode")
    numbers = {step.n for step in steps}
    hidden = shadow(episode, [step for step in steps if step.agent is None and not step.left])
    found: dict[tuple[str, ...], Use] = {}
    for use in uses:
        _check(use, numbers)
        circular = any(use.first <= n <= use.last for n in hidden)
        result = "unknown" if circular or use.result == "unknown" else episode.outcome.label
        key = tuple(map(_clean, use.key))
        found.setdefault(key, msgspec.structs.replace(use, key=key, result=result, at=episode.ended))
    return list(found.values())


def _clean(part: str) -> str:
    """A part of a key without secrets, and the same in every store."""
    return without_hash(Redactor(b"")(part))


def _check(use: Use, numbers: set[int]) -> None:
    if use.kind != "custom":
        raise Failed(f"it returned a use of kind {use.kind}")
    if not any(part.strip() for part in use.key):
        raise Failed("it returned a use without a key")
    if sum(len(part.encode()) for part in use.key) > _KEY_BYTES:
        raise Failed(f"it returned a key of more than {_KEY_BYTES:,} bytes")
    if use.first > use.last or not {use.first, use.last} <= numbers:
        raise Failed("it returned a use outside of the episode")


def _wait(pipe: int, event: int, until: float) -> None:
    """Wait until a pipe can be read or written, or has no other end.

    Raises:
        TimeoutError: it could not in time.
    """
    poller = poll()
    poller.register(pipe, event)
    left = until - time.monotonic()
    if left <= 0 or not poller.poll(1000 * left):
        raise TimeoutError

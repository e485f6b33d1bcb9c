"""The other players: hooks, a watcher, a person at the inspector, commands, and transcripts that grow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import Any

import story
from doors_place import MARK, Place, send
from doors_player import Player
from doors_server import LABELS, WORDS
from terminal import Terminal

from tacit.core.ids import session_id

_UNUSED = "src/parser.py:1:1: F401 `os` imported but unused\nFound 1 error."


class Transcripts(Player):
    """Sessions that grow line by line, now and then only by half a line."""

    def deed(self, number: int) -> None:
        """Some more of one."""
        chosen = self.random.choice(story.hot(self.place.root, self.place.seed))
        story.grow(self.place.folder, self.place.seed, chosen, self.random)
        time.sleep(0.02)


class Hooks(Player):
    """Bursts of hooks, as agents run them at their events."""

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place, name)
        self._running: list[subprocess.Popen[bytes]] = []

    def processes(self) -> list[int]:
        """Those that run."""
        return [one.pid for one in self._running if one.poll() is None]

    def deed(self, number: int) -> None:
        """A burst of them."""
        asked = [self._event(f"{number}-{one}") for one in range(self.random.randint(1, 4))]
        started = []
        for words, _ in asked:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            process = self.place.start("hook", *words, "--agent", "claude-code", **pipes)
            started.append(process)
            self._running = started[:]
        for process, (_, told) in zip(started, asked, strict=True):
            with suppress(BrokenPipeError):
                assert process.stdin is not None
                process.stdin.write(json.dumps(told).encode())
                process.stdin.close()
            process.stdin = None
        for process, (words, told) in zip(started, asked, strict=True):
            with process:
                out, errors = process.communicate(timeout=120)
            self._judge(process, words[0], told, out, errors)
        self._running = []
        time.sleep(self.random.random() * 0.3)

    def _event(self, number: str) -> tuple[list[str], dict[str, Any]]:
        session = self.random.choice(self.place.sessions)
        told: dict[str, Any] = {"session_id": session, "cwd": "/home/dev/work/app"}
        kind = self.random.choice(("session-start", "prompt", "tool-result", "stop"))
        if kind == "prompt":
            told["prompt"] = f"please fix the {self.random.choice(WORDS)}"
        elif kind == "tool-result":
            told |= {"tool_name": "Bash", "tool_input": {"command": "ruff check ."}}
            told |= {"hook_event_name": "PostToolUseFailure", "error": f"Exit code 1\n{_UNUSED}"}
        elif kind == "stop":
            told |= {"outcome": self.random.choice(LABELS), "note": f"told by a hook, {number}"}
            with self.ledger.held():
                self.ledger.maybe.add(told["note"])
        return [kind], told

    def _judge(
        self, process: subprocess.Popen[bytes], kind: str, told: dict[str, Any], out: bytes, errors: bytes
    ) -> None:
        """It never fails, and what it noted without a word in the log is there."""
        if self.was_hit(process.pid):
            return
        self.ledger.count("hooks")
        if process.returncode or errors or (kind == "stop" and out):
            self.amiss(f"{kind} ended with {process.returncode}, said {out[:200]!r} and {errors[-500:]!r}")
        if kind == "stop":
            if f" {process.pid} hook failed " in (self.place.home / "tacit.log").read_text(
                "utf-8", "replace"
            ):
                self.ledger.count("hooks that could not note")
                return
            with self.ledger.held():
                session = session_id("claude-code", told["session_id"])
                self.ledger.outcomes[told["note"]] = session, told["outcome"]


class Watcher(Player):
    """``memory watch`` on the transcripts."""

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place, name)
        self._process: subprocess.Popen[bytes] | None = None

    def processes(self) -> list[int]:
        """The watcher, or who works for it."""
        if self._process is None or self._process.poll() is not None:
            return []
        mine = self._process.pid
        try:
            listed = (f"/proc/{mine}/task/{mine}/children",)
            children = [int(one) for path in listed for one in open(path).read().split()]  # noqa: PTH123, SIM115
        except OSError:
            children = []
        return [mine, mine, *children]

    def deed(self, number: int) -> None:
        """See that it runs."""
        if self._process is None:
            words = ("watch", "--quiet", "--interval", "0.2s", str(self.place.folder))
            pipes = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # it tells who was killed
            self._process = self.place.start(*words, **pipes)
        time.sleep(0.05)
        code = self._process.poll()
        if code is not None:
            if not self.was_hit(self._process.pid):
                self.amiss(f"ended by itself with {code}")
            self._process = None

    def leave(self) -> None:
        """End it as systemd does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(120)


class Inspector(Player):
    """A person who looks around."""

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place, name)
        self._terminal: Terminal | None = None

    def processes(self) -> list[int]:
        """The inspector."""
        terminal = self._terminal
        return [terminal.pid] if terminal is not None and terminal.code is None else []

    def deed(self, number: int) -> None:
        """A key or two."""
        if self._terminal is None:
            environ = self.place.environ()
            names = ("HOME", "TMPDIR", "TACIT_HOME", MARK)
            self._terminal = Terminal(**{name: environ[name] for name in names})
        terminal = self._terminal
        with suppress(OSError):
            key = self.random.choice("jjkk123456gG\r\t\x1b/")
            os.write(terminal.fd, key.encode())  # whether it rests or not
        end = time.monotonic() + self.random.random() * 0.3
        while time.monotonic() < end:
            if not terminal.read(0.05):
                self._bury()
                return

    def leave(self) -> None:
        """Close the terminal: the inspector ends with it."""
        if self._terminal is not None:
            send(self._terminal.pid, signal.SIGTERM)
            self._bury()

    def _bury(self) -> None:
        terminal, self._terminal = self._terminal, None
        assert terminal is not None
        code = terminal.ended()
        if code and not self.was_hit(terminal.pid) and not self.enough.is_set():
            self.amiss(f"ended by itself with {code}:\n{terminal.text}")
        terminal.close()


class Commands(Player):
    """A command now and then."""

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place, name)
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = (
            ("stats",),
            ("patterns", "--limit", "5"),
            ("search", "parser"),
            ("sessions", "--format", "json"),
            ("import", str(place.folder)),
            ("doctor",),
            ("context", "fix the parser"),
            ("audit", "--limit", "5"),
            ("learn",),
            ("watch", "--status"),
            ("export", str(place.root / "exported")),
        )

    def processes(self) -> list[int]:
        """The one that runs."""
        process = self._process
        return [process.pid] if process is not None and process.poll() is None else []

    def deed(self, number: int) -> None:
        """One of them."""
        words = self.random.choice(self._asked)
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with self.place.start(*words, **pipes) as process:
            self._process = process
            _, errors = process.communicate(timeout=120)
        self._process = None
        self.ledger.count("commands")
        busy = process.returncode == 3 and b"is busy" in errors
        if (process.returncode or b"Traceback" in errors) and not busy and not self.was_hit(process.pid):
            self.amiss(f"memory {words[0]} ended with {process.returncode}: {errors[-1000:].decode()}")
        self.enough.wait(self.random.random() * 0.5)

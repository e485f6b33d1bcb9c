"""A client of the server, in lines of JSON; quicker than the official one, and ruder."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from typing import Any

PATIENCE = 120.0
"""Seconds until a server that lives must have answered."""

HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}}


class Gone(Exception):
    """The server ended."""


class Silent(Exception):
    """It lives and does not answer."""


class Talk:
    """One connection to one server."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin.fileno(), process.stdout.fileno()
        self._held = b""
        self._number = 0
        self._asked = b""

    def hello(self, client: str) -> None:
        """Shake hands."""
        self.ask("initialize", HELLO | {"clientInfo": {"name": client, "version": "1"}})
        self.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request."""
        number = self.send(method, params)
        answer = self.read()
        assert answer.get("id") == number, answer
        return answer

    def send(self, method: str, params: dict[str, Any]) -> int:
        """Send a request; its number."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self.write(json.dumps(message).encode() + b"\n")
        return self._number

    def write(self, line: bytes) -> None:
        """Send bytes as they are.

        Raises:
            Gone: nobody reads them.
        """
        self._asked = line[:300]
        left = memoryview(line)
        try:
            while left:
                left = left[os.write(self._in, left) :]
        except OSError as error:
            raise Gone from error

    def read(self) -> dict[str, Any]:
        """The next answer.

        Raises:
            Gone: none comes any more.
            Silent: none comes.
        """
        end = time.monotonic() + PATIENCE
        while b"\n" not in self._held:
            if not select.select([self._out], [], [], max(0.0, end - time.monotonic()))[0]:
                raise Silent(self._asked)
            more = os.read(self._out, 1 << 16)
            if not more:
                raise Gone
            self._held += more
        line, _, self._held = self._held.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

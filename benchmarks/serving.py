"""The server for agents: from spawn to the list of tools, its searches, and what memory it takes.

The rival is the least that anybody would write with the same SDK: one tool, added to an ``MCPServer``. Both
are processes of their own, spoken to in lines of JSON over pipes, in turn.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Self

from benchmarks.measure import (
    WORK,
    CannotRun,
    Line,
    alternate,
    lines_table,
    megabytes,
    quantile,
    table,
)
from benchmarks.model_here import give
from benchmarks.phrases import questions
from benchmarks.recall_store import home_of

_BARE = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("bare")
@server.tool()
def add(a: int, b: int) -> int:
    "Add two numbers."
    return a + b
server.run()
"""
_OURS = ("-m", "tacit", "mcp")
_WARM = 200


class Served:
    """A server that was started, and greeted, and asked for its tools."""

    def __init__(self, words: Sequence[str], environment: dict[str, str]) -> None:
        start = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        client = {"name": "bench", "version": "1"}
        self._ask("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=client)
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.tools = len(self._ask("tools/list"))
        self.seconds = time.perf_counter() - start

    def search(self, text: str, mode: str) -> float:
        """Seconds that a search takes."""
        start = time.perf_counter()
        arguments = {"text": text, "mode": mode, "limit": 10}
        line = self._ask("tools/call", name="search_patterns", arguments=arguments)
        seconds = time.perf_counter() - start
        answer = json.loads(line)["result"]
        if answer["isError"] or answer["structuredContent"]["mode"] != mode:
            raise CannotRun(f"the search is not {mode}: {line[:300]!r}")
        return seconds

    def own(self) -> int | None:
        """Bytes of its own that it takes now (RssAnon)."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return None
        lines = dict(line.split(":", 1) for line in status.splitlines())
        return int(lines["RssAnon"].split()[0]) * 1024 if "RssAnon" in lines else None

    def _ask(self, method: str, **params: Any) -> bytes:
        self._write({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise CannotRun(f"the server ended before it answered {method}")
        return line

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(10)


def report(size: int, runs: int) -> list[str]:
    """Starts, the list of tools, searches over ``size`` patterns, and memory."""
    with tempfile.TemporaryDirectory(dir=WORK) as place:
        home = Path(shutil.copytree(home_of(size), Path(place) / "home"))
        environment = give(home)
        start = alternate(
            "spawn to answered initialize and tools/list",
            partial(_started, _OURS, environment),
            partial(_started, ("-c", _BARE), environment),
            runs,
            against="MCPServer with one tool",
            aim="< 1.2",
        )
        return [table([start]), lines_table(_lines(environment, size, max(3, runs // 3)), "")]


def _started(words: Sequence[str], environment: dict[str, str]) -> float:
    with Served(words, environment) as served:
        return served.seconds


def _lines(environment: dict[str, str], size: int, runs: int) -> list[Line]:
    first: list[float] = []
    warm: list[float] = []
    hybrid: list[float] = []
    before: list[int] = []
    after: list[int] = []
    tools = 0
    asked = list(questions(_WARM + 1))
    for _ in range(runs):
        with Served(_OURS, environment) as served:
            tools = served.tools
            first.append(served.search(asked[0], "lexical"))
            warm += [served.search(text, "lexical") for text in asked[1:]]
            before.append(served.own() or 0)
            hybrid.append(served.search(asked[0], "hybrid"))
            after.append(served.own() or 0)
    return [
        Line("tools/list", f"{tools / 1e3:.1f} kB", aim="< 15 kB", met=tools < 15_000),
        _timed(f"first search_patterns of {size:,}, lexical", median(first), 0.1),
        _timed(f"warm search_patterns of {size:,}, lexical, median", median(warm), 0.005),
        _timed(f"warm search_patterns of {size:,}, lexical, p99", quantile(warm, 0.99)),
        _timed(f"first search_patterns of {size:,} with the model", median(hybrid)),
        _sized("memory of its own before the model", int(median(before)), 90e6),
        _sized("memory of its own with the model", int(median(after)), 260e6),
    ]


def _timed(name: str, seconds: float, most: float | None = None) -> Line:
    aim = "" if most is None else f"< {most * 1e3:.0f} ms"
    return Line(name, f"{seconds * 1e3:.1f} ms", aim=aim, met=None if most is None else seconds < most)


def _sized(name: str, size: int, most: float) -> Line:
    if not size:
        return Line(name, megabytes(None))
    return Line(name, megabytes(size), aim=f"< {megabytes(int(most))}", met=size < most)

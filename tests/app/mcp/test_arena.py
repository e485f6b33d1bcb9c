"""A server that works for long takes no more memory than at first."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from served import Raw

BEFORE_THE_MODEL = 90_000
"""Kilobytes of its own that a server may take until a model is loaded."""


def own_kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell what is a process's own memory")
def test_episodes_and_searches_in_turn_leave_nothing_behind(home: Path) -> None:
    with Raw(home) as server:
        server.hello()
        for number in range(80):  # each search has the text index written by new threads
            begun = server.call("create_episode", task="storm", session=f"{number % 3}")
            episode = begun["result"]["structuredContent"]["episode"]
            server.call("complete_episode", episode=episode, outcome="success")
            server.call("search_patterns", text="test")
        assert own_kilobytes(server.process.pid) < BEFORE_THE_MODEL

"""Memories that are missing, damaged, newer, locked or may only be read: the handshake works all the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from served import Agent, Raw, environment, eventually, served

from tacit import Memory
from tacit.app.mcp.tools.table import TOOLS

ARGUMENTS: dict[str, dict[str, Any]] = {
    "search_patterns": {"text": "x"},
    "recall_error": {"error": "x"},
    "recommend_patterns": {"task": "x"},
    "predict_success": {"task": "x"},
}
HOLDING = """
import sys, time
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    memory._store.write(lambda write: (print("held", flush=True), time.sleep(60)))
"""


def nothing_known(agent: Agent) -> None:
    """All tools that read a memory say that there is none, and how one is made."""
    for name, tool in TOOLS.items():
        if tool.empty is not None:
            answer = agent.tell(name, **ARGUMENTS.get(name, {}))
            assert "memory import" in answer["note"], name


def test_without_a_store_nothing_is_known_and_the_first_episode_makes_one(tmp_path: Path) -> None:
    with served(tmp_path) as agent:
        nothing_known(agent)
        assert agent.tell("health_check")["status"] == "empty"
        assert agent.tell("get_metrics")["patterns"] == 0
        assert agent.run("list_resources").resources == []
        assert "no store" in agent.refused("explain_pattern", id="p-000000000000").lower()
        assert not (tmp_path / "store").exists()
        begun = agent.tell("create_episode", task="Repair it")["episode"]
        assert agent.tell("complete_episode", episode=begun, outcome="success")["outcome"] == "success"
        assert agent.tell("health_check")["status"] == "ok"
    with Memory.open(tmp_path / "store", readonly=True) as memory:
        assert [one.outcome.label for one in memory.episodes()] == ["success"]


def test_a_damaged_store_is_told_of(home: Path) -> None:
    data = home / "store" / "data.mdb"
    data.write_bytes(b"\0" * data.stat().st_size)
    with served(home) as agent:
        assert agent.tell("health_check")["status"] == "unusable"
        said = agent.refused("query_memory")
        assert "data.mdb" in said or "damaged" in said


def test_a_newer_store_is_told_of(home: Path) -> None:
    (home / "store" / "tacit-store").write_bytes(b"tacit store 9\n")
    with served(home) as agent:
        assert "newer" in agent.refused("query_memory")
        assert agent.tell("health_check")["status"] == "unusable"


@pytest.mark.parametrize("words", [("--readonly",)])
def test_a_store_that_may_only_be_read_answers_questions(home: Path, words: tuple[str, ...]) -> None:
    with served(home, *words) as agent:
        health = agent.tell("health_check")
        assert (health["status"], health["readonly"]) == ("readonly", True)
        (one, *_) = agent.tell("search_patterns", text="ruff")["patterns"]
        for name, arguments in (
            ("create_episode", {"task": "x"}),
            ("record_feedback", {"id": one["id"], "said": "helped"}),
            ("delete_pattern", {"id": one["id"]}),
        ):
            assert "reading only" in agent.refused(name, **arguments)
        eventually(lambda: "offer-dropped reason=StoreReadOnly" in (home / "tacit.log").read_text())


def test_a_locked_store_answers_questions_and_drops_offers(home: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, home / "store"], env=environment(home), stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with Raw(home) as server:
            server.hello()
            for _ in range(3):
                answer = server.call("search_patterns", text="ruff")
                assert answer["result"]["structuredContent"]["total"] > 0
            assert server.leave() == 0
    finally:
        holder.kill()
        holder.communicate()


def test_a_store_that_comes_later_is_found(tmp_path: Path, learned: Path) -> None:
    with served(tmp_path) as agent:
        assert agent.tell("health_check")["status"] == "empty"
        shutil.copytree(learned / "store", tmp_path / "store")
        assert agent.tell("health_check")["status"] == "ok"

"""An agent without transcripts: it is told a recovery, uses it, and the next session is told more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from served import Agent, eventually, served

from tacit import Memory

REFUSED = "File has not been read yet. Read it first before writing to it."


def known(agent: Agent, session: str) -> dict[str, Any]:
    """What is known of the error, the nearest first."""
    found = agent.tell(
        "recall_error", error=REFUSED, tool="Edit", session=session, project="work/app", limit=1
    )
    (one,) = found["recoveries"]
    assert isinstance(one, dict)
    return one


def test_what_one_session_does_the_next_one_is_told(home: Path) -> None:
    with served(home, client="opencode") as agent:
        task = agent.tell("recommend_patterns", task="fix the parser", session="first", project="work/app")
        assert task["lines"]
        begun = agent.tell("create_episode", task="fix the lexer", session="first", project="work/app")
        steps: list[dict[str, Any]] = [
            {"tool": "edit", "parameters": {"path": "lexer.py"}, "observation": REFUSED, "status": "error"}
        ]
        agent.tell("add_step", episode=begun["episode"], **steps[0])
        before = known(agent, "first")
        assert before["action"] == "read"
        for tool in ("read", "edit"):
            agent.tell("add_step", episode=begun["episode"], tool=tool, parameters={"path": "lexer.py"})
        agent.tell("record_feedback", id=before["pattern"], said="helped", session="first")
        done = agent.tell("complete_episode", episode=begun["episode"], outcome="success", note="it works")
        assert done["outcome"] == "success"
        eventually(lambda: known(agent, "first")["judged"] == before["judged"] + 1)
    with served(home, client="opencode") as agent:
        after = known(agent, "second")
        assert after["uses"] == before["uses"] + 1
        assert after["successes"] == before["successes"] + 1
        assert begun["episode"] in [source["episode"] for source in after["sources"]]
    with Memory.open(home / "store", readonly=True) as memory:
        offers = memory.offers(before["pattern"])
        given = [one for one in offers if one.how == "recall_error" and one.episode == begun["episode"]]
        assert given
        assert {one.agent for one in given} == {"opencode"}
        assert "helped" in [one.feedback for one in offers]

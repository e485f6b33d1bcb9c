"""What a person deletes or forgets is in no answer of a server that knew it, and stays away."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from everywhere import places_of
from hooked import CWD, run_hook
from mcp import MCPError
from served import Agent, Raw, environment, served

from tacit.core.ids import pattern_id

WORD = "Zanzibar"
Home = Path


def memory(home: Path, *words: str) -> str:
    """Run a command as a person does beside the server; what it prints on stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *words],
        env=environment(home), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(agent: Agent, home: Path, public_id: str, episode: str, word: str) -> str:
    """All that any tool, resource, prompt, hook or shareable file says now, but for the asked-for itself."""
    told: list[str] = []
    for tool, arguments in (
        ("query_memory", {"limit": 100}),
        ("query_memory", {"what": "episodes", "query": word}),
        ("query_memory", {"what": "sessions"}),
        ("search_patterns", {"text": f"edit read {word}"}),
        ("search_patterns", {"text": f"edit read {word}", "mode": "lexical"}),
        (
            "recall_error",
            {"error": "File has not been read yet. Read it first before writing to it.", "tool": "Edit"},
        ),
        ("project_facts", {"project": "work/app"}),
        ("recommend_patterns", {"task": f"fix the parser, case {word}"}),
        ("predict_success", {"task": f"fix the parser, case {word}"}),
        ("get_metrics", {}),
        ("health_check", {}),
    ):
        told.append(json.dumps(agent.tell(tool, **arguments)))
    for tool, arguments in (
        ("explain_pattern", {"id": public_id}),
        ("record_feedback", {"id": public_id, "said": "helped"}),
        ("get_episode", {"id": episode, "steps": True}),
    ):
        result = agent.ask(tool, **arguments)
        told += [] if result.is_error else [json.dumps(result.structured_content)]
    told += [one.model_dump_json() for one in agent.run("list_resources").resources]
    for uri in (f"tacit://pattern/{public_id}", f"tacit://episode/{episode}"):
        told += _or_nothing(lambda uri=uri: agent.run("read_resource", uri).contents[0].text)  # type: ignore[misc]
    told += _or_nothing(
        lambda: agent.run("get_prompt", "recall", {"task": "fix the parser"}).messages[0].content.text
    )
    told += _or_nothing(
        lambda: agent.run("get_prompt", "retrospective", {"episode": episode}).messages[0].content.text
    )
    told.append(memory(home, "export", "--shareable", "--with-project"))
    told.append(run_hook(home, ("session-start", "--tokens", "4000"), json.dumps({"cwd": CWD}).encode()).out)
    return "\n".join(told)


def nowhere(home: Path) -> bool:
    """Whether the word lies nowhere once nobody else is there, who would keep freed pages from going."""
    memory(home, "learn")
    return places_of(WORD, home / "store") == []


def _or_nothing(ask: Callable[[], str]) -> list[str]:
    try:
        return [ask()]
    except MCPError:
        return []


def episode_of(agent: Agent) -> str:
    found = agent.tell("query_memory", what="episodes", query="parser", limit=1)["items"]
    return str(found[0]["id"])


def test_a_pattern_that_a_person_deletes_is_in_no_answer_from_then_on(home: Home) -> None:
    with served(home) as agent:
        episode = episode_of(agent)
        patterns = agent.tell("query_memory", query="kind:error_recovery", limit=100)["items"]
        public_id, title = patterns[0]["id"], patterns[0]["title"]
        before = answers(agent, home, public_id, episode, "parser")
        assert before.count(public_id) > 5
        memory(home, "delete", public_id)
        after = answers(agent, home, public_id, episode, "parser")
        assert public_id not in after
        assert title not in after
        memory(home, "undo")
        assert public_id in answers(agent, home, public_id, episode, "parser")


def test_what_an_agent_deletes_is_in_no_answer_and_stays_in_the_trash(home: Home) -> None:
    with served(home) as agent:
        episode = episode_of(agent)
        public_id = agent.tell("query_memory", query="kind:error_recovery")["items"][0]["id"]
        agent.tell("delete_pattern", id=public_id)
        assert public_id not in answers(agent, home, public_id, episode, "parser")
        assert " agent " in memory(home, "trash", "list")
        for arguments in (
            {"id": public_id},
            {"id": public_id, "purge": True},
            {"restore": True, "purge": True},
        ):
            agent.refused("delete_pattern", **arguments)
        assert " agent " in memory(home, "trash", "list")
        assert agent.tell("delete_pattern", restore=True)["restored"] >= 1
        assert public_id in answers(agent, home, public_id, episode, "parser")


def test_an_agent_brings_nothing_back_that_a_person_deleted(home: Home) -> None:
    with served(home) as agent:
        public_id = agent.tell("query_memory")["items"][0]["id"]
        memory(home, "delete", public_id)
        assert "No agent deleted" in agent.refused("delete_pattern", restore=True)
        agent.refused("record_feedback", id=public_id, said="helped")
        agent.refused("delete_pattern", id=public_id)
        assert public_id not in json.dumps(agent.tell("query_memory", limit=100))


def test_what_is_forgotten_beside_a_running_server_is_nowhere_and_does_not_come_back(home: Home) -> None:
    with served(home) as agent:
        patterns = agent.tell("query_memory", limit=100)["items"]
        open_ = agent.tell("create_episode", task=f"go to {WORD}", project=WORD, session=f"{WORD}-1")[
            "episode"
        ]
        agent.tell(
            "add_step", episode=open_, tool="Bash", parameters={"command": f"ls {WORD}"}, observation=WORD
        )
        done = agent.tell("create_episode", task=f"leave {WORD}", session="other")["episode"]
        agent.tell("add_step", episode=done, tool=WORD, observation=f"{WORD} left")
        agent.tell("complete_episode", episode=done, outcome="success", note=f"as {WORD} said")
        agent.tell("search_patterns", text="edit", project=WORD, session=f"{WORD}-1")
        assert WORD in answers(agent, home, patterns[0]["id"], done, WORD)
        memory(home, "forget", "--matching", WORD, "--yes")
        told = answers(agent, home, patterns[0]["id"], done, "x")
        assert WORD.lower() not in told.lower()
        assert open_ not in told
        for tool, more in (
            ("add_step", {"tool": "Bash", "observation": "once more"}),
            ("complete_episode", {"outcome": "success"}),
        ):
            agent.refused(tool, episode=open_, **more)
        agent.refused("get_episode", id=open_)
        assert {one["id"] for one in agent.tell("query_memory", limit=100)["items"]} == {
            one["id"] for one in patterns
        }
    assert nowhere(home)


def test_steps_that_a_server_holds_back_go_with_what_is_forgotten(home: Home) -> None:
    (home / "config.toml").write_text('[record]\nbuffer_time = "10m"\nbuffer_steps = 1000\n')
    with Raw(home) as server:
        server.hello()
        begun = server.call("create_episode", task=f"go to {WORD}")["result"]["structuredContent"]["episode"]
        for number in range(3):
            server.send(
                "tools/call",
                {
                    "name": "add_step",
                    "arguments": {"episode": begun, "tool": "x", "observation": f"{WORD} {number}"},
                },
            )
        for _ in range(3):
            server.read()
        memory(home, "forget", "--matching", WORD, "--yes")
        late = server.call("add_step", episode=begun, tool="x", observation=f"{WORD} late")
        assert late["result"]["isError"]
        assert server.leave() == 0
    assert nowhere(home)
    assert WORD not in (home / "tacit.log").read_text("utf-8")


def test_a_shared_file_brings_nothing_back_that_was_deleted(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "shared.json"
    memory(home, "export", "--shareable", str(file), "--with-project", "--name", "alice")
    shared = [pattern_id(one["kind"], tuple(one["key"])) for one in json.loads(file.read_text())["patterns"]]
    with served(home) as agent:
        known = [one["id"] for one in agent.tell("query_memory", limit=100)["items"]]
        gone = next(one for one in known if one in shared)
        agent.tell("delete_pattern", id=gone)
        memory(home, "import", "--from", str(file))
        assert gone not in answers(agent, home, gone, episode_of(agent), "parser")

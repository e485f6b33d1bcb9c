"""Which project a question is about: the one that is named, else the one the client works in."""

from __future__ import annotations

from pathlib import Path

from served import Agent, served
from transcript import START, Transcript

from tacit import Memory
from tacit.core.learn.paths import project_of


def projects(agent: Agent, **asked: str) -> set[str]:
    return {one["project"] for one in agent.tell("project_facts", **asked)["facts"]}


def test_a_question_without_a_project_is_about_the_one_the_client_works_in(home: Path) -> None:
    with served(home) as agent:
        assert projects(agent) == {"work/app"}  # the client works where nothing is known of
    one = Transcript("here", cwd=str(home), start=START)
    one.prompt("make it green")
    one.edit("parser.py")
    one.tests_pass()
    with Memory.open(home / "store") as memory:
        memory.import_paths([one.save(home / "transcripts")])
    here = project_of(str(home), None)
    with served(home) as agent:
        assert projects(agent) == {here}
        assert projects(agent, project="work/app") == {"work/app"}
        assert agent.tell("recommend_patterns", task="change the parser")["project"] == here


def test_a_project_that_nobody_knows_is_said_to_be_none(agent: Agent) -> None:
    found = agent.tell("project_facts", project="nowhere")
    assert found["facts"] == []
    assert found["note"] == "There is no project “nowhere”. There are work/app, work/odd."
    note = agent.tell("search_patterns", text="ruff", mode="lexical", project="/home/dev/work/app")["note"]
    assert note.startswith("There is no project “/home/dev/work/app”. It may be work/app.")


def test_where_only_words_were_compared_the_answer_says_so(agent: Agent) -> None:
    for tool, asked in (
        ("search_patterns", {"text": "ruff"}),
        ("recall_error", {"error": "No such thing."}),
        ("recommend_patterns", {"task": "fix it"}),
        ("predict_success", {"task": "fix it"}),
    ):
        assert agent.tell(tool, **asked)["note"].startswith("Found by words alone: No embedding model")


def test_an_id_that_is_none_names_the_tool_that_lists_ids(agent: Agent) -> None:
    assert agent.refused("get_episode", id="e-zzzz").endswith("query_memory lists ids.")

"""Prompts: what to know before a task, and looking back at one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mcp_types as types
from mcp.shared.exceptions import MCPError

from tacit.core.jsonform import Json

if TYPE_CHECKING:
    from tacit.app.mcp.open_memory import Held

_TASK = 10_000
_QUOTED = 1_500
_SENTENCE = 400

PROMPTS: list[Json] = [
    {
        "name": "recall",
        "title": "What is known for a task",
        "description": "What past sessions show, before a task is begun.",
        "arguments": [{"name": "task", "description": "What is to be done.", "required": True}],
    },
    {
        "name": "retrospective",
        "title": "Look back at a task",
        "description": "How a task went, what to do better, and what is worth keeping.",
        "arguments": [{"name": "episode", "description": "Its id, e-…", "required": True}],
    },
]


def get(held: Held, name: str, arguments: dict[str, str], agent: str) -> Json:
    """The messages of a prompt.

    Raises:
        MCPError: there is no such prompt, or its argument is missing or wrong.
    """
    made = {"recall": ("task", _recall), "retrospective": ("episode", _retrospective)}.get(name)
    if made is None:
        raise MCPError(types.INVALID_PARAMS, "There is no such prompt. There are: recall, retrospective.")
    argument, make = made
    given = arguments.get(argument, "")
    if not 0 < len(given.strip()) <= _TASK:
        said = f"The prompt {name} takes `{argument}`, a text of 1 to {_TASK:,} characters."
        raise MCPError(types.INVALID_PARAMS, said)
    return {"messages": [{"role": "user", "content": {"type": "text", "text": make(held, given, agent)}}]}


def _recall(held: Held, task: str, agent: str) -> str:
    from tacit.app.mcp.answering import offer
    from tacit.app.mcp.bounds import shown
    from tacit.app.mcp.calls import Call
    from tacit.app.mcp.schemas import inputs
    from tacit.app.mcp.tools.advising import patterns_in

    call = Call(held, inputs.RecommendPatterns(task=task), agent)
    memory = call.memory()
    found = memory.context(task, project=call.project(memory))
    offer("recall", call, patterns_in([{"id": one.id} for one in found.lines]))
    known = shown(found.text, 15_000) or "Nothing is known from past sessions for this task."
    return f"{known}\n\nWith that in mind, do this task:\n\n{shown(task, _TASK)}"


def _retrospective(held: Held, public_id: str, _agent: str) -> str:
    from tacit.app.mcp.bounds import shown
    from tacit.core.errors import NotFound, Usage
    from tacit.core.model import Episode
    from tacit.core.recall.block import WARNING
    from tacit.core.recall.quoting import quoted

    memory = held.memory()
    try:
        episode = memory.get(public_id.strip())
        if not isinstance(episode, Episode):
            raise Usage(f"{episode.id} is no episode.", "Ids of episodes begin with e-.")
        found = memory.look_back(episode.id)
    except (NotFound, Usage) as error:
        raise MCPError(types.INVALID_PARAMS, shown(str(error), 500)) from None
    told = found.reflection
    parts = (
        ("What went well", [one.sentence for one in told.successes]),
        ("What to do better", [one.sentence for one in told.improvements]),
    )
    lines = [
        f"Look back at a task of a past session. {WARNING}",
        "",
        f"Task ({episode.id}): {quoted(episode.prompt, _QUOTED)}",
        f"Outcome: {episode.outcome.label}, told by {episode.outcome.source or 'nothing'}.",
    ]
    for head, said in parts:
        lines += ["", f"{head}:", *(f"- {quoted(one, _SENTENCE)}" for one in said)] if said else []
    lines += ["", "Say in a few sentences what the next agent should do the same and what differently."]
    return "\n".join(lines)

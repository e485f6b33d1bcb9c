"""Tools that record what an agent does, and read what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.mcp.bounds import fitting, shown
from tacit.app.mcp.calls import Answer, Call
from tacit.app.mcp.schemas import inputs
from tacit.app.mcp.tools.forms import episode_form, step_form
from tacit.core.clock import rfc3339
from tacit.core.errors import NotFound, Usage
from tacit.core.jsonform import Json
from tacit.core.model import Episode

if TYPE_CHECKING:
    from tacit.core.live.records import Open

_PROMPT = 2_000
_MORE = 10


def create_episode(call: Call[inputs.CreateEpisode]) -> Answer:
    """Begin an episode; it is durable, and any process may go on with it."""
    asked, memory = call.asked, call.memory(create=True)
    begun = memory.start_episode(
        asked.task,
        asked.context,
        asked.task_type,
        project=asked.project or None,
        directory=call.held.directory or None,
        agent=call.agent,
        session=asked.session or None,
    )
    call.held.began(call.agent, asked.session, begun.id)
    head = memory.open_episode(begun.id)
    session, project = ("", "") if head is None else (head.session, head.told)
    return Answer({"episode": begun.id, "session": session, "project": shown(project, 100)})


def add_step(call: Call[inputs.AddStep]) -> Answer:
    """Log a step; it is durable when this returns."""
    asked, memory = call.asked, call.memory()
    memory.log_step(
        asked.episode,
        asked.tool,
        asked.parameters,
        asked.observation,
        status=asked.status,
        seconds=asked.seconds,
    )
    memory.flush()
    head = memory.open_episode(asked.episode)
    return Answer({"episode": asked.episode, "steps": 0 if head is None else head.steps})


def complete_episode(call: Call[inputs.CompleteEpisode]) -> Answer:
    """End an episode that was begun, or say how the task ended that a session with a transcript was at."""
    asked, memory = call.asked, call.memory()
    episode = asked.episode or call.episode
    if episode:
        done = memory.complete_episode(episode, asked.outcome, asked.note)
        call.held.ended(episode)
        told_by = done.outcome.source or "nothing"
        value = {"episode": done.id, "outcome": done.outcome.label, "told_by": told_by, "steps": done.steps}
        return Answer(value)
    if not asked.session or asked.outcome is None:
        raise Usage(
            "There is no episode to complete.",
            "Give the id that create_episode gave, or your own session id with an outcome.",
        )
    memory.tell_outcome(asked.session, call.agent, asked.outcome, asked.note)
    return Answer({"episode": None, "outcome": asked.outcome, "told_by": "label", "steps": None})


def get_episode(call: Call[inputs.GetEpisode]) -> Answer:
    """An episode, completed or still open, and a page of its steps."""
    asked, memory = call.asked, call.memory()
    head = memory.open_episode(asked.id)
    if head is not None:
        return Answer(_open_form(head))
    episode = memory.get(asked.id)
    if not isinstance(episode, Episode):
        raise NotFound(f"{asked.id} is no episode.", "Ids of episodes begin with e-.")
    steps: list[Json] = []
    if asked.steps:
        steps = fitting(map(step_form, memory.steps(episode.id, asked.first, asked.limit)), 13_000)
    last = steps[-1]["n"] if steps else 0
    more = bool(steps) and bool(memory.steps(episode.id, last + 1, 1))
    value = {
        **episode_form(episode),
        "state": "completed",
        "prompt": shown(episode.prompt, _PROMPT),
        "task_type": episode.task_type,
        "evidence": [shown(one.text) for one in episode.outcome.evidence[:3]],
        "started": rfc3339(episode.started),
        "files": [shown(name, 200) for name in episode.files[:_MORE]],
        "total_steps": episode.steps + episode.subagent_steps,
        "patterns": [one.id for one in memory.patterns_of(episode.id)[:_MORE]],
        "steps": steps,
        "next_step": last + 1 if more else None,
    }
    return Answer(value)


def _open_form(head: Open) -> Json:
    return {
        "id": head.id,
        "session": head.session,
        "agent": head.agent,
        "state": "open",
        "prompt": shown(head.task, _PROMPT),
        "outcome": "unknown",
        "started": rfc3339(head.started),
        "ended": None,
        "total_steps": head.steps,
        "patterns": [],
        "steps": [],
        "next_step": None,
    }

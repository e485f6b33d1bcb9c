"""Tools that tell of the memory itself."""

from __future__ import annotations

from tacit import __version__
from tacit.app.mcp.bounds import shown
from tacit.app.mcp.calls import Answer, Call
from tacit.app.mcp.schemas import inputs
from tacit.core.embedding.choice import unready
from tacit.core.errors import StoreMissing, TacitError
from tacit.core.jsonform import Json

_PROJECTS = 20


def health_check(call: Call[inputs.Nothing]) -> Answer:
    """Whether the memory can be used; what is wrong with it is an answer, not an error."""
    try:
        memory = call.memory()
        health, stats = memory.health(), memory.stats()
    except TacitError as error:
        empty = isinstance(error, StoreMissing)
        return Answer(
            {
                "status": "empty" if empty else "unusable",
                "message": shown(str(error), 1_000),
                "version": __version__,
                "readonly": True,
                "waiting": 0,
                "meaning": "",
            }
        )
    concerns = [shown(f"{one.what}. {one.hint}", 300) for one in health.concerns]
    return Answer(
        {
            "status": "readonly" if memory.readonly else "ok",
            "message": " ".join(concerns),
            "version": __version__,
            "readonly": memory.readonly,
            "sessions": stats.sessions,
            "episodes": stats.episodes,
            "patterns": stats.patterns,
            "waiting": health.waiting,
            "meaning": shown(unready(memory.config)) or "ready",
            "left_out": health.left_out,
            "trouble": shown(memory.trouble),
        }
    )


def get_metrics(call: Call[inputs.Nothing]) -> Answer:
    """Totals of the memory, and what this server did."""
    server = {**call.held.counted.told(), "dropped": call.held.aside.dropped}
    try:
        stats = call.memory().stats()
    except StoreMissing:
        none: Json = {"sessions": 0, "episodes": 0, "patterns": 0, "outcomes": {}, "projects": []}
        return Answer({**none, "server": server})
    outcomes = stats.outcomes
    return Answer(
        {
            "sessions": stats.sessions,
            "episodes": stats.episodes,
            "patterns": stats.patterns,
            "outcomes": {name: getattr(outcomes, name) for name in outcomes.__struct_fields__},
            "kinds": stats.kinds,
            "verdicts": stats.verdicts,
            "agents": stats.agents,
            "projects": [
                {"project": shown(one.project, 100), "sessions": one.sessions, "patterns": one.patterns}
                for one in stats.projects[:_PROJECTS]
            ],
            "server": server,
        }
    )

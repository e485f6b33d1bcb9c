"""How patterns, sessions, episodes and steps look to an agent: shorter than in an export, with sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.mcp.bounds import shown
from tacit.core.clock import rfc3339
from tacit.core.errors import NotFound
from tacit.core.jsonform import Json, rounded

if TYPE_CHECKING:
    from tacit.core.hits import Hit
    from tacit.core.model import Episode, Pattern, Session, Step
    from tacit.core.recall.error_recall import Recovery
    from tacit.core.recall.facts import Fact
    from tacit.core.recall.rated import Rated
    from tacit.memory import Memory

SOURCES = 2
"""So many of the newest uses of a pattern are named, by episode and session."""

_PROJECTS = 3
_OBSERVATION = 1_500
_PARAMETERS = 800


def pattern_form(memory: Memory, one: Pattern, sources: int = SOURCES) -> Json:
    """A pattern with its support, its dates and the newest episodes it was seen in."""
    return {
        "id": one.id,
        "kind": one.kind,
        "title": shown(one.title),
        "verdict": one.verdict,
        "uses": one.uses,
        **rated_form(one),
        "expected": rounded(one.expected),
        "projects": [shown(name, 100) for name in one.project_names[:_PROJECTS]],
        "first_used": rfc3339(one.first_used) if one.uses else None,
        "last_used": rfc3339(one.last_used) if one.uses else None,
        "elsewhere": elsewhere_form(one),
        "sources": sources_of(memory, one.id, sources),
    }


def by_words(note: str) -> str:
    """Why nothing was compared by meaning, as a sentence that says so; empty where it was."""
    return f"Found by words alone: {note}" if note else ""


def elsewhere_form(one: Pattern | Recovery) -> list[Json]:
    """What other memories told of it, by source; it counts in no other number."""
    return [
        {"source": shown(told.source, 100), "judged": told.judged, "successes": told.successes}
        for told in one.elsewhere
    ]


def sources_of(memory: Memory, pattern_id: str, most: int = SOURCES) -> list[Json]:
    """The newest uses of a pattern: in which episode and session, when, which steps, how it went.

    None where somebody deleted it since it was found.
    """
    try:
        uses = memory.evidence(pattern_id, most)
    except NotFound:
        return []
    return [
        {
            "episode": use.episode,
            "session": use.session,
            "at": rfc3339(use.at),
            "result": use.result,
            "steps": [use.first, use.last],
        }
        for use in uses
    ]


def rated_form(one: Rated | Pattern) -> Json:
    """Successes of judged, with the 95 % interval of the rate."""
    return {
        "judged": one.judged,
        "successes": one.successes,
        "rate": rounded(one.rate),
        "low": rounded(one.low),
        "high": rounded(one.high),
    }


def note_form(hit: Hit) -> Json:
    """A note of another memory: what it says around the words that were found, and who said so."""
    return {
        "id": hit.id,
        "title": shown(hit.title),
        "text": shown(hit.excerpt),
        "source": shown(hit.origin, 100),
        "trust": hit.trust,
        "at": rfc3339(hit.at),
    }


def session_form(one: Session) -> Json:
    """A session in a list."""
    return {
        "id": one.id,
        "agent": one.agent,
        "project": shown(one.project, 100),
        "title": shown(one.title),
        "started": rfc3339(one.started),
        "ended": rfc3339(one.ended),
        "episodes": one.episodes,
        "steps": one.steps,
        "outcomes": dict(one.outcomes),
    }


def episode_form(one: Episode) -> Json:
    """An episode in a list."""
    return {
        "id": one.id,
        "session": one.session,
        "agent": one.agent,
        "project": shown(one.project, 100),
        "title": shown(one.title),
        "outcome": one.outcome.label,
        "told_by": one.outcome.source,
        "steps": one.steps,
        "errors": one.errors,
        "ended": rfc3339(one.ended),
    }


def step_form(one: Step) -> Json:
    """A step with what it was called with and what came of it, as far as there is room."""
    return {
        "n": one.n,
        "tool": shown(one.tool, 100),
        "status": one.status,
        "at": rfc3339(one.at),
        "actions": [shown(action.label, 200) for action in one.actions[:10]],
        "target": None if one.target is None else shown(one.target, 200),
        "error": None if one.error is None else shown(one.error.line),
        "parameters": shown(one.parameters, _PARAMETERS),
        "observation": shown(one.observation, _OBSERVATION),
    }


def recovery_form(one: Recovery) -> Json:
    """What got past an error, with the steps that did it the last time."""
    return {
        "where": one.where,
        "signature": shown(one.signature),
        "action": shown(one.action),
        "intent": shown(one.intent),
        **_used_form(one),
        "likeness": rounded(one.likeness),
        "elsewhere": elsewhere_form(one),
        "sources": [
            {
                "episode": seen.episode,
                "session": seen.session,
                "at": rfc3339(seen.at),
                "result": seen.result,
                "steps": [
                    {
                        "n": step.n,
                        "actions": [shown(action, 200) for action in step.actions[:5]],
                        "target": None if step.target is None else shown(step.target, 200),
                    }
                    for step in seen.steps
                ],
            }
            for seen in one.seen
        ],
    }


def fact_form(memory: Memory, one: Fact) -> Json:
    """A command of a project; its sources are those of its pattern, where it has one."""
    return {
        "project": shown(one.project, 100),
        "intent": one.intent,
        "command": shown(one.command),
        "goes": one.goes,
        **_used_form(one),
        "sources": sources_of(memory, one.pattern, 1) if one.pattern else [],
    }


def _used_form(one: Recovery | Fact) -> Json:
    return {
        "pattern": one.pattern,
        "uses": one.uses,
        **rated_form(one),
        "expected": rounded(one.expected),
        "episodes": one.episodes,
        "last_used": rfc3339(one.last_used) if one.uses else None,
    }

"""Tools that advise: what is worth knowing, how it will end, why a pattern is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.mcp.bounds import fitting, shown
from tacit.app.mcp.calls import Answer, Call
from tacit.app.mcp.schemas import inputs
from tacit.app.mcp.tools.forms import by_words, pattern_form, rated_form
from tacit.core.clock import rfc3339
from tacit.core.errors import Usage
from tacit.core.jsonform import Json, rounded
from tacit.core.model import Pattern

if TYPE_CHECKING:
    from tacit.memory import Memory

_LINE = 600
_ALIKE = 5
_EVIDENCE = 10


def recommend_patterns(call: Call[inputs.RecommendPatterns]) -> Answer:
    """The lines that are worth knowing for a task, each with the pattern or episode it tells of."""
    asked, memory = call.asked, call.memory()
    found = memory.context(asked.task, tokens=asked.tokens, project=call.project(memory))
    lines = fitting(
        {"section": one.section, "id": one.id, "text": shown(one.text, _LINE)} for one in found.lines
    )
    total = len(found.lines) + found.left_out
    truncated = len(lines) < total
    more = "There is more: raise tokens." if truncated else ""
    value = {
        "total": total,
        "truncated": truncated,
        "note": call.note(memory, by_words(found.note), more),
        "project": None if found.project is None else shown(found.project, 100),
        "lines": lines,
    }
    return Answer(value, patterns_in(lines))


def predict_success(call: Call[inputs.PredictSuccess]) -> Answer:
    """How tasks like one ended, with those tasks and what they used."""
    asked, memory = call.asked, call.memory()
    found = memory.predict(asked.task, project=call.project(memory))
    value = {
        "basis": found.basis,
        "reason": found.reason,
        "estimate": rounded(found.estimate),
        "counted": rated_form(found.counted),
        "base": rated_form(found.base),
        "expected": rounded(found.expected),
        "p": rounded(found.p),
        "note": call.note(memory, by_words(found.note)),
        "episodes": [
            {
                "id": one.episode,
                "session": one.session,
                "project": shown(one.project, 100),
                "title": shown(one.title),
                "outcome": one.label,
                "at": rfc3339(one.at),
                "same": one.same,
            }
            for one in found.alike[:_ALIKE]
        ],
        "patterns": [{"tasks": one.tasks, **pattern_form(memory, one.pattern, 1)} for one in found.used],
    }
    return Answer(value, tuple(one.pattern.id for one in found.used))


def explain_pattern(call: Call[inputs.ExplainPattern]) -> Answer:
    """All numbers of a pattern, and the newest uses it was learned from."""
    memory = call.memory()
    pattern = pattern_of(memory, call.asked.id)
    offered = pattern.offered
    value = {
        **pattern_form(memory, pattern, _EVIDENCE),
        "key": [shown(part) for part in pattern.key],
        "failures": pattern.failures,
        "partial": pattern.partial,
        "episodes": pattern.episodes,
        "sessions": pattern.sessions,
        "learned_at": rfc3339(pattern.learned_at),
        "pinned": pattern.pinned,
        "trend": _trend(memory, pattern),
        "since_offered": offered
        and {
            "known": offered.known,
            "applied": offered.applied,
            "judged": offered.judged,
            "successes": offered.successes,
        },
    }
    return Answer(value, (pattern.id,))


def pattern_of(memory: Memory, public_id: str) -> Pattern:
    """The pattern of an id.

    Raises:
        NotFound: there is none.
        Usage: it is no pattern.
    """
    found = memory.get(public_id)
    if not isinstance(found, Pattern):
        raise Usage(f"{public_id} is no pattern.", "Ids of patterns begin with p-.")
    return found


def patterns_in(lines: list[Json]) -> tuple[str, ...]:
    """The patterns that lines tell of, each once."""
    ids = (line["id"] for line in lines)
    return tuple(dict.fromkeys(one for one in ids if one and one.startswith("p-")))


def _trend(memory: Memory, pattern: Pattern) -> str:
    from tacit.core.recall.trends import Trend

    found = memory.trends(pattern.id)
    return found.word if isinstance(found, Trend) else "unknown"

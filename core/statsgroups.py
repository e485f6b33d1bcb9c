"""The parts of the statistics' JSON form that tell of groups of episodes and of the funnel."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.core.funnel import Funnel
from tacit.core.jsonform import Json, rounded, without_hash
from tacit.core.outcome_counts import Group, Outcomes


def outcomes_json(outcomes: Outcomes) -> Json:
    """How episodes ended, with the rate over the judged ones; ``null`` where none is."""
    return {
        "success": outcomes.success,
        "partial": outcomes.partial,
        "failure": outcomes.failure,
        "abstained": outcomes.abstained,
        "unknown": outcomes.unknown,
        "judged": outcomes.judged,
        "rate": rounded(outcomes.rate),
    }


def groups_json(groups: Iterable[Group], name: str) -> list[Json]:
    """Groups under what they are called: ``{"language": "go", "outcomes": …}``."""
    return [{name: without_hash(one.name), "outcomes": outcomes_json(one.outcomes)} for one in groups]


def funnel_json(funnel: Funnel) -> Json:
    """The funnel; ``near`` are a few of the candidates that lack one episode."""
    return {
        "sessions": funnel.sessions,
        "episodes": funnel.episodes,
        "judged": funnel.judged,
        "unworthy": funnel.unworthy,
        "candidates": funnel.candidates,
        "rejected": funnel.rejected,
        "variants": funnel.variants,
        "archived": funnel.archived,
        "patterns": funnel.patterns,
        "lacking": funnel.lacking,
        "near": [
            {
                "kind": one.kind,
                "title": without_hash(one.title),
                "episodes": one.episodes,
                "needed": one.needed,
            }
            for one in funnel.near
        ],
        "waiting": funnel.waiting,
    }

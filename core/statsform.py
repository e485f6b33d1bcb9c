"""The JSON form of the statistics. Nothing in it moves with the clock alone."""

from __future__ import annotations

from tacit.core.clock import rfc3339
from tacit.core.jsonform import DECIMALS, SCHEMA, Json, without_hash
from tacit.core.stats import Outcomes, Stats


def outcomes_json(outcomes: Outcomes) -> Json:
    """How episodes ended, with the rate over the judged ones; ``null`` where none is."""
    rate = outcomes.rate
    return {
        "success": outcomes.success,
        "partial": outcomes.partial,
        "failure": outcomes.failure,
        "abstained": outcomes.abstained,
        "unknown": outcomes.unknown,
        "judged": outcomes.judged,
        "rate": None if rate is None else round(rate, DECIMALS),
    }


def stats_json(stats: Stats) -> Json:
    """The totals, trends and the funnel."""
    funnel = stats.funnel
    return {
        "schema": SCHEMA,
        "sessions": stats.sessions,
        "episodes": stats.episodes,
        "patterns": stats.patterns,
        "sums": stats.sums,
        "outcomes": outcomes_json(stats.outcomes),
        "sources": stats.sources,
        "kinds": stats.kinds,
        "verdicts": stats.verdicts,
        "agents": stats.agents,
        "tools": [{"tool": tool.tool, "calls": tool.calls, "errors": tool.errors} for tool in stats.tools],
        "projects": [
            {
                "project": without_hash(row.project),
                "sessions": row.sessions,
                "patterns": row.patterns,
                "outcomes": outcomes_json(row.outcomes),
            }
            for row in stats.projects
        ],
        "weeks": [
            {"start": rfc3339(week.start), "outcomes": outcomes_json(week.outcomes)} for week in stats.weeks
        ],
        "funnel": {
            "sessions": funnel.sessions,
            "episodes": funnel.episodes,
            "judged": funnel.judged,
            "unworthy": funnel.unworthy,
            "candidates": funnel.candidates,
            "rejected": funnel.rejected,
            "variants": funnel.variants,
            "patterns": funnel.patterns,
        },
    }

"""The JSON form of the statistics. Nothing in it moves with the clock alone."""

from __future__ import annotations

from tacit.core.clock import rfc3339
from tacit.core.jsonform import SCHEMA, Json, offered_json, without_hash
from tacit.core.stats import Stats
from tacit.core.statsgroups import funnel_json, groups_json, outcomes_json


def stats_json(stats: Stats) -> Json:
    """The totals, trends and the funnel."""
    return {
        "schema": SCHEMA,
        "sessions": stats.sessions,
        "episodes": stats.episodes,
        "patterns": stats.patterns,
        "elsewhere": stats.elsewhere,
        "notes": stats.notes,
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
        "task_types": groups_json(stats.task_types, "task_type"),
        "languages": groups_json(stats.languages, "language"),
        "offers": {"given": stats.offers, "followed": offered_json(stats.offered)},
        "funnel": funnel_json(stats.funnel),
    }

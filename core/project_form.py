"""The JSON forms of projects and of what merging does."""

from __future__ import annotations

from tacit.core.clock import rfc3339
from tacit.core.jsonform import SCHEMA, Json, without_hash
from tacit.core.merging import Merged
from tacit.core.project_likeness import Likeness
from tacit.core.project_list import Project
from tacit.core.statsgroups import outcomes_json


def project_json(one: Project) -> Json:
    """A project; ``others`` are its other names, ``like`` what it looks like being part of."""
    return {
        "project": without_hash(one.name),
        "sessions": one.sessions,
        "episodes": one.episodes,
        "patterns": one.patterns,
        "outcomes": outcomes_json(one.outcomes),
        "last_used": None if one.last_used is None else rfc3339(one.last_used),
        "others": [without_hash(name) for name in one.others],
        "like": None if one.like is None else _like_json(one.like),
    }


def merged_json(merged: Merged) -> Json:
    """What a merge did; ``step`` is the step of undo, ``null`` for a dry run."""
    return {
        "schema": SCHEMA,
        "dry_run": merged.dry_run,
        "step": merged.step or None,
        "source": without_hash(merged.source),
        "target": without_hash(merged.target),
        "sessions": merged.sessions,
        "episodes": merged.episodes,
        "patterns": merged.patterns,
    }


def _like_json(like: Likeness) -> Json:
    return {
        "project": without_hash(like.project),
        "what": like.what,
        "same": like.same,
        "of": like.of,
        "example": without_hash(like.example),
    }

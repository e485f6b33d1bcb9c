"""The JSON forms of what goes together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.clock import rfc3339
from tacit.core.jsonform import Json, rounded, without_hash
from tacit.core.model import Episode, Pattern
from tacit.core.recall.forms import rated_json

if TYPE_CHECKING:
    from tacit.core.recall.clusters import Cluster, Clusters, NearPair
    from tacit.core.recall.files import FilesTogether
    from tacit.core.recall.files_groups import FileGroup
    from tacit.core.recall.files_patterns import FilePattern
    from tacit.core.recall.related import Relations, Together
    from tacit.core.recall.related_episodes import Alike, Similar
    from tacit.core.recall.trends import Trend, Trends


def named_json(pattern: Pattern) -> Json:
    """A pattern in another thing: enough to tell which."""
    return {
        "id": pattern.id,
        "kind": pattern.kind,
        "title": without_hash(pattern.title),
        "verdict": pattern.verdict,
    }


def together_json(one: Together) -> Json:
    """A pattern used together with another one."""
    return {
        "pattern": named_json(one.pattern),
        "together": one.together,
        "episodes": one.alone,
        "expected": rounded(one.expected),
        "lift": rounded(one.lift),
        "correlation": rounded(one.correlation),
        "p": rounded(one.p),
        "stands": one.stands,
        "shares": [without_hash(part) for part in one.shares],
    }


def relations_json(found: Relations) -> Json:
    """What is told of all patterns used together with one."""
    return {
        "id": found.id,
        "by": "use",
        "episodes": found.uses,
        "population": found.population,
        "looked_at": found.looked_at,
        "note": None,
    }


def alike_json(one: Alike) -> Json:
    """An episode or session that is like another one."""
    thing = one.thing
    return {
        "id": thing.id,
        "type": "episode" if isinstance(thing, Episode) else "session",
        "title": without_hash(thing.title),
        "project": without_hash(thing.project),
        "started": rfc3339(thing.started),
        "outcome": thing.outcome.label if isinstance(thing, Episode) else None,
        "likeness": rounded(one.likeness),
        "patterns": [pattern.id for pattern in one.patterns],
        "files": [without_hash(name) for name in one.files],
    }


def similar_json(found: Similar) -> Json:
    """What is told of all that are like one."""
    return {
        "id": found.id,
        "by": found.by,
        "episodes": None,
        "population": None,
        "looked_at": None,
        "note": found.note or None,
    }


def group_json(one: FileGroup) -> Json:
    """Files that were changed together."""
    return {
        "files": [without_hash(name) for name in one.files],
        "project": without_hash(one.project),
        "together": one.together,
        "changed": list(one.changed),
        "population": one.population,
        "lift": rounded(one.lift),
        "p": rounded(one.p),
        "standing": one.standing,
        **rated_json(one),
        "pattern": one.pattern,
    }


def file_pattern_json(one: FilePattern) -> Json:
    """A pattern used in the episodes that changed a file."""
    return {
        "pattern": named_json(one.pattern),
        "uses": one.uses,
        "on_file": one.on_file,
        **rated_json(one),
        "last_used": rfc3339(one.last_used),
    }


def files_json(found: FilesTogether) -> Json:
    """What is told of all groups: which files were meant, and which patterns were used with them."""
    return {
        "meant": [
            {"project": without_hash(project), "file": without_hash(name)} for project, name in found.meant
        ],
        "episodes": found.episodes,
        "looked_at": found.looked_at,
        "patterns": [file_pattern_json(one) for one in found.patterns],
    }


def trend_json(one: Trend) -> Json:
    """How a rate went; ``pattern`` is null for all episodes."""
    return {
        "pattern": None if one.pattern is None else named_json(one.pattern),
        "trend": one.word,
        "episodes": one.episodes,
        "change": rounded(one.change),
        "low": rounded(one.low),
        "high": rounded(one.high),
        "p": rounded(one.p),
        "weeks": [
            {
                "week": rfc3339(week.start),
                "uses": week.uses,
                "judged": week.judged,
                "successes": week.successes,
                "average": rounded(week.average),
            }
            for week in one.weeks
        ],
    }


def trends_json(found: Trends) -> Json:
    """What is told besides the patterns."""
    return {
        "overall": trend_json(found.overall),
        "looked_at": found.looked_at,
        "listed": found.listed,
        "few": found.few,
    }


def cluster_json(one: Cluster) -> Json:
    """Patterns that mean nearly the same."""
    return {
        "label": without_hash(one.label),
        "size": len(one.patterns),
        **rated_json(one),
        "patterns": [named_json(pattern) for pattern in one.patterns],
    }


def clusters_json(found: Clusters) -> Json:
    """What is told besides the groups."""
    return {
        "by": found.by,
        "note": found.note or None,
        "noise": found.noise,
        "waiting": found.waiting,
        "looked_at": found.looked_at,
        "cut": found.cut,
        "near": [_near_json(pair) for pair in found.near],
    }


def _near_json(pair: NearPair) -> Json:
    return {
        "one": named_json(pair.one),
        "other": named_json(pair.other),
        "cosine": rounded(pair.cosine),
    }

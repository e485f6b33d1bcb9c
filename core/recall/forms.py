"""The JSON forms of what recall answers, described by the schemas in ``exports/schema``.

The rules are those of :mod:`tacit.core.jsonform`: keys in a fixed order, none left out, ``null`` for what
is not known, RFC 3339 times, six decimals, redaction marks without their hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.clock import rfc3339
from tacit.core.jsonform import SCHEMA, Json, elsewhere_json, pattern_json, rounded, without_hash

if TYPE_CHECKING:
    from tacit.core.recall.alike import Alike
    from tacit.core.recall.context import Block
    from tacit.core.recall.error_recall import Recovery
    from tacit.core.recall.facts import Fact
    from tacit.core.recall.predict import Prediction
    from tacit.core.recall.rated import Rated
    from tacit.core.recall.recalling import Recalled
    from tacit.core.recall.seen import Seen


def recalled_json(found: Recalled, limit: int | None) -> Json:
    """What got past an error: the envelope of a list, and what the error was taken for."""
    shown = found.recoveries[:limit]
    return {
        "schema": SCHEMA,
        "total": len(found.recoveries),
        "truncated": len(shown) < len(found.recoveries),
        "signature": without_hash(found.signature),
        "classes": list(found.families),
        "note": found.note or None,
        "recoveries": [recovery_json(one) for one in shown],
    }


def recovery_json(one: Recovery) -> Json:
    """A recovery; ``pattern`` is null while it is below support."""
    return {
        "where": one.where,
        "signature": without_hash(one.signature),
        "title": without_hash(one.title),
        "action": without_hash(one.action),
        "intent": without_hash(one.intent),
        **_used_json(one),
        "last_used": rfc3339(one.last_used) if one.uses else None,
        "likeness": rounded(one.likeness),
        "seen": [_seen_json(seen) for seen in one.seen],
        "elsewhere": elsewhere_json(one.elsewhere),
    }


def fact_json(one: Fact) -> Json:
    """A command of a project; ``pattern`` is null while it is below support."""
    return {
        "project": without_hash(one.project),
        "intent": one.intent,
        "command": without_hash(one.command),
        "goes": one.goes,
        **_used_json(one),
        "first_used": rfc3339(one.first_used),
        "last_used": rfc3339(one.last_used),
    }


def prediction_json(found: Prediction) -> Json:
    """A prediction; ``estimate`` is null where it does not beat the base rate."""
    return {
        "schema": SCHEMA,
        "basis": found.basis,
        "reason": found.reason,
        "estimate": rounded(found.estimate),
        "counted": rated_json(found.counted),
        "base": rated_json(found.base),
        "expected": rounded(found.expected),
        "p": rounded(found.p),
        "note": found.note or None,
        "episodes": [_alike_json(one) for one in found.alike],
        "patterns": [{"tasks": one.tasks, "pattern": pattern_json(one.pattern)} for one in found.used],
    }


def block_json(found: Block) -> Json:
    """A block for a prompt, with the lines in it, the most valuable first."""
    return {
        "schema": SCHEMA,
        "tokens": found.tokens,
        "limit": found.limit,
        "project": None if found.project is None else without_hash(found.project),
        "left_out": found.left_out,
        "note": found.note or None,
        "text": found.text,
        "lines": [{"section": one.section, "id": one.id, "text": one.text} for one in found.lines],
    }


def rated_json(one: Rated) -> Json:
    """Successes of judged, with the interval of the rate."""
    return {
        "judged": one.judged,
        "successes": one.successes,
        "rate": rounded(one.rate),
        "low": rounded(one.low),
        "high": rounded(one.high),
    }


def _used_json(one: Recovery | Fact) -> Json:
    return {
        "pattern": one.pattern,
        "uses": one.uses,
        "judged": one.judged,
        "successes": one.successes,
        "failures": one.failures,
        "partial": one.partial,
        "rate": rounded(one.rate),
        "low": rounded(one.low),
        "high": rounded(one.high),
        "expected": rounded(one.expected),
        "episodes": one.episodes,
    }


def _seen_json(one: Seen) -> Json:
    return {
        "episode": one.episode,
        "session": one.session,
        "project": without_hash(one.project),
        "at": rfc3339(one.at),
        "result": one.result,
        "first": one.first,
        "last": one.last,
        "error": without_hash(one.error),
        "class": one.family,
        "steps": [
            {
                "n": step.n,
                "actions": [without_hash(action) for action in step.actions],
                "target": None if step.target is None else without_hash(step.target),
            }
            for step in one.steps
        ],
    }


def _alike_json(one: Alike) -> Json:
    return {
        "id": one.episode,
        "session": one.session,
        "project": without_hash(one.project),
        "title": without_hash(one.title),
        "outcome": one.label,
        "at": rfc3339(one.at),
        "likeness": rounded(one.likeness),
        "same": one.same,
    }

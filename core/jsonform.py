"""The JSON forms of Tacit: what a session, an episode, a step and a pattern look like outside.

One form for the command line, the export and every other door, described by the schemas in
``exports/schema``. Keys stand in a fixed order, none is left out, and what is not known is ``null``.
Times are RFC 3339 with ``Z``; rates, scores, bounds and expectations are rounded to six decimals.
Nothing in here belongs to one store alone: a redaction mark loses its keyed hash.

The way back is :mod:`tacit.core.jsonback`. This module is loaded by one-shot commands and stays light.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tacit.core.clock import rfc3339

if TYPE_CHECKING:
    from tacit.core.model import (
        Elsewhere,
        Episode,
        Evidenced,
        Figure,
        Offered,
        Outcome,
        Pattern,
        Session,
        Step,
        Tally,
    )

Json = dict[str, Any]

SCHEMA = 1
"""The version of every form in here."""

DECIMALS = 6
FILES = 5
"""So many of a pattern's files are named, the most frequent first."""

LABELS = ("success", "partial", "failure", "abstained", "unknown")

_HASH = re.compile(r"(\[REDACTED:[A-Za-z0-9_-]+)(?::[0-9a-f]{0,4}(?![0-9A-Za-z_-]))+")
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def without_hash(text: str) -> str:
    """The text with ``[REDACTED:kind:hash]`` as ``[REDACTED:kind]``, also where a cut halved the mark.

    The hash is keyed with a secret of one store, so it may not leave it. Doing this twice is the same
    as doing it once.
    """
    return _HASH.sub(r"\1", text) if "[REDACTED:" in text else text


def encode(value: object) -> bytes:
    """JSON bytes, UTF-8 and compact, with nothing in them that drives a terminal.

    Control characters, C1 codes, line separators and marks of writing direction are escaped, so that
    the bytes may be printed as they are; every other character stays readable.
    """
    from msgspec import json

    return escape(json.encode(value))


def escape(encoded: bytes) -> bytes:
    """JSON bytes with the characters escaped that JSON allows and a terminal obeys."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode()).encode()


def list_json(name: str, items: Iterable[Json], total: int, truncated: bool) -> Json:
    """The form of every list: ``{"schema", "total", "truncated", name: [...]}``."""
    return {"schema": SCHEMA, "total": total, "truncated": truncated, name: list(items)}


def rounded(value: float | None) -> float | None:
    """A rate, score, bound or expectation to so many decimals; ``null`` where there is none."""
    return None if value is None else round(value, DECIMALS)


def pattern_json(p: Pattern) -> Json:
    """A pattern. ``expected`` is a number of successes, ``variants`` a count."""
    return {
        "id": p.id,
        "kind": p.kind,
        "title": without_hash(p.title),
        "key": [without_hash(part) for part in p.key],
        "verdict": p.verdict,
        "uses": p.uses,
        "judged": p.judged,
        "successes": p.successes,
        "failures": p.failures,
        "partial": p.partial,
        "rate": rounded(p.rate),
        "low": rounded(p.low),
        "high": rounded(p.high),
        "expected": rounded(p.expected),
        "episodes": p.episodes,
        "sessions": p.sessions,
        "projects": p.projects,
        "files": [without_hash(path) for path in p.files[:FILES]],
        "first_used": rfc3339(p.first_used) if p.uses else None,
        "last_used": rfc3339(p.last_used) if p.uses else None,
        "learned_at": None if p.borrowed else rfc3339(p.learned_at),
        "claim": _tally_json(p.claim),
        "since": _tally_json(p.since),
        "offered": offered_json(p.offered),
        "variants": p.variants,
        "pinned": p.pinned,
        "archived": p.archived,
        "elsewhere": elsewhere_json(p.elsewhere),
    }


def elsewhere_json(told: Iterable[Elsewhere]) -> list[Json] | None:
    """What other memories told of a pattern, by source; ``null`` where none did."""
    forms = [
        {
            "source": one.source,
            "shared_at": rfc3339(one.at),
            "uses": one.uses,
            "judged": one.judged,
            "successes": one.successes,
            "verdict": one.verdict,
        }
        for one in told
    ]
    return forms or None


def session_json(s: Session) -> Json:
    """A session without its episodes. ``outcomes`` counts them by label, in the order of the labels.

    ``told_project`` is the name its transcript has for the project, where that was merged into another.
    """
    counted = dict(s.outcomes)
    return {
        "id": s.id,
        "agent": s.agent,
        "native": s.native,
        "project": without_hash(s.project),
        "told_project": _text(s.told_project) or None,
        "title": without_hash(s.title),
        "directory": without_hash(s.directory),
        "repository": _text(s.repository),
        "branch": _text(s.branch),
        "model": _text(s.model),
        "version": _text(s.version),
        "started": rfc3339(s.started),
        "ended": rfc3339(s.ended),
        "episodes": s.episodes,
        "copies": s.copies,
        "steps": s.steps,
        "errors": s.errors,
        "subagent_steps": s.subagent_steps,
        "subagent_errors": s.subagent_errors,
        "tokens": s.tokens,
        "outcomes": {label: counted[label] for label in LABELS if label in counted},
    }


def episode_json(e: Episode) -> Json:
    """An episode without its steps. ``tools`` holds what was called, how often, with how many errors."""
    return {
        "id": e.id,
        "session": e.session,
        "agent": e.agent,
        "native": e.native,
        "project": without_hash(e.project),
        "prompt": without_hash(e.prompt),
        "followups": [without_hash(text) for text in e.followups],
        "context": _text(e.context) or None,
        "task_type": e.task_type,
        "language": _text(e.language),
        "complexity": e.complexity,
        "started": rfc3339(e.started),
        "ended": rfc3339(e.ended),
        "outcome": _outcome_json(e.outcome),
        "steps": e.steps,
        "errors": e.errors,
        "subagent_steps": e.subagent_steps,
        "subagent_errors": e.subagent_errors,
        "rejected": e.rejected,
        "cancelled": e.cancelled,
        "interrupted": e.interrupted,
        "left": e.left,
        "cut_steps": e.cut_steps,
        "tokens": e.tokens,
        "tools": [{"tool": tool, "calls": calls, "errors": errors} for tool, calls, errors in e.tools],
        "files": [without_hash(path) for path in e.files],
        "commits": [
            {"step": one.step, "hash": one.hash, "subject": without_hash(one.subject)} for one in e.commits
        ],
        "pulls": [{"step": one.step, "url": without_hash(one.url)} for one in e.pulls],
        "coverage": _figure_json(e.coverage),
        "lint_warnings": _figure_json(e.lint_warnings),
        "unworthy": _text(e.unworthy),
    }


def step_json(step: Step) -> Json:
    """A step. ``parameters`` is the JSON text that was stored, as text: it may have been cut."""
    error = step.error
    return {
        "n": step.n,
        "call": step.call,
        "tool": step.tool,
        "kind": step.kind,
        "target": _text(step.target),
        "status": step.status,
        "at": rfc3339(step.at),
        "seconds": step.seconds,
        "actions": [
            {"name": without_hash(a.name), "status": a.status, "intent": a.intent} for a in step.actions
        ],
        "error": error and {"line": without_hash(error.line), "family": error.family},
        "agent": step.agent,
        "parent": step.parent,
        "left": step.left,
        "cut": step.cut,
        "parameters": without_hash(step.parameters),
        "observation": without_hash(step.observation),
    }


def evidenced_json(use: Evidenced) -> Json:
    """One use of a pattern: where it happened, which steps, how it ended."""
    return {
        "episode": use.episode,
        "session": use.session,
        "project": without_hash(use.project),
        "result": use.result,
        "at": rfc3339(use.at),
        "first": use.first,
        "last": use.last,
    }


def _text(value: str | None) -> str | None:
    return value and without_hash(value)


def _figure_json(figure: Figure | None) -> Json | None:
    return None if figure is None else {"value": rounded(figure.value), "step": figure.step}


def _tally_json(tally: Tally | None) -> Json | None:
    if tally is None:
        return None
    return {
        "uses": tally.uses,
        "judged": tally.judged,
        "successes": tally.successes,
        "rate": rounded(tally.rate),
    }


def offered_json(offered: Offered | None) -> Json | None:
    """What followed where it was given to agents, each task once; ``null`` while nobody knows."""
    if offered is None:
        return None
    return {
        "known": offered.known,
        "applied": offered.applied,
        "judged": offered.judged,
        "successes": offered.successes,
    }


def _outcome_json(outcome: Outcome) -> Json:
    return {
        "label": outcome.label,
        "score": rounded(outcome.score),
        "source": outcome.source,
        "evidence": [
            {"source": e.source, "label": e.label, "text": without_hash(e.text), "step": e.step}
            | ({"told": True} if e.told else {})
            for e in outcome.evidence
        ],
    }

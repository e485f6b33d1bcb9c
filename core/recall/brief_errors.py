"""Errors that a hook is told of: one that a call just ended with, or one quoted in a request."""

from __future__ import annotations

from msgspec import json

from tacit.core.drafts import StepDraft
from tacit.core.learn.extractors.recovery import intent_of_step
from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, Excerpt, clip
from tacit.core.recall.brief import Brief, for_lines
from tacit.core.recall.brief_recoveries import Way, ways_past
from tacit.core.recall.lines import Line, past_told, recovery_told
from tacit.core.recall.shared_errors import shared_lines
from tacit.core.recall.signing import NO_CLASS, Signed, signed
from tacit.core.redaction import Redactor
from tacit.store.reading import Read

_QUOTED = 20_000
"""So many characters of a request are looked through for an error."""


def after_failure(read: Read, asked: Signed, project: str, limit: int, told: frozenset[str]) -> Brief:
    """What got past the error that a call ended with; what only other memories tell comes last.

    Args:
        read: the snapshot.
        asked: the error.
        project: what counts as here; empty where nobody knows.
        limit: tokens it may take.
        told: ids of patterns that need not be told again.
    """
    ways = [way for way in ways_past(read, asked, project) if way.pattern not in told]
    lines = [Line("errors", past_told(way, _error(way), way.action, way.intent), way.pattern) for way in ways]
    lines += shared_lines(read, asked.lines, asked.families, told={*told, *(way.pattern for way in ways)})
    return for_lines("Past sessions got past this error.", lines, limit)


def quoted_errors(read: Read, request: str, redact: Redactor, project: str) -> list[Line]:
    """What got past an error that a request quotes; known by its very signature alone."""
    if not request.strip():
        return []
    asked = signed(request[:_QUOTED], redact)
    named = Signed(asked.lines, (), asked.text, "")
    return [
        Line("errors", recovery_told(way, way.signature, way.action, way.intent), way.pattern)
        for way in ways_past(read, named, project)
    ]


def hidden(output: str, redact: Redactor, tool: str, command: str) -> Signed | None:
    """The error of a call that is told to have gone well, where its output shows that it did not.

    As the same output in a transcript would be read: a test, build or lint that failed behind a pipe.
    """
    text, _ = clip(Excerpt(output), OBSERVATION_BYTES, redact)
    parameters = json.encode({"command": redact(command)}).decode()
    step = understand(StepDraft(1, "", tool, parameters, text, "ok", 0), "")
    if step.error is None:
        return None
    families = () if step.error.family == NO_CLASS else (step.error.family,)
    return Signed((step.error.line,), families, text, intent_of_step(step))


def _error(way: Way) -> str:
    return "" if way.exact else way.signature

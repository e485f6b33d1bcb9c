"""The columns of the CSV export, and what stands in a cell.

A column is a path of keys in a record: ``claim.uses`` is the column ``claim_uses``. What is null or not
there is an empty cell, a list is its JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tacit.core.jsonform import LABELS, encode

_PATTERN = """
    id kind title key verdict uses judged successes failures partial rate low high expected episodes sessions
    projects files first_used last_used learned_at claim.uses claim.judged claim.successes claim.rate
    since.uses since.judged since.successes since.rate offered.known offered.applied offered.judged
    offered.successes variants pinned archived elsewhere
"""
_SESSION = """
    id agent native project told_project title directory repository branch model version started ended
    episodes copies steps errors subagent_steps subagent_errors tokens
"""
_EPISODE = """
    id session copy agent native project prompt followups context task_type language complexity started ended
    outcome.label outcome.score outcome.source outcome.evidence steps errors subagent_steps subagent_errors
    rejected cancelled interrupted left cut_steps tokens tools files commits pulls coverage.value
    coverage.step lint_warnings.value lint_warnings.step unworthy
    reward.value reward.base reward.efficiency reward.complexity reward.quality reward.learning
    reflection.successes reflection.improvements reflection.insights
"""
_STEP = """
    session episode copy n call tool kind target status at seconds actions error.line error.family agent
    parent left cut parameters observation
"""
_NOTE = """
    id store source native title text tags links created changed taken_at trust
"""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "patterns": tuple(_PATTERN.split()),
    "sessions": (*_SESSION.split(), *(f"outcomes.{label}" for label in LABELS)),
    "episodes": tuple(_EPISODE.split()),
    "steps": tuple(_STEP.split()),
    "notes": tuple(_NOTE.split()),
}
"""Table -> the paths of its columns."""

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_MARK = re.compile("[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_PICTURES = 0x2400


def header(table: str) -> list[str]:
    """The names of a table's columns."""
    return [path.replace(".", "_") for path in COLUMNS[table]]


def row(table: str, record: Mapping[str, Any]) -> list[str]:
    """The cells of a record, as they stand in its row."""
    return [cell(_found(record, path)) for path in COLUMNS[table]]


def cell(value: Any) -> str:
    """A value as a cell that a spreadsheet shows and never runs.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, one that has apostrophes
    before such a beginning gets one more; so who takes one away there has the text. What drives a terminal
    is replaced by its picture, or by ``�`` where it has none.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = _inert(value)
        return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
    if isinstance(value, bool | list | dict):
        return encode(value).decode()
    return repr(value)


def _inert(text: str) -> str:
    if text.isprintable():
        return text
    pictured = _CONTROL.sub(
        lambda found: chr(0x2421 if found[0] == "\x7f" else _PICTURES + ord(found[0])), text
    )
    return _MARK.sub("\N{REPLACEMENT CHARACTER}", pictured)


def _found(record: Mapping[str, Any], path: str) -> Any:
    value: Any = record
    for key in path.split("."):
        if value is None:
            return None
        value = value.get(key)
    return value

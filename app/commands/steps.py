"""A step on one line: what was called, on what, and how it ended."""

from __future__ import annotations

from tacit.app.commands.output import UNLIMITED, paint, width
from tacit.core.model import Step
from tacit.core.text import cut, one_line
from tacit.core.worded import called_on

_MARKS = {
    "ok": ("✓", "green"),
    "error": ("✗", "red"),
    "rejected": ("⊘", "yellow"),
    "cancelled": ("⊘", "dim"),
    "interrupted": ("⊘", "yellow"),
    "unfinished": ("…", "dim"),
}
_LONG = 160


def step_line(step: Step, taken: int) -> str:
    """One line of at most what ``taken`` leaves of the terminal's width."""
    mark, style = _MARKS[step.status]
    text = f"{step.tool} {called_on(step)}".strip()
    if step.error is not None:
        text += f"  ← {step.error.family}: {step.error.line}"
    elif step.status not in {"ok", "error"}:
        text += f"  ← {step.status}"
    number = f"{step.n:>3}"
    room = min(width() - taken, UNLIMITED) - len(number) - 4
    inside = "  " if step.agent else ""
    body = cut(inside + one_line(text), room if room < UNLIMITED - 1000 else _LONG * 2)
    return f"{paint(number, 'dim')} {paint(mark, style)} {paint(body, 'dim') if step.left else body}"

"""A block of Markdown for the prompt of an agent that begins a task, within a budget of tokens.

What is most valuable comes first: of commands, errors, habits and like tasks the first line each, then the
second, and so on; it ends before the first line that does not fit, so that a smaller budget gives a part of
what a larger one gives. Below the sections stand in a fixed order. The same store, task and budget give the
same block.
"""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.recall.alike import Alike, asked
from tacit.core.recall.block import fitting, rendered
from tacit.core.recall.context_lines import (
    command_lines,
    error_lines,
    habit_lines,
    task_lines,
)
from tacit.core.recall.lines import Line
from tacit.core.recall.predict import predict_asked
from tacit.core.recall.signing import signed
from tacit.core.recall.tokens import tokens
from tacit.core.redaction import Redactor

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.store import Store

USUAL = 800
"""Tokens of a block where nobody says how many."""


class Block(Struct, frozen=True):
    """The block: its Markdown, empty where the budget is too small for a single line or nothing is known.

    ``tokens`` is the most it takes and ``limit`` what it may take; ``lines`` are those in it, the most
    valuable first, and ``left_out`` how many had no room. ``project`` is the one it is about, if any.
    """

    text: str
    tokens: int
    limit: int
    project: str | None
    lines: tuple[Line, ...]
    left_out: int
    note: str = ""


def context(
    store: Store, config: Config, task: str, *, limit: int = USUAL, project: str | None = None
) -> Block:
    """What is worth knowing before a task is begun.

    Args:
        store: where to look.
        config: the settings; they say what is no secret, and how meanings are compared.
        task: what is to be done, as one would ask for it.
        limit: tokens the block may take, counted by :func:`~tacit.core.recall.tokens.tokens`.
        project: the project it is done in; where not said, that of most like tasks.

    Raises:
        Usage: there is no text, or the limit is negative.
    """
    if limit < 0:
        raise Usage(f"There is no room of {limit} tokens.", "Give a number from 0 on.")
    wanted = asked(store, config, task, project)
    found = predict_asked(store, config, wanted)
    home = _home(found.alike, wanted.projects)
    errors = signed(wanted.text, Redactor(store.secret, config.redact_allow)).lines
    used = [one.pattern for one in found.used]
    with store.read() as read:
        sections = (
            command_lines(read, home),
            error_lines(read, home, errors, used),
            habit_lines(read, home),
            task_lines(found),
        )
    lines = [line for row in zip_longest(*sections) for line in row if line is not None]
    kept = fitting(lines, home, limit)
    text = rendered(kept, home)
    return Block(text, tokens(text), limit, home, tuple(kept), len(lines) - len(kept), found.note)


def _home(alike: tuple[Alike, ...], projects: frozenset[str] | None) -> str | None:
    """The project that is meant: the only one named, else that of most like tasks, of the most alike."""
    if projects is not None and len(projects) == 1:
        return next(iter(projects))
    counted = Counter(one.project for one in alike).most_common(1)  # of equals the first it met
    return counted[0][0] if counted else None

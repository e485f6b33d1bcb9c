"""Where something on a screen leads, as data; :mod:`tacit.app.inspector.leads.following` goes there."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from tacit.core.present import week
from tacit.core.query_fields import List
from tacit.core.query_terms import quote
from tacit.core.text import clean

_LONGEST = 196  # bytes of a name that no index cuts


class Lead(Struct, frozen=True):
    """To the list ``table`` with these words in its filter."""

    table: List
    query: str = ""


class ToProject(Struct, frozen=True):
    """To the statistics of one project."""

    project: str


class ToPattern(Struct, frozen=True):
    """To all that is known of a pattern."""

    id: str


class ToSteps(NamedTuple):
    """To the steps ``first`` to ``last`` of a task; ``why`` says of them what they are."""

    episode: str
    first: int = 0
    last: int = -1
    why: str = ""


Target = Lead | ToProject | ToPattern
"""Where a figure of the statistics leads."""


def named(table: List, field: str, name: str, more: str = "") -> Lead | None:
    """To the things of this very name; ``None`` for a name that cannot be typed as it is."""
    if not name or clean(name) != name or len(name.encode("utf-8", "surrogatepass")) > _LONGEST:
        return None
    return Lead(table, f"{field}:{quote(f'={name}')} {more}".strip())


def in_week(start: int, more: str = "") -> Lead:
    """To the tasks that ended in the week that begins at ``start``, in milliseconds."""
    return Lead("episodes", f"{more} ended:{week(start)}".strip())


def before_week(start: int, more: str = "") -> Lead:
    """To the tasks that ended before it."""
    return Lead("episodes", f"{more} ended:<{week(start)}".strip())

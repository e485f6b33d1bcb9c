"""Which patterns may leave for another memory, and why the others stay.

Only what was seen here leaves: what came from elsewhere and is not proven here is for its source to share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from msgspec import Struct

from tacit.core.model import Pattern
from tacit.core.projects import OF_PROJECT
from tacit.core.sharing_checks import fault_of, names_what, secret_in

BORROWED = "not seen here often enough; only who saw a pattern shares it"
OF_A_PROJECT = "name their project or its files; --with-project shares them all the same"


class Chosen(Struct, frozen=True):
    """The patterns that leave, by id, and how many stay for which reason."""

    patterns: tuple[Pattern, ...]
    left_out: dict[str, int]


def choose(
    patterns: Iterable[Pattern],
    redact: Callable[[str], str],
    *,
    projects: Collection[str],
    with_project: bool,
) -> Chosen:
    """What of these patterns may leave.

    Args:
        patterns: those that are asked for.
        redact: replaces secrets.
        projects: the names of the projects that are known here.
        with_project: whether kinds leave whose keys hold the name of a project, and files of it.
    """
    chosen: dict[str, Pattern] = {}
    why: Counter[str] = Counter()
    for one in patterns:
        reason = _reason(one, redact, projects, with_project)
        if reason:
            why[reason] += 1
        else:
            chosen[one.id] = one
    ordered = tuple(chosen[id_] for id_ in sorted(chosen))
    return Chosen(ordered, dict(sorted(why.items(), key=lambda row: (-row[1], row[0]))))


def _reason(one: Pattern, redact: Callable[[str], str], projects: Collection[str], with_project: bool) -> str:
    """Why a pattern stays; empty where it leaves."""
    if one.borrowed:
        return BORROWED
    if one.kind in OF_PROJECT and not with_project:
        return OF_A_PROJECT
    if secret_in(one.key, redact):
        return "hold a secret"
    what = names_what(one.kind, one.key, () if with_project else projects)
    if what:
        return f"name {what}"
    return "cannot be told in a file" if fault_of(one.kind, one.key) else ""
